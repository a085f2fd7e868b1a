"""Rebuilding a view from the stores while the old one stays readable, then switching to it."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.eventlog import PAGE, EventLog, log_pool
from services.projections.projection import STORES, apply_one
from services.projections.tables import create_next, engine, guard
from services.projections.view import NEXT_SCHEMA, POSITION, QUARANTINE, SCHEMA, View
from services.projections.views import VIEWS

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
    """Builds the view anew beside the old one, catches up under lock, switches, and says whether it came out the same."""
    view, database, pool = view_named(name), engine(owner_dsn, 1), await log_pool(owner_dsn)
    logs = {store: EventLog(pool, store) for store in STORES}
    try:
        # Liaison's tail first: all that its events follow from in intake is then below intake's tail.
        tails = {store: await logs[store].tail() for store in reversed(STORES)}
        async with database.begin() as connection:
            await connection.run_sync(create_next, view)
        done = 0
        for store in STORES:
            told = functools.partial(_tell, progress, done, sum(tails.values()))
            done += await _replay(database.connect, view, logs[store], tails[store], told)
        async with database.begin() as live:
            positions = await _positions(live, view)
            beside = await live.execution_options(schema_translate_map={SCHEMA: NEXT_SCHEMA})
            for store in STORES:
                async for logged in logs[store].everything(tails[store], positions[store]):
                    await apply_one(beside, view, logged)
                    done += 1
            return await _switch(await live.execution_options(schema_translate_map={}), view, done)
    finally:
        await pool.close()
        await database.dispose()


async def _replay(connect: Callable[[], AsyncConnection], view: View, log: EventLog, until: int, progress: Callable[[int], None]) -> int:
    done, position = 0, 0
    while position < until and (page := await log.after(position, PAGE)):
        async with connect() as plain:
            connection = await plain.execution_options(schema_translate_map={SCHEMA: NEXT_SCHEMA})
            for logged in page:
                if logged.position <= until:
                    await apply_one(connection, view, logged)
                    done += 1
            await connection.commit()
        position = page[-1].position
        progress(done)
    return done


def _tell(progress: Progress, before: int, whole: int, done: int) -> None:
    progress(before + done, whole)


async def _positions(connection: AsyncConnection, view: View) -> Mapping[str, int]:
    """Where the live view stands; the projector waits for us from here on."""
    rows = await connection.execute(select(POSITION).where(POSITION.c.view == view.name).with_for_update())
    return {row.store: row.position for row in rows}


async def _switch(connection: AsyncConnection, view: View, events: int) -> Rebuilt:
    old, new = await fingerprint(connection, SCHEMA, view), await fingerprint(connection, NEXT_SCHEMA, view)
    await connection.run_sync(_swap, view)
    await connection.execute(update(POSITION).where(POSITION.c.view == view.name).values(version=view.version))
    await connection.execute(QUARANTINE.delete().where(QUARANTINE.c.view == view.name))
    rows = await connection.scalar(select(func.count()).select_from(view.table))
    return Rebuilt(view.name, events, rows or 0, old == new)


def _swap(connection: Connection, view: View) -> None:
    # CASCADE takes the case file's policy with it when readers is switched: every guard is put up again below.
    connection.execute(text(f"DROP TABLE {SCHEMA}.{view.table.name} CASCADE"))
    connection.execute(text(f"ALTER TABLE {NEXT_SCHEMA}.{view.table.name} SET SCHEMA {SCHEMA}"))
    for each in VIEWS:
        guard(connection, SCHEMA, each)


async def fingerprint(connection: AsyncConnection, schema: str, view: View) -> tuple[int, object]:
    """Number of rows and the sum of their hashes: equal for equal bytes, whatever their order on disk."""
    hashes = f"SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {schema}.{view.table.name} t"  # noqa: S608
    rows, total = (await connection.execute(text(hashes))).one()
    return rows, total
