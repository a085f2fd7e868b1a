"""Computing the rows of chosen streams anew from their events: to compare them with those that stand, and to make them right."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.kit.eventlog import STORES, EventLog, Logged
from services.projections.batch import Taken, take_by_halves
from services.projections.fold import fold
from services.projections.projection import LOCK, put_aside
from services.projections.rows import Row
from services.projections.stored import Stored
from services.projections.view import View

POSITIONS = "SELECT store, position FROM projections.position WHERE view = $1"
WAITING = "SELECT store, position FROM projections.quarantine WHERE view = $1 AND stream = ANY($2)"
DROPPED = "SELECT store, position FROM projections.dropped WHERE view = $1"
SET_FREE = "DELETE FROM projections.quarantine WHERE view = $1 AND stream = ANY($2)"

Places = frozenset[tuple[str, int]]
"""Events by (store, position)."""
NOWHERE: Places = frozenset()


@dataclass(frozen=True)
class Difference:
    """A stream whose rows are not those that its events make: rows that stand there wrongly, rows that should."""

    stream: UUID
    wrong: Sequence[Row]
    right: Sequence[Row]


async def compare(connection: asyncpg.Connection, view: View, streams: Collection[UUID]) -> list[Difference]:
    """Where the view's rows of these streams differ from what their events make, as far as the view has come; nobody waits for it.

    Events that were dropped or wait in quarantine are left out. The login must be a follower that may read the views.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        waiting = await connection.fetch(WAITING, view.name, list(streams))
        aside = frozenset((row["store"], row["position"]) for row in waiting)
        events = await events_of(connection, view, streams, await positions_of(connection, view), aside)
        stands = await Stored(view).load(connection, streams)
    folded = fold(view, events)
    right: dict[UUID, list[Row]] = {stream: [] for stream in streams}
    for row in folded.written:
        right[row[view.stream]].append(row)
    differing = []
    for stream, rows in right.items():
        there = view.rows(row for row in stands if row[view.stream] == stream)
        missing, wrong = view.rows(rows).since(there)
        if missing or wrong:
            differing.append(Difference(stream, wrong, missing))
    return differing


async def recompute(connection: asyncpg.Connection, view: View, streams: Collection[UUID]) -> Taken:
    """Makes the view's rows of these streams anew, in a transaction of its own that the projector waits for.

    What waits in quarantine is tried again, and waits again if it still cannot be taken; dropped events are left out. Gives the
    events that wait and whose rows were written. The login must be one that may write views.
    """
    async with connection.transaction():
        await connection.execute(LOCK)
        taken = await make_anew(connection, Stored(view), streams, await positions_of(connection, view))
        await connection.execute(SET_FREE, view.name, list(streams))
        await put_aside(connection, view, taken.waiting)
    return taken


async def make_anew(connection: asyncpg.Connection, stored: Stored, streams: Collection[UUID], until: Mapping[str, int]) -> Taken:
    """Makes the rows of these streams anew in one table, from their events up to these positions. In a transaction."""
    events = await events_of(connection, stored.view, streams, until)
    await stored.clear(connection, streams)
    return await take_by_halves(connection, stored, events, set())


async def positions_of(connection: asyncpg.Connection, view: View) -> Mapping[str, int]:
    """How far the view has come in each store."""
    return dict.fromkeys(STORES, 0) | {row["store"]: row["position"] for row in await connection.fetch(POSITIONS, view.name)}


async def dropped_of(connection: asyncpg.Connection, view: View) -> Places:
    """The events that the view goes on without."""
    return frozenset((row["store"], row["position"]) for row in await connection.fetch(DROPPED, view.name))


async def events_of(
    connection: asyncpg.Connection, view: View, streams: Collection[UUID], until: Mapping[str, int], without: Places = NOWHERE
) -> list[Logged]:
    """The streams' events that concern the view, up to these positions, causes before effects: what intake took in comes first."""
    without |= await dropped_of(connection, view)
    events = []
    for store in STORES:
        events += await EventLog(connection, store).of(streams, until[store], view.passes_over)
    return [each for each in events if (each.store, each.position) not in without]
