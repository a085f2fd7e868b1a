"""Every view made anew from the stores, beside what the database can do at best: reading the stores, and COPY of the same rows."""

import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from contracts.catalogue import topics
from services.projections.views import VIEWS
from tests.benchmarks.children import Failed, child, python
from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, collect
from tests.benchmarks.history import Filler
from tests.benchmarks.run import Run
from tests.benchmarks.say import say
from tests.benchmarks.stack import Stack, organised

TITLE = "Every view made anew from the stores"
EVENTS_S, ROWS, SECONDS, COPY_S, READ_S, SHARE, MEMORY = (
    "events/s",
    "rows",
    "rebuild s",
    "COPY of its rows s",
    "reading its events s",
    "(reading + COPY) / rebuild",
    "peak MiB",
)
TOGETHER = "all views together"
ONCE = 200_000
"""From so many events on a view is rebuilt once: a round takes minutes."""
GOAL = Goal(name="all views: sum of (reading a view's events + COPY of its rows) / rebuild of all together", least=0.6, moonshot=0.9)
FLAT = Goal(name="rebuild: most memory of its process", least=512, less=True, unit="MiB")


@dataclass(frozen=True)
class Rebuilt:
    """What one rebuild took, of one view or of several together: how many events it read and how many rows it made."""

    events: int
    rows: int
    same: bool
    seconds: float
    mebibytes: float


async def measure(run: Run) -> Measured:
    """Fills the stores, rebuilds every view once to fill it, then again in turns."""
    events = min(run.events, 2000) if run.smoke else min(run.events, 20_000) if run.seconds < 3 else run.events
    async with organised(run) as stack:
        await fill(run, stack, events)
        count = 1 if events >= ONCE else run.rounds
        found = [await _round(run, stack, number, count) for number in range(1, count + 1)]
    return _measured(collect(found), events)


async def fill(run: Run, stack: Stack, events: int) -> dict[str, Rebuilt]:
    """Both stores to so many events, and every view from them. Gives what the rebuilds took."""
    connection = await asyncpg.connect(stack.admin_dsn())
    try:
        await Filler(connection, run.seed).fill(events, run.place)
    finally:
        await connection.close()
    made = {view.name: await rebuilt(run, stack, view.name) for view in VIEWS}
    await stack.execute("VACUUM ANALYZE")
    return made


async def rebuilt(run: Run, stack: Stack, *views: str) -> Rebuilt:
    """Views together, by the product's own rebuild."""
    settings = {"DSN": stack.dsn("nattljus_owner")}
    async with child("rebuilding", python("tests.benchmarks.rebuilding", *views), settings, run.logs, pipes=True) as rebuilding:
        assert rebuilding.process.stdout is not None
        said = await rebuilding.process.stdout.read()
        if await rebuilding.process.wait():
            raise rebuilding.failure("failed")
    return Rebuilt(**json.loads(said))


async def _round(run: Run, stack: Stack, number: int, count: int) -> dict[tuple[str, str], float]:
    cells: dict[tuple[str, str], float] = {}
    connection = await asyncpg.connect(stack.admin_dsn())
    try:
        copies: dict[str, float] = {}
        for name, views in [*((view.name, [view]) for view in VIEWS), (TOGETHER, list(VIEWS))]:
            took = await rebuilt(run, stack, *(view.name for view in views))
            if not took.same:
                raise Failed(f"{name} did not come out the same")
            reading = await _read(connection, topics(*{event for view in views for event in view.takes}))
            if name == TOGETHER:
                copying = sum(copies.values())
            else:
                copying = copies[name] = await _copied(connection, views[0].table.name)
            found = (
                took.events / took.seconds,
                took.rows,
                took.seconds,
                copying,
                reading,
                (reading + copying) / took.seconds,
                took.mebibytes,
            )
            cells |= {(name, column): value for column, value in zip(COLUMNS, found, strict=True)}
            found_in = f"{took.seconds:.1f} s, {took.events:,} events"
            say(f"  round {number}/{count}  {name}: {found_in}, reading {reading:.2f}, COPY {copying:.2f}")
    finally:
        await connection.close()
    return cells


READ = "SELECT notification_id, topic, originator_id, state FROM {store}.stored_events WHERE topic = ANY($1) ORDER BY 1"
STORAGE = "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = $1::text::regclass"
COLUMNS = (EVENTS_S, ROWS, SECONDS, COPY_S, READ_S, SHARE, MEMORY)


async def _read(connection: asyncpg.Connection, wanted: Sequence[str]) -> float:
    """Seconds for reading the events of these topics from both stores over one connection, page by page as any reader must."""
    began = time.monotonic()
    for store in ("intake", "liaison"):
        async with connection.transaction():
            cursor = await connection.cursor(READ.format(store=store), list(wanted))
            while await cursor.fetch(500):
                pass
    return time.monotonic() - began


async def _copied(connection: asyncpg.Connection, table: str) -> float:
    """Seconds for COPY of the view's rows, in binary from memory, into an empty table with the same indexes and storage."""
    held = io.BytesIO()
    await connection.copy_from_table(table, schema_name="projections", output=held, format="binary")
    await connection.execute(
        f"DROP TABLE IF EXISTS public.bench_copy; CREATE TABLE public.bench_copy (LIKE projections.{table} INCLUDING ALL)"
    )
    if stored := await connection.fetchval(
        f"SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = 'projections.{table}'::regclass"
    ):
        await connection.execute(f"ALTER TABLE public.bench_copy SET ({stored})")
    held.seek(0)
    began = time.monotonic()
    await connection.copy_to_table("bench_copy", schema_name="public", source=held, format="binary")
    took = time.monotonic() - began
    await connection.execute("DROP TABLE public.bench_copy")
    return took


def _measured(rows: dict[str, dict[str, Figure]], events: int) -> Measured:
    notes = (
        f"{events:,} events in both stores. Reading is one client over one connection, 500 rows at a time; COPY is binary, from memory,",
        "into an empty table with the view's indexes and storage. Each view alone, then all together, where every event is read once:",
        "there the reading is that of one client reading all of them once. Every view came out byte for byte as it was.",
    )
    table = Table(title=f"{TITLE}, {events:,} events", unit="view", columns=COLUMNS, rows=rows, notes=(" ".join(notes),))
    rounds = len(next(iter(rows.values()))[SECONDS].samples)
    shares = tuple(
        sum(cells[COPY_S].samples[n] + cells[READ_S].samples[n] for name, cells in rows.items() if name != TOGETHER)
        / rows[TOGETHER][SECONDS].samples[n]
        for n in range(rounds)
    )
    most = Figure(samples=(max(cells[MEMORY].spread[1] for cells in rows.values()),))
    return Measured(tables=(table,), verdicts=(Verdict(goal=GOAL, figure=Figure(samples=shares)), Verdict(goal=FLAT, figure=most)))
