"""The quarantine's way back into the views: the projector acts on what people decided about the events that wait."""

from collections.abc import Sequence

import asyncpg
import structlog

from contracts.catalogue import topics
from contracts.event import Event
from contracts.quarantine import BEHIND, QuarantineDropConfirmed, QuarantineDropProposed, QuarantineReplayRequested
from services.kit.bus import Changed
from services.kit.eventlog import Logged
from services.projections.recompute import recompute
from services.projections.view import View
from services.projections.views import VIEWS

log = structlog.get_logger()

DECISIONS = frozenset(topics(QuarantineReplayRequested, QuarantineDropProposed, QuarantineDropConfirmed))

PROPOSE = "INSERT INTO operations.proposal VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
WITHDRAW = "DELETE FROM operations.proposal WHERE follower = $1 AND store = $2 AND position = $3"
DROP = (
    "INSERT INTO projections.dropped (view, store, position) SELECT view, store, position FROM projections.quarantine"
    " WHERE view = $1 AND store = $2 AND position = $3 AND stream = $4 AND reason <> $5 ON CONFLICT DO NOTHING"
)


async def act(connection: asyncpg.Connection, batch: Sequence[Logged]) -> list[Changed]:
    """Does what the decisions in a batch say. Twice is once, so that it may be done again after a fall. Gives what changed for whom."""
    changed: list[Changed] = []
    for logged in batch:
        if logged.topic in DECISIONS and (event := _readable(logged)):
            async with connection.transaction():
                changed += await _decided(connection, event, logged)
    return changed


def _readable(logged: Logged) -> Event | None:
    try:
        return logged.event
    except ValueError:
        log.exception("a decision about the quarantine cannot be read", position=logged.position)
        return None


async def _decided(connection: asyncpg.Connection, event: Event, logged: Logged) -> list[Changed]:
    match event:
        case QuarantineReplayRequested():
            return await _again(connection, event)
        case QuarantineDropProposed():
            at = logged.envelope.time
            await connection.execute(PROPOSE, event.follower, event.store, event.position, event.ground, event.proposed_by, at)
        case QuarantineDropConfirmed():
            await connection.execute(WITHDRAW, event.follower, event.store, event.position)
            # Only what waits, and is what the others wait for, can be dropped: no two people can take a sound event off a screen.
            await connection.execute(DROP, event.follower, event.store, event.position, event.stream, BEHIND)
            return await _again(connection, event)
        case _:
            pass
    return []


async def _again(connection: asyncpg.Connection, event: QuarantineReplayRequested | QuarantineDropConfirmed) -> list[Changed]:
    """The stream's rows made anew, with what waited; what still cannot be taken waits again."""
    found: list[View] = [view for view in VIEWS if view.name == event.follower]
    if not found:
        return []
    taken = await recompute(connection, found[0], [event.stream])
    log.info("taken again", view=event.follower, stream=str(event.stream), waiting=len(taken.waiting))
    return [Changed(unit, (event.follower,), tuple(sorted(str(each) for each in streams))) for unit, streams in taken.touched.items()]
