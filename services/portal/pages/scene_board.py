"""Calls to the scene on Socialjouren's board: in which zone each stands, what is next, how long is left, and what can be done at once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.scene import SceneAnswer, SceneQueue
from contracts.stalled import Level
from services.portal.hub import Hub
from services.portal.labels import LEVELS
from services.portal.language import N_
from services.portal.pages.board_filter import Wanted
from services.portal.pages.clock import Clock, running
from services.portal.pages.scene_row import SceneRow, in_order, standing
from services.portal.pages.zones import Act, Zone
from services.portal.sessions import Session

MOST = {SceneQueue.UNANSWERED: 200, SceneQueue.UNDER_WAY: 200, SceneQueue.CLOSED: 20}
"""How many calls of a queue a page shows at once."""


class CallStep(StrEnum):
    """What Socialjouren does next with a call."""

    OPEN = "open"
    READ = "read"
    ANSWER = "answer"
    ARRIVE = "arrive"
    SPEAK = "speak"
    AWAIT = "await"
    CLOSE = "close"
    NOTHING = "nothing"


CALL_STEPS: dict[CallStep, str] = {
    CallStep.OPEN: N_("Open the call"),
    CallStep.READ: N_("Read what the patrol has written"),
    CallStep.ANSWER: N_("Answer the patrol"),
    CallStep.ARRIVE: N_("Note when you are there"),
    CallStep.SPEAK: N_("Speak with each child"),
    CallStep.AWAIT: N_("Wait for the patrol's referral"),
    CallStep.CLOSE: N_("Close the call"),
    CallStep.NOTHING: N_("Nothing more to do"),
}
PLACES = {CallStep.ARRIVE: "times", CallStep.SPEAK: "children", CallStep.CLOSE: "closing"}
"""The part of the call's page where each step is taken, where it is not the first one."""


@dataclass(frozen=True)
class CallLine:
    """One line of the board: the row, its clock, what is next and where, its zone, how it stands, what can be done at once."""

    row: SceneRow
    clock: Clock | None
    step: CallStep
    zone: Zone
    tag: tuple[str, str]
    flags: list[tuple[str, str]]
    act: Act | None

    @property
    def place(self) -> str:
        """The part of the call's page."""
        return PLACES.get(self.step, "step")


def call_line(row: SceneRow, now: datetime) -> CallLine:
    """The row as it stands on Socialjouren's board."""
    zone = zone_of(row)
    act = {Zone.NEW: Act.TAKE, Zone.MINE: Act.GIVE_BACK, Zone.OURS: Act.TAKE_OVER}.get(zone)
    clock = min(clocks_of(row, now), key=lambda each: each.due, default=None)
    return CallLine(row, clock, next_step(row), zone, standing(row, now), list(_flags(row)), act)


def zone_of(row: SceneRow) -> Zone:
    """Where the row stands for this reader: the hub says in which zone, the reader's own part of `ours` is theirs."""
    return Zone.MINE if row.zone == Zone.OURS and row.mine else Zone(row.zone)


def next_step(row: SceneRow) -> CallStep:
    """What Socialjouren does next with it: what was said is read first, then the patrol is answered, then the children come."""
    steps = (
        (CallStep.NOTHING, row.closed_at is not None),
        (CallStep.OPEN, row.seen_at is None),
        (CallStep.READ, row.unread_since is not None),
        (CallStep.CLOSE, row.withdrawn_at is not None),
        (CallStep.ANSWER, row.answer is None),
        (CallStep.ARRIVE, row.answer is SceneAnswer.COMING and row.arrived_at is None),
        (CallStep.SPEAK, any(child.spoken_with_at is None for child in row.children)),
        (CallStep.AWAIT, any(child.referral is None for child in row.children)),
    )
    return next((step for step, holds in steps if holds), CallStep.CLOSE)


def clocks_of(row: SceneRow, now: datetime) -> list[Clock]:
    """The limits that run: to the answer, and to have spoken with every child. Both are practice."""
    return list(_running(row, now))


def _running(row: SceneRow, now: datetime) -> Iterator[Clock]:
    if row.queue is SceneQueue.CLOSED:
        return
    if row.queue is SceneQueue.UNANSWERED:
        yield from running("scene-call-answer", row.requested_at, row.answer_due, now, danger=row.danger)
    elif any(child.spoken_with_at is None for child in row.children):
        yield from running("scene-child-spoken-with", row.alarm_at, row.child_due, now)


def _flags(row: SceneRow) -> Iterator[tuple[str, str]]:
    if row.unread_since:
        yield N_("The patrol has written more"), "danger"
    if row.stalled:
        level = Level.TEAM_LEAD if escalated(row) else Level.BOARD
        yield LEVELS[level], "danger" if level is Level.TEAM_LEAD else "warning"


def escalated(row: SceneRow) -> bool:
    """Whether something about it has taken so long that the team lead was told."""
    return any(each.endswith(f":{Level.TEAM_LEAD}") for each in row.stalled)


async def queues_of(hub: Hub, session: Session, after: str = "", queues: Iterable[SceneQueue] = MOST) -> dict[SceneQueue, list[SceneRow]]:
    """The unit's calls by queue: those that are not over in the order in which they are looked at, those that are newest first."""
    asked = tuple(queues)
    found = await asyncio.gather(*(hub.read(session, "/scene-calls", after, queue=each.value, limit=MOST[each]) for each in asked))
    rows = [[SceneRow.model_validate(each) for each in page] for page in found]
    return {queue: page if queue is SceneQueue.CLOSED else in_order(page) for queue, page in zip(asked, rows, strict=True)}


async def calls_of(hub: Hub, session: Session, now: datetime, after: str, asked: Wanted) -> Mapping[Zone, Sequence[CallLine]]:
    """The calls of the board by zone, as far as they are asked for. Who answers no calls has none, and nothing is read for them."""
    if not session.person.answers_calls or asked.category or asked.last:
        return {}
    queues = await queues_of(hub, session, after)
    return by_zone([row for rows in queues.values() for row in rows if wants(asked, row)], now)


def wants(asked: Wanted, row: SceneRow) -> bool:
    """Whether the call is among what somebody wants to see of the board."""
    return asked.text in row.receipt_code and (row.danger or not asked.danger)


def by_zone(rows: Iterable[SceneRow], now: datetime) -> dict[Zone, list[CallLine]]:
    """Each row in its one zone, in the order in which they come."""
    lines = [call_line(row, now) for row in rows]
    return {zone: [line for line in lines if line.zone is zone] for zone in Zone}
