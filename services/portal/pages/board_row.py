"""A row of the board as a value: what happens next with it, and how it is tagged."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import AgencyKind, Role
from contracts.feedback import LawfulFact
from contracts.referral import AgeBand, Category
from contracts.signals import Bearing
from contracts.stalled import Step as Late
from contracts.told import Protection
from services.portal.language import N_


class Relation(StrEnum):
    """What a referral is to the unit whose board it stands on."""

    OWNER = "owner"
    OFFERED = "offered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"


class NextStep(StrEnum):
    """What somebody in the unit does next with a referral."""

    OPEN = "open"
    READ = "read"
    ASSESS = "assess"
    OFFER = "offer"
    ANSWER = "answer"
    AWAIT = "await"
    DECIDE = "decide"
    PLAN = "plan"
    NOTHING = "nothing"


class Todo(StrEnum):
    """What is to be decided beside the steps; the last only where several signals about the child were pointed out."""

    POLICE = "police"
    MEETING = "meeting"
    SIGNALS = "signals"


class BoardRow(BaseModel):
    """One referral on the unit's board: projections' row. No name stands in it."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    referral: UUID
    relation: Relation
    reference: str
    siblings: int
    registry_number: str | None
    from_unit: str
    categories: tuple[Category, ...]
    immediate_danger: bool
    age_band: AgeBand
    received_at: datetime
    safety_assessment_due: datetime | None
    preliminary_assessment_due: datetime | None
    seen_at: datetime | None
    needs_protection: bool | None
    assessed_at: datetime | None
    offered_to: str | None
    offered_at: datetime | None
    offer: int | None
    offered_together: int | None
    offer_due: datetime | None
    offer_stalled_at: datetime | None
    offer_withdrawn_at: datetime | None
    refused_by: str | None
    refused_at: datetime | None
    owner_unit: str
    taken_over_at: datetime | None
    decision: LawfulFact | None
    decided_at: datetime | None
    feedback_sent_at: datetime | None
    feedback_read_at: datetime | None
    zone: str
    urgency: int
    mine: bool
    taken_by: UUID | None
    taken_role: Role | None
    taken_at: datetime | None
    stalled: tuple[str, ...]
    stalled_at: datetime | None
    earlier: int
    alike: int
    linked: int
    signals: int | None
    agencies: int | None
    signals_at: datetime | None
    bearing: Bearing | None
    weighed_at: datetime | None
    todo: tuple[Todo, ...]
    on_hold: bool
    owed: int
    protection: Protection = Protection.NONE
    supplements: int = 0
    supplements_seen: int = 0
    supplemented_at: datetime | None = None
    attachments: int = 0
    attachments_seen: int = 0
    attached_at: datetime | None = None

    @property
    def late_steps(self) -> list[Late]:
        """The steps that are late, each once."""
        return list(dict.fromkeys(Late(each.partition(":")[0]) for each in self.stalled))

    def unanswered(self, now: datetime) -> bool:
        """Whether the office has opened and nobody has answered the offer: the hub has said so, or is about to."""
        waits = self.offered_to is not None and self.relation in {Relation.OWNER, Relation.OFFERED}
        return waits and (self.offer_stalled_at is not None or (self.offer_due is not None and self.offer_due <= now))

    @property
    def unread(self) -> bool:
        """Whether something was added, in words or as a file, that nobody here has opened."""
        added = self.supplements > self.supplements_seen or self.attachments > self.attachments_seen
        return self.relation is Relation.OWNER and self.seen_at is not None and added

    @property
    def added_at(self) -> datetime | None:
        """When something was added for the last time."""
        return max(filter(None, (self.supplemented_at, self.attached_at)), default=None)

    @property
    def sheltered(self) -> bool:
        """Whether a child has protected registration: then a list does not even say who reported, for that tells where the child is."""
        return self.protection is Protection.PROTECTED_REGISTRATION


