"""A consultation as both sides see it: who waits for whom and for how long, and everything that was said, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.advice import Advice
from contracts.consultation import Side
from contracts.referral import AgeBand, Category

PATIENCE = timedelta(minutes=15)
"""After so long without an answer the page says more loudly to ring instead. Ours: neither law nor practice."""
TIMES = {"requestedAt", "askedAt", "answeredAt"}
SAID_BY = {
    "ConsultationRequested": Side.ASKED,
    "ConsultationAskedAgain": Side.ASKED,
    "ConsultationAskedBack": Side.TO_ANSWER,
    "ConsultationAnswered": Side.TO_ANSWER,
}


class Consultation(BaseModel):
    """One consultation: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    consultation: UUID
    relation: Side
    receipt_code: str
    from_unit: str
    to_unit: str
    category: Category
    age_band: AgeBand
    requested_at: datetime
    messages: int
    waits_for: Side | None
    waiting_since: datetime | None
    seen_at: datetime | None
    advice: Advice | None
    service: str | None
    answered_at: datetime | None
    became_referral_at: datetime | None
    referral_code: str | None

    @property
    def ours(self) -> bool:
        """Whether it waits for the unit that looks at it."""
        return self.waits_for is self.relation

    def waited(self, now: datetime) -> timedelta:
        """How long somebody has waited, or did until the last answer."""
        if self.waiting_since is None:
            return (self.answered_at or now) - self.requested_at
        return now - self.waiting_since

    def too_long(self, now: datetime) -> bool:
        """Whether the one who asked should not go on waiting without ringing."""
        return self.waits_for is Side.TO_ANSWER and self.waited(now) > PATIENCE


@dataclass(frozen=True)
class Said:
    """One thing that was said. `text` is None when its key is destroyed; advice has `advice`, and with it a condition or a service's id."""

    by: Side
    at: datetime
    text: str | None
    advice: Advice | None = None
    condition: str | None = None
    service: str | None = None


def talk(entries: Sequence[Mapping[str, Any]]) -> tuple[Said, ...]:
    """Everything that was said, the oldest first, from projections' opened events."""
    return tuple(_talk(entries))


def _talk(entries: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    for entry in entries:
        if entry["event"] in SAID_BY:
            data = entry["data"]
            content = data["content"] if entry["readable"] else {}
            at = next(datetime.fromisoformat(data[name]) for name in TIMES if name in data)
            text = content.get("question", content.get("text"))
            advice = Advice(data["advice"]) if "advice" in data else None
            yield Said(SAID_BY[entry["event"]], at, text, advice, content.get("condition"), data.get("service"))


def last_advice(said: Sequence[Said]) -> Said | None:
    """The advice that holds: the last one."""
    return next((each for each in reversed(said) if each.advice), None)
