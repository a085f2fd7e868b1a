"""The whole POST of a referral: our intake beside what a user would write instead, under the same load."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from tests.benchmarks.children import child, python, ready
from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, ratio
from tests.benchmarks.load import Answered, generator
from tests.benchmarks.peers.serving import PATH, TABLE
from tests.benchmarks.rounds import rounds
from tests.benchmarks.run import Run
from tests.benchmarks.sample import CLIENT
from tests.benchmarks.stack import PEERS as PEERS_DATABASE
from tests.benchmarks.stack import Stack, organised, service

TITLE = "The whole POST of a referral"
CONNECTIONS = (1, 16, 32)
OURS, EMPTY, ORM = "Nattljus intake, all walls on", "FastAPI, validates and stores nothing", "SQLAlchemy ORM, one insert"
OUTBOX, PLAIN, SOCKET = "SQLAlchemy ORM, with an outbox row", "asyncpg, one insert", "a socket that answers (the generator's bound)"
PEERS = {EMPTY: "empty", ORM: "orm", OUTBOX: "orm", PLAIN: "plain", SOCKET: "answering"}
GOALS = (
    (ORM, Goal(name="POST at 16 connections / SQLAlchemy ORM", least=3, moonshot=6)),
    (PLAIN, Goal(name="POST at 16 connections / raw asyncpg", least=1.1, moonshot=1.6)),
)


async def measure(run: Run) -> Measured:
    """Everything in turns; relay, policies and projector rest, as the peers have none."""
    async with organised(run) as stack, contextlib.AsyncExitStack() as started:
        for name in ("identity", "intake"):
            await started.enter_async_context(service(run, stack, name))
        load = await generator(run)
        where = {OURS: f"{stack.ports.address('intake')}/intake/v1/referrals"}
        for name in PEERS:
            where[name] = await started.enter_async_context(peer(run, stack, name))
        late: dict[tuple[str, str], list[Answered]] = {}

        async def post(name: str, connections: int) -> float:
            answered = await load.load(where[name], connections, await stack.token(CLIENT) if name == OURS else "")
            late.setdefault((name, _column(connections)), []).append(answered)
            return answered.rate

        legs = {(name, _column(number)): partial(post, name, number) for number in CONNECTIONS for name in where}
        rows = await rounds(legs, run.rounds)
    columns = tuple(map(_column, CONNECTIONS))
    waits = {name: {column: Figure(samples=tuple(each.p50 for each in late[name, column])) for column in columns} for name in where}
    tables = (
        Table(title=TITLE, unit="POSTs/s", columns=columns, rows=rows, bound=EMPTY),
        Table(title="Median answer in that closed loop", unit="ms", columns=columns, rows=waits),
    )
    ours = rows[OURS][_column(16)]
    return Measured(tables=tables, verdicts=tuple(Verdict(goal=goal, figure=ratio(ours, rows[name][_column(16)])) for name, goal in GOALS))


def _column(connections: int) -> str:
    return f"{connections} connection{'s' * (connections > 1)}"


@contextlib.asynccontextmanager
async def peer(run: Run, stack: Stack, name: str) -> AsyncIterator[str]:
    """A peer, serving; its address."""
    await stack.peers()
    await stack.execute(TABLE, PEERS_DATABASE)
    port, module = stack.free_port(), PEERS[name]
    told = {"DSN": stack.admin_dsn(PEERS_DATABASE), "PORT": str(port)} | ({"OUTBOX": "1"} if name == OUTBOX else {})
    address = f"http://127.0.0.1:{port}"
    async with child(module, python(f"tests.benchmarks.peers.{module}"), told, run.logs) as started:
        await ready(started, f"{address}/", 201 if name == SOCKET else 404)
        yield address + PATH