STEPS: dict[NextStep, str] = {
    NextStep.OPEN: N_("Open"),
    NextStep.READ: N_("Read what was added"),
    NextStep.ASSESS: N_("Assess the need of protection"),
    NextStep.OFFER: N_("Offer it to a district"),
    NextStep.ANSWER: N_("Answer the offer"),
    NextStep.AWAIT: N_("Wait for the answer"),
    NextStep.DECIDE: N_("Decide on an investigation"),
    NextStep.PLAN: N_("Plan a SIP if it is needed"),
    NextStep.NOTHING: N_("Nothing more to do"),
}
TODO: dict[Todo, str] = {
    Todo.POLICE: N_("Decide on a police report"),
    Todo.MEETING: N_("Say how it stands with the report meeting"),
    Todo.SIGNALS: N_("Say what the signals mean together"),
}
PLACES = {Todo.POLICE: "duties", Todo.MEETING: "duties", Todo.SIGNALS: "signals"}
"""Where on the case's page it is decided."""
COUNTED: dict[NextStep, str] = {
    NextStep.OPEN: N_("Nobody has opened"),
    NextStep.ASSESS: N_("Opened, not assessed"),
    NextStep.OFFER: N_("To hand over"),
    NextStep.AWAIT: N_("Waiting for an answer"),
    NextStep.ANSWER: N_("Offered to us"),
    NextStep.DECIDE: N_("To decide"),
}
UNOPENED: dict[NextStep, str] = {
    NextStep.OPEN: N_("Nobody has opened"),
    NextStep.READ: N_("Something new"),
}
CARDS = {
    AgencyKind.SOCIALJOUR: (NextStep.OPEN, NextStep.ASSESS, NextStep.OFFER, NextStep.AWAIT),
    AgencyKind.DISTRICT: (NextStep.ANSWER, NextStep.OPEN, NextStep.ASSESS, NextStep.DECIDE),
}


def next_step(row: BoardRow, kind: AgencyKind) -> NextStep:
    """What the unit, at Socialjouren or in a district, does next with it."""
    if row.relation is not Relation.OWNER:
        return NextStep.ANSWER if row.relation is Relation.OFFERED else NextStep.NOTHING
    if row.unread:
        return NextStep.READ
    if row.offered_to:
        return NextStep.AWAIT
    if row.decision:
        ends = row.decision is LawfulFact.INVESTIGATION_NOT_OPENED
        return NextStep.NOTHING if ends else NextStep.PLAN
    if row.assessed_at is None:
        return NextStep.ASSESS if row.seen_at else NextStep.OPEN
    return NextStep.OFFER if kind is AgencyKind.SOCIALJOUR else NextStep.DECIDE


def todo_of(row: BoardRow, step: NextStep) -> tuple[Todo, ...]:
    """What the unit is to decide on it besides, in the order of the work, as soon as the child is assessed and what was added is read.

    The report meeting is nothing for the night: it is asked for when the case is decided.
    """
    if row.relation is not Relation.OWNER or step in {NextStep.OPEN, NextStep.READ, NextStep.ASSESS, NextStep.AWAIT}:
        return ()
    signals = (Todo.SIGNALS,) if row.signals and row.bearing is None else ()
    return tuple(each for each in (*row.todo, *signals) if each is not Todo.MEETING or row.decision)


def tag_of(row: BoardRow, step: NextStep) -> tuple[str, str]:
    """How it stands: a message id, and a tone."""
    if row.decision and step is not NextStep.READ:
        return N_("Decided"), "success"
    other = {
        Relation.OFFERED: (N_("Offered to us"), "warning") if row.assessed_at else (N_("Escalated to us, not assessed"), "danger"),
        Relation.REFUSED: (N_("We said no"), "neutral"),
        Relation.WITHDRAWN: (N_("The offer was taken back"), "neutral"),
        Relation.HANDED_OVER: (N_("Handed over"), "success"),
    }
    if row.relation in other:
        return other[row.relation]
    if step in UNOPENED:
        return UNOPENED[step], "danger" if row.immediate_danger else "warning"
    if step is NextStep.ASSESS:
        return N_("Opened, not assessed"), "warning"
    return _tag_of_assessed(row)


def _tag_of_assessed(row: BoardRow) -> tuple[str, str]:
    if row.offered_to:
        return (N_("Nobody has answered"), "danger") if row.offer_stalled_at else (N_("Offered to a district"), "info")
    if row.refused_by:
        return N_("A district said no"), "danger"
    return (N_("Needs protection now"), "danger") if row.needs_protection else (N_("Assessed: safe for now"), "info")


def counted(steps: Iterable[NextStep], kind: AgencyKind) -> list[tuple[int, str, NextStep]]:
    """The number cards: how many stand at each step that counts for this kind of unit, with its message id."""
    all_steps = list(steps)
    return [(all_steps.count(step), COUNTED[step], step) for step in CARDS[kind]]
