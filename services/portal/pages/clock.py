"""The clocks of a referral: which time limits run, how much of them is used, and whether each is law or only practice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from contracts.law import STOCKHOLM, Deadline, explained, rule
from services.portal.language import Language
from services.portal.pages.board_row import BoardRow, Relation

LONG_WAIT = timedelta(hours=1)
"""A wait for the safety assessment that a colleague should ask about. Ours: neither law nor practice."""
FEW_DAYS = timedelta(days=3)
"""So near its end the preliminary assessment is marked. Ours too."""
FEW_MINUTES, FEW_HOURS = timedelta(minutes=2), timedelta(hours=4)
"""So near their ends a call to the scene is marked: the answer to the patrol, and the first 24 hours."""

RuleId = Literal["immediate-safety-assessment", "preliminary-assessment", "handover-answer", "scene-call-answer", "scene-child-spoken-with"]
"""The rule's id in `contracts.law`."""
Tone = Literal["danger", "warning", "info"]


@dataclass(frozen=True)
class Clock:
    """A running time limit. `left` is negative when it has passed; `used` is a share from 0 to 1; `tone` as tags have it."""

    rule: RuleId
    since: datetime
    waited: timedelta
    left: timedelta
    used: float
    due: datetime
    tone: Tone

    @property
    def late(self) -> bool:
        """Whether the limit has passed."""
        return self.left < timedelta()

    @property
    def law(self) -> bool:
        """Whether the limit is law. The safety assessment is due "at once" by law; the hour beside it is only practice."""
        return rule(self.rule, self._day).status == "law"

    def words(self, language: Language) -> str:
        """How the limit came about: from when it is counted, when it ends, and where that stands."""
        section = rule(self.rule, self._day).section
        words = explained(Deadline(due=self.due, rule=self.rule, section=section, since=self.since))
        return words.swedish if language is Language.SV else words.english

    @property
    def _day(self) -> date:
        return self.since.astimezone(STOCKHOLM).date()


def clock_of(row: BoardRow, now: datetime) -> Clock | None:
    """The limit that ends first of those that run for this unit, or none."""
    return min(clocks_of(row, now), key=lambda clock: clock.due, default=None)


def clocks_of(row: BoardRow, now: datetime) -> list[Clock]:
    """The limits that run for this unit: "at once" until it is assessed, then 14 days to the decision, and an offer's own until its answer.

    SoL 2025:400 20 kap. 1-2 §§. None for what is decided or with somebody else, and before the referral is registered.
    """
    return list(_running(row, now))


def _running(row: BoardRow, now: datetime) -> Iterator[Clock]:
    if row.decision or row.relation not in {Relation.OWNER, Relation.OFFERED}:
        return
    if row.assessed_at is None:
        yield from running("immediate-safety-assessment", row.received_at, row.safety_assessment_due, now, danger=row.immediate_danger)
        return
    if row.offered_to and row.offered_at:
        yield from running("handover-answer", row.offered_at, row.offer_due, now, danger=row.offer_stalled_at is not None)
    yield from running("preliminary-assessment", row.received_at, row.preliminary_assessment_due, now)


def running(rule_id: RuleId, since: datetime, due: datetime | None, now: datetime, *, danger: bool = False) -> Iterator[Clock]:
    """The clock of a limit, if there is one. `danger` marks it however much is left."""
    if due is None:
        return
    waited, left = now - since, due - now
    pressing = {
        "immediate-safety-assessment": waited > LONG_WAIT,
        "preliminary-assessment": left < FEW_DAYS,
        "handover-answer": left < LONG_WAIT,
        "scene-call-answer": left < FEW_MINUTES,
        "scene-child-spoken-with": left < FEW_HOURS,
    }
    tone: Tone = "danger" if danger or left < timedelta() else "warning" if pressing[rule_id] else "info"
    yield Clock(rule_id, since, waited, left, min(max(waited / (due - since), 0.0), 1.0), due, tone)
