"""A call to the scene as a value: what stands in the lists, how far it has come, and how long things took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import Role
from contracts.referral import AgeBand
from contracts.scene import Exposure, SceneAnswer, SceneOutcome, ScenePhase, SceneQueue
from services.portal.labels import SCENE_PHASES
from services.portal.language import N_
from services.portal.pages.chain import State, Step

DELAY = timedelta(minutes=2)
"""How much later than its alarm a call comes in before the lists say so."""
A_DAY = timedelta(hours=24)
"""The model's window from the alarm: practice, and never shown as law."""


@dataclass(frozen=True)
class Child:
    """One child of a call, by its number, with its own times. `after` is from the alarm until somebody spoke with it."""

    number: int
    age_band: AgeBand
    exposure: Exposure
    spoken_with_at: datetime | None
    examined_at: datetime | None
    referral: UUID | None
    after: timedelta | None

    @property
    def untouched(self) -> bool:
        """Whether nothing was done for it that can be seen here: then its card may be struck."""
        return self.spoken_with_at is None and self.examined_at is None and self.referral is None

    @property
    def within_a_day(self) -> bool:
        """Whether somebody spoke with it within 24 hours of the alarm."""
        return self.after is not None and self.after <= A_DAY


class SceneRow(BaseModel):
    """One call: projections' row. No name and no place stands in it."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    scene: UUID
    relation: str
    queue: SceneQueue
    phase: ScenePhase
    receipt_code: str
    from_unit: str
    to_unit: str
    danger: bool
    interpreter: bool
    checklist: str | None
    requested_at: datetime
    alarm_at: datetime
    notified_at: datetime
    answer_due: datetime | None
    child_due: datetime | None
    seen_at: datetime | None
    amended_at: datetime | None
    withdrawn_at: datetime | None
    unread_since: datetime | None
    answer: SceneAnswer | None
    arrives_at: datetime | None
    answered_at: datetime | None
    care_at: datetime | None
    coordination_at: datetime | None
    arrived_at: datetime | None
    handed_over_at: datetime | None
    age_bands: tuple[AgeBand, ...]
    exposures: tuple[Exposure, ...]
    struck: frozenset[int]
    spoken_with_at: tuple[datetime | None, ...]
    examined_at: tuple[datetime | None, ...]
    referrals: tuple[UUID | None, ...]
    tasks_done: frozenset[str]
    outcomes: tuple[SceneOutcome, ...]
    outcome_children: tuple[int | None, ...]
    zone: str
    mine: bool
    taken_by: UUID | None
    taken_role: Role | None
    taken_at: datetime | None
    stalled: tuple[str, ...]
    stalled_at: datetime | None
    closed_at: datetime | None

    @property
    def ours(self) -> bool:
        """Whether the reader is the patrol's unit, which called."""
        return self.relation == "called"

    @property
    def children(self) -> list[Child]:
        """The children, in the call's order, without those that were struck."""
        places = zip(self.age_bands, self.exposures, self.spoken_with_at, self.examined_at, self.referrals, strict=True)
        return [
            Child(number, band, exposure, spoken, examined, referral, spoken - self.alarm_at if spoken else None)
            for number, (band, exposure, spoken, examined, referral) in enumerate(places, start=1)
            if number not in self.struck
        ]

    @property
    def delayed(self) -> bool:
        """Whether the call reached the hub long after it was made: the network was away, or another alarm came first."""
        return self.requested_at - self.alarm_at >= DELAY

    @property
    def left_undone(self) -> list[int]:
        """The children that nobody has spoken with, or that no referral was made about: closing then takes a reason."""
        return [child.number for child in self.children if child.spoken_with_at is None or child.referral is None]

    @property
    def all_spoken_with(self) -> timedelta | None:
        """From the alarm until the last child was spoken with; None while one is left, and when there is none."""
        waits = [child.after for child in self.children]
        return max((each for each in waits if each is not None), default=None) if None not in waits else None

    def waited(self, now: datetime) -> timedelta:
        """How long the patrol has waited for an answer, or did."""
        return (self.answered_at or now) - self.requested_at

    @property
    def told(self) -> str:
        """What an open page shows of what was written on both sides: another one means that there is more to read."""
        return "/".join(at.isoformat() if at else "" for at in (self.answered_at, self.unread_since))

    def late(self, now: datetime) -> bool:
        """Whether nobody has answered in time."""
        return self.queue is SceneQueue.UNANSWERED and self.answer_due is not None and now > self.answer_due


def standing(row: SceneRow, now: datetime) -> tuple[str, str]:
    """How it stands, for a list: a message id, and a tone."""
    if row.queue is SceneQueue.CLOSED:
        return N_("Closed"), "success"
    if row.withdrawn_at:
        return N_("Called off by the patrol"), "warning"
    if row.queue is SceneQueue.UNANSWERED:
        unseen = N_("Nobody has seen it") if row.seen_at is None else N_("Seen, not answered")
        return unseen, "danger" if row.danger or row.late(now) else "warning"
    if row.answer is SceneAnswer.NOBODY_CAN_COME:
        return N_("Nobody can come"), "warning"
    return (N_("On the scene"), "info") if row.arrived_at else (N_("On the way"), "info")


def chain(row: SceneRow) -> tuple[Step, ...]:
    """The times in the order of the model; the first that has not come is the next one, and after the end none is."""
    spoken = [child.spoken_with_at for child in row.children]
    last = None if None in spoken or not spoken else max(each for each in spoken if each)
    usual: Sequence[tuple[str, datetime | None]] = (
        (N_("Alarm"), row.alarm_at),
        (N_("Sent to Socialjouren"), row.requested_at),
        (N_("Seen by Socialjouren"), row.seen_at),
        (N_("An answer to the patrol"), row.answered_at),
        (N_("Socialjouren on the scene"), row.arrived_at),
        (N_("Every child spoken with"), last),
        (N_("Handed over to the district"), row.handed_over_at),
    )
    off = row.withdrawn_at  # then nobody waits any more for what has not come
    called_off = [(N_("Called off by the patrol"), off)] if off else []
    steps = [*(step for step in usual if step[1] or not off), *called_off, (N_("Closed"), row.closed_at)]
    following = None if row.closed_at else next((label for label, at in steps if at is None), None)

    def state(label: str, at: datetime | None) -> State:
        return "done" if at else "now" if label == following else "waiting"

    return tuple(Step(label, state(label, at), at) for label, at in steps)


def phases(row: SceneRow) -> tuple[Step, ...]:
    """The three phases, each with when it began."""
    began = {ScenePhase.ALARM: row.alarm_at, ScenePhase.CARE: row.care_at, ScenePhase.COORDINATION: row.coordination_at}
    order = list(ScenePhase)
    reached = order.index(row.phase) + (row.closed_at is not None)

    def state(place: int) -> State:
        return "done" if place < reached else "now" if place == reached else "waiting"

    return tuple(Step(SCENE_PHASES[phase], state(place), began[phase]) for place, phase in enumerate(order))


def in_order(rows: Iterable[SceneRow]) -> list[SceneRow]:
    """What is looked at first: what the patrol has written since, danger, then who has waited longest."""
    return sorted(rows, key=lambda row: (row.unread_since is None, not row.danger, row.requested_at))
