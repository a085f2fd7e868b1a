"""Rebuilding a view from the stores while the old one stays readable, then switching to it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.kit.eventlog import PAGE, EventLog, Logged, log_pool
from services.projections.fold import Waiting, fold
from services.projections.projection import STORES, put_aside
from services.projections.stored import REFUSED, Stored
from services.projections.tables import create_next, engine, walls, writer
from services.projections.view import NEXT_SCHEMA, SCHEMA, View
from services.projections.views import VIEWS, casefile, readers

STANDS = "SELECT store, position FROM projections.position WHERE view = $1"
STANDS_LOCKED = f"{STANDS} ORDER BY store FOR UPDATE"

Progress = Callable[[int, int], None]
"""Called with how many events are done and how many there are."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: events read, rows made, and whether the rows are byte for byte those that stood there."""

    view: str
    events: int
    rows: int
    same: bool


class UnknownView(LookupError):
    """There is no view of this name."""


def view_named(name: str) -> View:
    """The view of this name. Raises UnknownView, naming those there are."""
    for view in VIEWS:
        if view.name == name:
            return view
    raise UnknownView(f"{name}: choose one of {', '.join(sorted(view.name for view in VIEWS))}")


async def rebuild(owner_dsn: str, name: str, progress: Progress = lambda _done, _all: None) -> Rebuilt:
    """Builds the view anew beside the old one, catches up under lock, switches, and says whether it came out the same.

    It goes as far as the old one has come and no further, in both: the projector goes on from there, and like is compared with like.
    """
    view, database, pool = view_named(name), engine(owner_dsn, 1), await log_pool(owner_dsn)
    live, beside = await writer(owner_dsn), await writer(owner_dsn)
    logs = {store: EventLog(pool, store) for store in STORES}
    try:
        async with database.begin() as connection:
            await connection.run_sync(create_next, view)
        so_far, following = await _positions(live, view), _Next(view, beside)
        for store in STORES:
            told = functools.partial(_tell, progress, sum(so_far.values()))
            await following.replay(logs[store], 0, so_far[store], told)
        async with live.transaction():
            positions = await _positions(live, view, lock=True)
            for store in STORES:
                await following.replay(logs[store], so_far[store], positions[store], lambda _: None)
            return await _switch(live, following)
    finally:
        live.terminate()
        beside.terminate()
        await pool.close()
        await database.dispose()


class _Next:
    """The view as it is being built: how many events went in, and which wait because it cannot take them."""

    def __init__(self, view: View, connection: asyncpg.Connection) -> None:
        self.view, self.done = view, 0
        self.waiting: list[Waiting] = []
        self._connection, self._stored = connection, Stored(view, NEXT_SCHEMA)
        self._held = set[UUID]()

    async def replay(self, log: EventLog, position: int, until: int, progress: Callable[[int], None]) -> None:
        """Everything after the position up to and with `until`, a transaction a page."""
        while position < until and (page := await log.after(position, PAGE)):
            await self._page([logged for logged in page if logged.position <= until])
            position = page[-1].position
            progress(self.done)

    async def _page(self, page: Sequence[Logged]) -> None:
        try:
            async with self._connection.transaction():
                waiting = await self._fold(page)
        except REFUSED as error:
            if len(page) > 1:
                await self._page(page[: len(page) // 2])
                await self._page(page[len(page) // 2 :])
                return
            waiting = [Waiting(page[0], type(error).__name__)]
        self.waiting += waiting
        self._held.update(each.logged.stream for each in waiting)
        self.done += len(page)

    async def _fold(self, page: Sequence[Logged]) -> list[Waiting]:
        rows = [] if self.view.adds_only else await self._stored.load(self._connection, {each.stream for each in page})
        folded = fold(self.view, page, rows, self._held)
        await self._stored.write(self._connection, folded.written, folded.gone)
        return folded.waiting


def _tell(progress: Progress, whole: int, done: int) -> None:
    progress(done, whole)


async def _positions(connection: asyncpg.Connection, view: View, *, lock: bool = False) -> Mapping[str, int]:
    """Where the live view stands; with `lock`, the projector waits for us from here on."""
    rows = await connection.fetch(STANDS_LOCKED if lock else STANDS, view.name)
    return dict.fromkeys(STORES, 0) | {row["store"]: row["position"] for row in rows}


async def _switch(connection: asyncpg.Connection, following: _Next) -> Rebuilt:
    view = following.view
    old, new = await fingerprint(connection, SCHEMA, view), await fingerprint(connection, NEXT_SCHEMA, view)
    await _swap(connection, view)
    await connection.execute("UPDATE projections.position SET version = $2 WHERE view = $1", view.name, view.version)
    await connection.execute("DELETE FROM projections.quarantine WHERE view = $1", view.name)
    await put_aside(connection, view, following.waiting)
    return Rebuilt(view.name, following.done, new[0], old == new)


async def _swap(connection: asyncpg.Connection, view: View) -> None:
    # The case file's policy asks who the readers are and goes with them: both are locked first, in the order in which a reading
    # locks them, or the two would wait for each other.
    switched = [casefile.VIEW, view] if view is readers.VIEW else [view]
    await connection.execute(f"LOCK TABLE {', '.join(f'{SCHEMA}.{each.table.name}' for each in switched)} IN ACCESS EXCLUSIVE MODE")
    await connection.execute(f"DROP TABLE {SCHEMA}.{view.table.name} CASCADE")
    await connection.execute(f"ALTER TABLE {NEXT_SCHEMA}.{view.table.name} SET SCHEMA {SCHEMA}")
    for each in switched:
        await connection.execute("; ".join(walls(SCHEMA, each)))


async def fingerprint(connection: asyncpg.Connection, schema: str, view: View) -> tuple[int, object]:
    """Number of rows and the sum of their hashes: equal for equal bytes, whatever their order on disk."""
    hashes = f"SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {schema}.{view.table.name} t"  # noqa: S608
    rows, total = await connection.fetchrow(hashes)
    return rows, total
