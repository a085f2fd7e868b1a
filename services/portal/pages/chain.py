"""The receipt chain as its reporter sees it: how far a referral has come, and the code read aloud."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import AgencyKind
from contracts.feedback import LawfulFact
from contracts.referral import AgeBand, Category
from contracts.stalled import Level
from contracts.stalled import Step as Late
from contracts.told import Protection
from services.portal.labels import LEVELS
from services.portal.language import N_, Language
from services.portal.units import Units

State = Literal["done", "now", "waiting", "late"]

SWEDISH = (
    *("Adam", "Bertil", "Cesar", "David", "Erik", "Filip", "Gustav", "Helge", "Johan", "Kalle", "Martin", "Niklas", "Petter"),
    *("Qvintus", "Rudolf", "Sigurd", "Tore", "Viktor", "Wilhelm", "Xerxes", "Yngve", "Zäta"),
)
"""The Swedish spelling alphabet, for the letters that a receipt's code may hold."""
INTERNATIONAL = (
    *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo", "Mike", "November", "Papa"),
    *("Quebec", "Romeo", "Sierra", "Tango", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu"),
)
"""The same letters as ICAO spells them."""


class SentReferral(BaseModel):
    """One referral on the reporting unit's own list: projections' receipt row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    referral: UUID
    reference: str
    receipt_code: str
    to_unit: str
    categories: tuple[Category, ...]
    age_band: AgeBand
    received_at: datetime
    seen_at: datetime | None
    assessed_at: datetime | None
    taken_over_at: datetime | None
    taken_over_by: str | None
    decided_at: datetime | None
    feedback: LawfulFact | None
    feedback_sent_at: datetime | None
    feedback_read_at: datetime | None
    escalated_step: Late | None
    escalated_level: Level | None
    escalated_at: datetime | None
    invited_at: datetime | None
    meets_at: datetime | None
    called_off_at: datetime | None
    siblings: int = 0
    protection: Protection = Protection.NONE
    supplements: int = 0
    supplemented_at: datetime | None = None
    supplements_seen: int = 0
    supplements_seen_at: datetime | None = None
    attachments: int = 0
    attached_at: datetime | None = None
    attachments_seen: int = 0
    attachments_seen_at: datetime | None = None

    @property
    def sheltered(self) -> bool:
        """Whether a child has protected registration: then nothing is asked that tells where the child is."""
        return self.protection is Protection.PROTECTED_REGISTRATION

    @property
    def invited(self) -> bool:
        """Whether the unit is invited to a report meeting that has not been called off."""
        return self.invited_at is not None and self.called_off_at is None

    @property
    def unread(self) -> bool:
        """Whether feedback has come that nobody in the unit has read."""
        return self.feedback is not None and self.feedback_read_at is None


@dataclass(frozen=True)
class Step:
    """One step of the chain; `label` is a message id. `escalated_at` is when it had taken so long that it went on to `escalated`."""

    label: str
    state: State
    at: datetime | None = None
    note: str | None = None
    escalated_at: datetime | None = None
    escalated: str | None = None


STORED = N_("Stored")
SEEN = N_("Seen by a person")
ASSESSED = N_("Need of protection assessed")
TAKEN_OVER = N_("Taken over by the district")
STOOD_IN = N_("Taken over by Socialjouren, who stands in")
DECIDED = N_("Decided")
LATE = {Late.SEEN: SEEN, Late.ASSESSED: ASSESSED, Late.TAKEN_OVER: TAKEN_OVER, Late.DECIDED: DECIDED}
"""The step of the chain that an escalation is about."""


def chain(sent: SentReferral, units: Units) -> tuple[Step, ...]:
    """The steps in the order in which they happen; the first that has not happened is the next one.

    A referral that went straight to a district, or that was decided without a handover, is never taken over.
    """
    steps = [(STORED, sent.received_at), (SEEN, sent.seen_at), (ASSESSED, sent.assessed_at)]
    steps += [*_taken_over(sent, units), (DECIDED, sent.decided_at)]
    following = next((label for label, at in steps if at is None), None)
    told = LATE[sent.escalated_step] if sent.escalated_step else None
    waits = told is not None and dict(steps).get(told, sent.escalated_at) is None
    shown = following if waits else told  # what is late now is the step that has not been taken, whichever was escalated after it
    return tuple(
        Step(
            label,
            "done" if at else "waiting" if label != following else "late" if waits else "now",
            at,
            escalated_at=sent.escalated_at if label == shown else None,
            escalated=LEVELS[sent.escalated_level] if label == shown and sent.escalated_level else None,
        )
        for label, at in steps
    )


def _taken_over(sent: SentReferral, units: Units) -> Iterator[tuple[str, datetime | None]]:
    """Who takes it over, and when it did. What Socialjouren stands in for is still to be with a district."""
    if sent.taken_over_at and sent.taken_over_by in units and not _is_district(sent.taken_over_by, units):
        yield STOOD_IN, sent.taken_over_at
        if not sent.decided_at:
            yield TAKEN_OVER, None
    elif sent.taken_over_at or not (sent.decided_at or _is_district(sent.to_unit, units)):
        yield TAKEN_OVER, sent.taken_over_at


def late(sent: SentReferral, units: Units) -> bool:
    """Whether a step has taken so long that it was escalated, and is still not taken."""
    return any(step.state == "late" for step in chain(sent, units))


def reached(sent: SentReferral, units: Units) -> str:
    """The last thing that has happened, as a message id."""
    return [step.label for step in chain(sent, units) if step.state == "done"][-1]


def _is_district(unit: str | None, units: Units) -> bool:
    return unit is not None and unit in units and units[unit].kind is AgencyKind.DISTRICT


def aloud(code: str, language: Language) -> str:
    """A receipt's code as it is read over a telephone: `Kalle 7 Qvintus 2 – Filip Xerxes 9 Martin`."""
    words = {word[0]: word for word in (SWEDISH if language is Language.SV else INTERNATIONAL)}
    return " – ".join(" ".join(words.get(character, character) for character in part) for part in code.split("-"))


def suspicious(check: str, children: int) -> tuple[int, ...]:
    """Which children's numbers look wrong, from the receipt's address; anything else in it is nobody's."""
    places = [int(each) for each in check.split(",") if each.isdecimal() and each.isascii()]
    return tuple(sorted({place for place in places if 0 < place <= children}))
