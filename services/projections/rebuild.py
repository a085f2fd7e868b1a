"""Rebuilding a view from the stores while the old one stays readable, then switching to it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.kit.eventlog import PAGE, EventLog, Logged, log_pool
from services.projections.projection import POISON, STORES, aside, take
from services.projections.tables import create_next, engine, guard
from services.projections.view import NEXT_SCHEMA, POSITION, QUARANTINE, SCHEMA, View
from services.projections.views import VIEWS, casefile, readers

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
    logs = {store: EventLog(pool, store) for store in STORES}
    try:
        async with database.begin() as connection:
            so_far = await _positions(connection, view)
            await connection.run_sync(create_next, view)
        following = _Next(view, database)
        for store in STORES:
            told = functools.partial(_tell, progress, following.done, sum(so_far.values()))
            await following.replay(logs[store], so_far[store], told)
        async with database.begin() as live:
            positions = await _positions(live, view, lock=True)
            beside = await live.execution_options(schema_translate_map={SCHEMA: NEXT_SCHEMA})
            for store in STORES:
                async for logged in logs[store].everything(so_far[store], positions[store]):
                    await following.take(beside, [logged], careful=True)
            return await _switch(await live.execution_options(schema_translate_map={}), following)
    finally:
        await pool.close()
        await database.dispose()


class _Next:
    """The view as it is being built: how many events went in, and which wait because it cannot take them."""

    def __init__(self, view: View, database: AsyncEngine) -> None:
        self.view, self.done = view, 0
        self.waiting: list[dict[str, object]] = []
        self._database, self._held = database, set[UUID]()

    async def replay(self, log: EventLog, until: int, progress: Callable[[int], None]) -> None:
        """Everything up to and with the position, a transaction a page."""
        position, before = 0, self.done
        while position < until and (page := await log.after(position, PAGE)):
            wanted = [logged for logged in page if logged.position <= until]
            try:
                await self._page(wanted, careful=False)
            except POISON:
                await self._page(wanted, careful=True)
            position = page[-1].position
            progress(self.done - before)

    async def _page(self, page: Sequence[Logged], *, careful: bool) -> None:
        async with self._database.connect() as plain:
            await self.take(await plain.execution_options(schema_translate_map={SCHEMA: NEXT_SCHEMA}), page, careful=careful)
            await plain.commit()

    async def take(self, connection: AsyncConnection, page: Sequence[Logged], *, careful: bool) -> None:
        """Some events. Raises what POISON lists, unless careful."""
        waiting = []
        for logged in page:
            _, reason = await take(connection, self.view, logged, self._held, careful=careful)
            if reason:
                waiting.append(aside(self.view, logged, reason))
        self.waiting += waiting
        self.done += len(page)


def _tell(progress: Progress, before: int, whole: int, done: int) -> None:
    progress(before + done, whole)


async def _positions(connection: AsyncConnection, view: View, *, lock: bool = False) -> Mapping[str, int]:
    """Where the live view stands; with `lock`, the projector waits for us from here on."""
    query = select(POSITION).where(POSITION.c.view == view.name)
    rows = await connection.execute(query.with_for_update() if lock else query)
    return dict.fromkeys(STORES, 0) | {row.store: row.position for row in rows}


async def _switch(connection: AsyncConnection, following: _Next) -> Rebuilt:
    view = following.view
    old, new = await fingerprint(connection, SCHEMA, view), await fingerprint(connection, NEXT_SCHEMA, view)
    await connection.run_sync(_swap, view)
    await connection.execute(update(POSITION).where(POSITION.c.view == view.name).values(version=view.version))
    await connection.execute(QUARANTINE.delete().where(QUARANTINE.c.view == view.name))
    if following.waiting:
        await connection.execute(QUARANTINE.insert(), following.waiting)
    rows = await connection.scalar(select(func.count()).select_from(view.table))
    return Rebuilt(view.name, following.done, rows or 0, old == new)


def _swap(connection: Connection, view: View) -> None:
    # The case file's policy asks who the readers are and goes with them: both are locked first, in the order in which a reading
    # locks them, or the two would wait for each other.
    switched = [casefile.VIEW, view] if view is readers.VIEW else [view]
    connection.execute(text(f"LOCK TABLE {', '.join(f'{SCHEMA}.{each.table.name}' for each in switched)} IN ACCESS EXCLUSIVE MODE"))
    connection.execute(text(f"DROP TABLE {SCHEMA}.{view.table.name} CASCADE"))
    connection.execute(text(f"ALTER TABLE {NEXT_SCHEMA}.{view.table.name} SET SCHEMA {SCHEMA}"))
    for each in switched:
        guard(connection, SCHEMA, each)


async def fingerprint(connection: AsyncConnection, schema: str, view: View) -> tuple[int, object]:
    """Number of rows and the sum of their hashes: equal for equal bytes, whatever their order on disk."""
    hashes = f"SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {schema}.{view.table.name} t"  # noqa: S608
    rows, total = (await connection.execute(text(hashes))).one()
    return rows, total
