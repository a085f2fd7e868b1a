"""Rebuilding views from the stores while the old ones stay readable, then switching to them."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from services.projections.filling import Progress
from services.projections.fold import Waiting
from services.projections.projection import LOCK, put_aside
from services.projections.recompute import make_anew, positions_of
from services.projections.stored import Stored
from services.projections.tables import bare, closing, copier, indexes, walls, writer
from services.projections.view import LAST_SCHEMA, NEXT_SCHEMA, SCHEMA, View
from services.projections.views import VIEWS, readers, view_named
from services.projections.workers import fill_all

log = structlog.get_logger()

FEW = 500
"""Events that may be left to take while the projector waits."""
AT_ONCE = 500
"""Streams made anew in one transaction."""
TOUCHED = "SELECT DISTINCT originator_id FROM {}.stored_events WHERE notification_id > $1 AND notification_id <= $2 AND topic <> ALL($3)"
ASIDE = "SELECT DISTINCT stream FROM projections.quarantine WHERE view = $1"
SWITCH_SECONDS = 1.0
"""How long the switch waits for those who read the old view, and then lets everybody else go first."""
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
AT_ONCE_INDEXED = 2
"""Tables that get their indexes at the same time: each may take the memory that a connection for a rebuild may have."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: events read, rows made, and whether the rows are byte for byte those that stood there."""

    view: str
    events: int
    rows: int
    same: bool

    def __str__(self) -> str:
        how = "byte for byte as it stood" if self.same else "otherwise than it stood"
        return f"{self.view}: {self.rows} rows from {self.events} events, {how}"


def _silent(_events: int, _share: float) -> None:
    """Progress that nobody wants to know of."""


async def rebuild(owner_dsn: str, name: str, progress: Progress = _silent) -> Rebuilt:
    """One view alone; see `rebuild_together`."""
    [made] = await rebuild_together(owner_dsn, [name], progress)
    return made


async def rebuild_together(owner_dsn: str, names: Sequence[str], progress: Progress = _silent) -> list[Rebuilt]:
    """Builds views anew beside the old ones, reading every event once for all; then each catches up, takes its place, and is compared.

    Each goes as far as the old one has come and no further: the projector goes on from there, and like is compared with like.
    The projector waits for the last few events and the switch alone; the rows are compared afterwards, as they stood at that moment.
    Raises UnknownView, WorkerEnded.
    """
    views = [view_named(name) for name in names]
    async with AsyncExitStack() as stack:
        live = await stack.enter_async_context(closing(await writer(owner_dsn)))
        beside, looking = [await stack.enter_async_context(closing(await copier(owner_dsn))) for _ in range(AT_ONCE_INDEXED)]
        reached = {view.name: await positions_of(live, view) for view in views}
        aside = {view.name: {row["stream"] for row in await live.fetch(ASIDE, view.name)} for view in views}
        for view in views:
            await _execute(beside, *bare(view, NEXT_SCHEMA))
        filled = await fill_all(beside, owner_dsn, reached, progress)
        left = iter(views)
        await asyncio.gather(*(_index(connection, left) for connection in (beside, looking)))
        made = []
        for view in views:
            following = _Following(view, beside, reached[view.name], filled[view.name].waiting, aside[view.name])
            rows, same = await _take_its_place(live, looking, following)
            made.append(Rebuilt(view.name, filled[view.name].events, rows, same))
        return made


async def _index(connection: asyncpg.Connection, left: Iterator[View]) -> None:
    for view in left:
        await _execute(connection, *indexes(view, NEXT_SCHEMA))


