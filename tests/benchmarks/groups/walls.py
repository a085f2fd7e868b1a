"""What each wall costs: tokens, encryption and row-level security, all on and each off once, on the same server in turns."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from tests.benchmarks.children import child, python, ready
from tests.benchmarks.figures import Goal, Measured, Table, Verdict, ratio
from tests.benchmarks.load import generator
from tests.benchmarks.rounds import Leg, rounds
from tests.benchmarks.run import Run
from tests.benchmarks.sample import CLIENT
from tests.benchmarks.stack import Stack, organised, service

TITLE = "What each wall costs"
CONNECTIONS = 16
POSTS, PAGES = "POST of a referral, 16 connections", "page of 25 of the board, 16 connections"
ALL, NO_TOKENS, NO_ENCRYPTION, NEITHER, NO_RLS = (
    "all on",
    "without tokens",
    "without encryption",
    "without either",
    "without row-level security",
)
VARIANTS = {NO_TOKENS: "tokens", NO_ENCRYPTION: "encryption", NEITHER: "tokens encryption"}
CACHED = Goal(name="cached token / no authentication, POST at 16 connections", least=0.95, moonshot=0.99)
RLS = "ALTER TABLE projections.board {} ROW LEVEL SECURITY"
READER = "socialjouren"


async def measure(run: Run) -> Measured:
    """POSTs on intake and pages of the read API, variant after variant."""
    async with organised(run) as stack, contextlib.AsyncExitStack() as started:
        for name in ("identity", "intake", "projections"):
            await started.enter_async_context(service(run, stack, name))
        load = await generator(run)
        posts = {ALL: f"{stack.ports.address('intake')}"} | {
            name: await started.enter_async_context(_without(run, stack, "intake", walls)) for name, walls in VARIANTS.items()
        }
        pages = {
            ALL: stack.ports.address("projections"),
            NO_TOKENS: await started.enter_async_context(_without(run, stack, "projections", "tokens")),
        }
        await stack.execute(ROWS)

        async def post(address: str) -> float:
            return (await load.load(f"{address}/intake/v1/referrals", CONNECTIONS, await stack.token(CLIENT))).rate

        async def page(address: str, *, row_level_security: bool = True) -> float:
            await stack.execute(RLS.format("ENABLE" if row_level_security else "DISABLE"))
            token = await stack.token(READER)
            return (await load.fetch(f"{address}/projections/v1/board?limit=25", CONNECTIONS, token)).rate

        legs: dict[tuple[str, str], Leg] = {(name, POSTS): partial(post, address) for name, address in posts.items()}
        legs |= {(name, PAGES): partial(page, address) for name, address in pages.items()}
        legs[NO_RLS, PAGES] = partial(page, pages[ALL], row_level_security=False)
        rows = await rounds(legs, run.rounds)
    notes = (
        "Off only inside the benchmark, which composes the service otherwise; no setting of the product turns a wall off.",
        "A verified token is remembered until it expires, so that tokens cost a look into a table.",
    )
    table = Table(title=TITLE, unit="answers/s", columns=(POSTS, PAGES), rows=rows, bound=ALL, notes=notes)
    return Measured(tables=(table,), verdicts=(Verdict(goal=CACHED, figure=ratio(rows[ALL][POSTS], rows[NO_TOKENS][POSTS])),))


@contextlib.asynccontextmanager
async def _without(run: Run, stack: Stack, name: str, walls: str) -> AsyncIterator[str]:
    """The service with some walls down, on a port of its own; its address."""
    port = stack.free_port()
    told = stack.environment(name) | {"NATTLJUS_PORT": str(port), "WITHOUT": walls}
    address = f"http://127.0.0.1:{port}"
    async with child(f"{name}-{walls}".replace(" ", "-"), python("tests.benchmarks.without", name), told, run.logs) as started:
        await ready(started, f"{address}/readyz")
        yield address


ROWS = """
INSERT INTO projections.board (referral, kind, agency, unit, relation, reference, receipt_code, submission, from_unit, categories,
    immediate_danger, age_band, received_at, owner_unit, siblings, zone, urgency, stalled, earlier, alike, linked,
    protection, supplements, supplements_seen, attachments, attachments_seen, todo, on_hold, owed)
SELECT gen_random_uuid(), 'socialjour', 'socialjouren', 'socialjouren-jour', 'owner', 'TEST-' || n, 'TEST-' || n, gen_random_uuid(),
    'lpo-farsta', ARRAY['neglect'], false, '7-9', now() - n * interval '1 minute', 'socialjouren-jour', 0, 'new', 1, '{}', '{}', '{}', '{}',
    'none', 0, 0, 0, 0, '{police}', false, '{}'
FROM generate_series(1, 10000) n;
ANALYZE projections.board;
"""
"""Something to read: the projector rests in this group."""
