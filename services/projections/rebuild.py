"""Rebuilding a view from the stores while the old one stays readable, then switching to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from services.kit.garbage import collecting_seldom
from services.projections.filling import Filling, Progress
from services.projections.projection import LOCK, STORES, put_aside
from services.projections.recompute import positions_of
from services.projections.tables import walls, writer
from services.projections.view import LAST_SCHEMA, NEXT_SCHEMA, SCHEMA, View
from services.projections.views import VIEWS, casefile, readers

FEW = 500
"""Events that may be left to take while the projector waits."""
ROOMY = {"synchronous_commit": "off", "jit": "off", "work_mem": "64MB", "maintenance_work_mem": "256MB"}
"""A power cut during a rebuild costs the rebuild. A sort of the whole history may take this much memory before it goes to disk."""

SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"


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


class UnknownView(LookupError):
    """There is no view of this name."""


def view_named(name: str) -> View:
    """The view of this name. Raises UnknownView, naming those there are."""
    for view in VIEWS:
        if view.name == name:
            return view
    raise UnknownView(f"{name}: choose one of {', '.join(sorted(view.name for view in VIEWS))}")


async def rebuild(owner_dsn: str, name: str, progress: Progress = lambda _events, _share: None) -> Rebuilt:
    """Builds the view anew beside the old one, catches up, switches, and says whether it came out the same.

    It goes as far as the old one has come and no further, in both: the projector goes on from there, and like is compared with like.
    The projector waits for the last few events and the switch alone; the rows are compared afterwards, as they stood at that moment.
    """
    view = view_named(name)
    async with AsyncExitStack() as stack:
        stack.enter_context(collecting_seldom())
        live = await stack.enter_async_context(_closing(await writer(owner_dsn)))
        beside, looking, *reading = [await stack.enter_async_context(_connected(owner_dsn)) for _ in range(2 + len(STORES))]
        filling = Filling(view, beside)
        await filling.fill(dict(zip(STORES, reading, strict=True)), await positions_of(live, view), progress)
        await _come_near(live, filling)
        async with live.transaction():
            await live.execute(LOCK)
            await filling.catch_up(await positions_of(live, view))
            await looking.execute(SNAPSHOT)
            await _switch(live, filling)
        old, new = await fingerprint(looking, LAST_SCHEMA, view), await fingerprint(looking, SCHEMA, view)
        await looking.execute(f"COMMIT; {_away(LAST_SCHEMA, view)}")
    return Rebuilt(view.name, filling.events, new[0], old == new)


async def _come_near(live: asyncpg.Connection, filling: Filling) -> None:
    """Takes what has happened meanwhile, again and again, until little is left to do under lock."""
    while True:
        reached = await positions_of(live, filling.view)
        if sum(reached.values()) - sum(filling.positions.values()) <= FEW:
            return
        await filling.catch_up(reached)


async def _switch(connection: asyncpg.Connection, filling: Filling) -> None:
    view = filling.view
    # The case file's policy asks who the readers are and goes with them: both are locked first, in the order in which a reading
    # locks them, or the two would wait for each other.
    switched = [casefile.VIEW, view] if view is readers.VIEW else [view]
    statements = [
        _away(LAST_SCHEMA, view),
        f"LOCK TABLE {', '.join(f'{SCHEMA}.{each.table.name}' for each in switched)} IN ACCESS EXCLUSIVE MODE",
        f"ALTER TABLE {SCHEMA}.{view.table.name} SET SCHEMA {LAST_SCHEMA}",
        f"ALTER TABLE {NEXT_SCHEMA}.{view.table.name} SET SCHEMA {SCHEMA}",
        *(statement for each in switched for statement in walls(SCHEMA, each)),
    ]
    await connection.execute("; ".join(statements))
    await connection.execute("UPDATE projections.position SET version = $2 WHERE view = $1", view.name, view.version)
    await connection.execute("DELETE FROM projections.quarantine WHERE view = $1", view.name)
    await put_aside(connection, view, filling.waiting)


def _away(schema: str, view: View) -> str:
    return f"DROP TABLE IF EXISTS {schema}.{view.table.name} CASCADE"


async def fingerprint(connection: asyncpg.Connection, schema: str, view: View) -> tuple[int, object]:
    """Number of rows and the sum of their hashes: equal for equal bytes, whatever their order on disk."""
    hashes = f"SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {schema}.{view.table.name} t"  # noqa: S608
    rows, total = await connection.fetchrow(hashes)
    return rows, total


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    async with _closing(await asyncpg.connect(dsn, timeout=2, server_settings=ROOMY)) as connection:
        yield connection


@asynccontextmanager
async def _closing(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    try:
        yield connection
    finally:
        connection.terminate()