class _Following:
    """The next table after it is filled: how far it has come, and which events wait. `aside` are the streams that waited in the old one."""

    def __init__(
        self, view: View, connection: asyncpg.Connection, reached: Mapping[str, int], waiting: list[Waiting], aside: set[UUID]
    ) -> None:
        self.waiting = waiting
        self.view, self.connection, self._reached, self._aside = view, connection, reached, aside

    async def come_near(self, live: asyncpg.Connection) -> None:
        """Takes what has happened meanwhile, again and again, until little is left to do under lock."""
        while sum((now := await positions_of(live, self.view)).values()) - sum(self._reached.values()) > FEW:
            await self.catch_up(now)

    async def finish(self, until: Mapping[str, int]) -> None:
        """Catches up, and makes those anew about which people may have decided meanwhile: what they dropped must not come back."""
        await self.catch_up(until, self._aside | {each.logged.stream for each in self.waiting})

    async def catch_up(self, until: Mapping[str, int], beside: Collection[UUID] = ()) -> None:
        """Makes the streams anew that have had events since, and others `beside` them."""
        touched = set(beside)
        for store, position in until.items():
            rows = await self.connection.fetch(TOUCHED.format(store), self._reached[store], position, list(self.view.passes_over))
            touched |= {row["originator_id"] for row in rows}
        streams = sorted(touched)
        for start in range(0, len(streams), AT_ONCE):
            some = streams[start : start + AT_ONCE]
            async with self.connection.transaction():
                taken = await make_anew(self.connection, Stored(self.view, NEXT_SCHEMA), some, until)
            self.waiting = [each for each in self.waiting if each.logged.stream not in some] + taken.waiting
        self._reached = until


async def _take_its_place(live: asyncpg.Connection, looking: asyncpg.Connection, following: _Following) -> tuple[int, bool]:
    """Puts the new view where the old one stood. Gives how many rows it has, and whether they are the old one's."""
    view, beside = following.view, following.connection
    await following.come_near(live)
    while not await _switched(live, looking, following):
        log.info("the switch waits for those who read the old view", view=view.name)
    await _execute(beside, BEGIN, f"SET TRANSACTION SNAPSHOT '{await looking.fetchval('SELECT pg_export_snapshot()')}'")
    old, new = await asyncio.gather(fingerprint(looking, LAST_SCHEMA, view), fingerprint(beside, SCHEMA, view))
    await _execute(beside, "COMMIT")
    await _execute(looking, "COMMIT", _away(LAST_SCHEMA, view))
    return new[0], old == new


async def _switched(live: asyncpg.Connection, looking: asyncpg.Connection, following: _Following) -> bool:
    """Catches up under lock and switches; not if somebody reads the view for so long that others would have to wait behind us."""
    try:
        async with live.transaction():
            await _execute(live, f"SET LOCAL lock_timeout = '{SWITCH_SECONDS} s'", LOCK)
            await following.finish(await positions_of(live, following.view))
            await _execute(looking, BEGIN, "SELECT 1")
            await _switch(live, following.view, following.waiting)
    except asyncpg.LockNotAvailableError:
        await looking.execute("ROLLBACK")
        await asyncio.sleep(SWITCH_SECONDS)
        return False
    return True


async def _switch(connection: asyncpg.Connection, view: View, waiting: list[Waiting]) -> None:
    # The policies of case file and attachments ask who the readers are and go with them: all are locked first, in the order in which a
    # reading locks them, or the two would wait for each other.
    switched = [*(each for each in VIEWS if each.asks_the_readers), view] if view is readers.VIEW else [view]
    await _execute(
        connection,
        _away(LAST_SCHEMA, view),
        f"LOCK TABLE {', '.join(f'{SCHEMA}.{each.table.name}' for each in switched)} IN ACCESS EXCLUSIVE MODE",
        f"ALTER TABLE {SCHEMA}.{view.table.name} SET SCHEMA {LAST_SCHEMA}",
        f"ALTER TABLE {NEXT_SCHEMA}.{view.table.name} SET SCHEMA {SCHEMA}",
        *(statement for each in switched for statement in walls(SCHEMA, each)),
    )
    await connection.execute("UPDATE projections.position SET version = $2 WHERE view = $1", view.name, view.version)
    await connection.execute("DELETE FROM projections.quarantine WHERE view = $1", view.name)
    await put_aside(connection, view, waiting)


async def _execute(connection: asyncpg.Connection, *statements: str) -> None:
    for statement in statements:
        await connection.execute(statement)


def _away(schema: str, view: View) -> str:
    return f"DROP TABLE IF EXISTS {schema}.{view.table.name} CASCADE"


async def fingerprint(connection: asyncpg.Connection, schema: str, view: View) -> tuple[int, object]:
    """Number of rows and the sum of their hashes (64 bits each): equal for equal values in all columns, whatever their order on disk."""
    hashes = f"SELECT count(*), sum(hash_record_extended(t, 0)::numeric) FROM {schema}.{view.table.name} t"  # noqa: S608
    rows, total = await connection.fetchrow(hashes)
    return rows, total
