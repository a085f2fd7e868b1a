"""Pages: the first 25 rows and the largest page through the whole read API, and the board that a person sees, at two sizes."""

import contextlib
import time
from functools import partial

import asyncpg
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from services.projections.views.boardtable import TABLE
from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, percentile, ratio
from tests.benchmarks.load import Generator, generator
from tests.benchmarks.rendering import drawn
from tests.benchmarks.rounds import Leg, rounds
from tests.benchmarks.run import Run
from tests.benchmarks.say import say
from tests.benchmarks.stack import Stack, organised, service
from tests.benchmarks.tap import OFFICER, cookie_of

TITLE = "Pages"
READER, AGENCY, UNIT = "socialjouren", "socialjouren", "socialjouren-jour"
ALONE, PAGE, NEXT, LARGEST = "asyncpg alone, 25 rows", "read API, 25 rows", "read API, the next 25 rows", "read API, 200 rows"
BOARD, DRAWN = "the board in the portal, 200 rows", "drawing 500 rows, the template alone"
SIZES = (1_000_000, 5_000_000)
OVER = Goal(name="page of 25 through the whole read API / asyncpg alone", least=3, moonshot=1.3, less=True)
GROWN = Goal(name="page of 25, five times the rows / the rows", least=1.3, moonshot=1.1, less=True)
ROWS = """
INSERT INTO projections.board (referral, kind, agency, unit, relation, reference, receipt_code, submission, registry_number, from_unit,
    categories, immediate_danger, age_band, received_at, safety_assessment_due, preliminary_assessment_due, owner_unit,
    siblings, zone, urgency, stalled, earlier, alike, linked, protection, supplements, supplements_seen, attachments, attachments_seen,
    todo, on_hold, owed)
SELECT gen_random_uuid(), CASE a WHEN 0 THEN 'socialjour' ELSE 'district' END, CASE a WHEN 0 THEN 'socialjouren' ELSE 'district-' || a END,
    CASE a WHEN 0 THEN 'socialjouren-jour' ELSE 'district-' || a END, 'owner', 'TEST-' || n, 'TEST-' || n, gen_random_uuid(),
    '2026-' || n, 'lpo-farsta', ARRAY['neglect'], n % 50 = 0, '7-9', t, t + interval '1 day', t + interval '14 days',
    CASE a WHEN 0 THEN 'socialjouren-jour' ELSE 'district-' || a END, 0, 'new', (n % 50 <> 0)::int, '{{}}', '{{}}', '{{}}', '{{}}',
    'none', 0, 0, 0, 0, '{{police}}', false, '{{}}'
FROM (SELECT n, (50 * power(random(), 3))::int AS a, timestamptz '2026-11-22' - n * interval '7 s' AS t
    FROM generate_series({}, {}) n) AS made;
"""
"""Fifty agencies, the first with a quarter of all rows."""


async def measure(run: Run) -> Measured:
    """All legs in turns at the first size, then at the second."""
    sizes = (2000, 10_000) if run.smoke else SIZES if run.seconds >= 3 else (50_000, 250_000)
    found: dict[str, dict[str, Figure]] = {}
    async with organised(run) as stack, contextlib.AsyncExitStack() as started:
        for name in ("identity", "projections", "portal"):
            await started.enter_async_context(service(run, stack, name))
        load, held = await generator(run), 0
        for size in sizes:
            say(f"  {size:,} rows")
            await stack.execute(ROWS.format(held + 1, size))
            await stack.execute("VACUUM ANALYZE projections.board")
            held = size
            for name, cells in (await rounds(await _legs(run, stack, load, f"{size:,} rows"), run.rounds)).items():
                found.setdefault(name, {}).update(cells)
    first, second = (f"{size:,} rows" for size in sizes)
    notes = ("One connection. Every API page is token, register, policy, row-level security, rows, models, JSON; no row holds a name.",)
    table = Table(title="One page, median", unit="ms", columns=(first, second), rows=found, bound=ALONE, notes=notes)
    verdicts = (
        Verdict(goal=OVER, figure=ratio(found[PAGE][second], found[ALONE][second])),
        Verdict(goal=GROWN, figure=ratio(found[PAGE][second], found[PAGE][first])),
    )
    return Measured(tables=(table,), verdicts=verdicts)


async def _legs(run: Run, stack: Stack, load: Generator, column: str) -> dict[tuple[str, str], Leg]:
    api, connection = f"{stack.ports.address('projections')}/projections/v1", await asyncpg.connect(stack.admin_dsn())
    last = await connection.fetchrow(
        f"SELECT received_at, referral FROM projections.board WHERE unit = '{UNIT}' ORDER BY received_at DESC LIMIT 1"
    )
    await connection.close()
    keyset = f"before={last['received_at']:%Y-%m-%dT%H:%M:%SZ}&beforeId={last['referral']}"

    async def fetched(address: str) -> float:
        return (await load.fetch(address, 1, await stack.token(READER))).p50

    async def seen() -> float:
        return (await load.fetch(f"{stack.ports.address('portal')}/board", 1, cookie=await cookie_of(stack, OFFICER))).p50

    return {
        (ALONE, column): partial(_alone, run, stack),
        (PAGE, column): partial(fetched, f"{api}/board?limit=25"),
        (NEXT, column): partial(fetched, f"{api}/board?limit=25&{keyset}"),
        (LARGEST, column): partial(fetched, f"{api}/board?limit=200"),
        (BOARD, column): seen,
        (DRAWN, column): partial(drawn, 500, times=5),
    }


async def _alone(run: Run, stack: Stack) -> float:
    """The API's own query, prepared, over one connection of the reading login, row-level security on: median milliseconds."""
    query = select(TABLE).where(TABLE.c.agency == AGENCY, TABLE.c.unit == UNIT)
    ordered = query.order_by(TABLE.c.received_at.desc(), TABLE.c.referral.desc()).limit(25)
    text = str(ordered.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
    connection = await asyncpg.connect(stack.dsn("nattljus_reader_socialjour"))
    try:
        statement, took, end = await connection.prepare(text), list[float](), time.monotonic() + run.seconds
        while (began := time.monotonic()) < end:
            await statement.fetch()
            took.append((time.monotonic() - began) * 1000)
    finally:
        await connection.close()
    return percentile(took, 0.5)
