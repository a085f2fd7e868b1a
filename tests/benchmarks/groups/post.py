"""The whole POST of a referral: our intake beside what a user would write instead, under the same load."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.children import child, python, ready
from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, ratio
from tests.benchmarks.load import Answered, Generator, generator
from tests.benchmarks.peers.serving import PATH, TABLE
from tests.benchmarks.processes import used_by
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
SERVICE, POSTGRES = "the service", "PostgreSQL"
GOALS = (
    (ORM, Goal(name="POST at 16 connections / SQLAlchemy ORM", least=3, moonshot=6)),
    (PLAIN, Goal(name="POST at 16 connections / raw asyncpg", least=1.1, moonshot=1.6)),
)


@dataclass(frozen=True)
class Served:
    """A service under load: where it takes the POST, and its process."""

    address: str
    process: int


@dataclass(frozen=True)
class Posted:
    """What one leg gave: the answers, and processor milliseconds a POST in the service and in PostgreSQL."""

    answered: Answered
    service: float
    postgres: float


async def measure(run: Run) -> Measured:
    """Everything in turns; relay, policies and projector rest, as the peers have none."""
    async with organised(run) as stack, contextlib.AsyncExitStack() as started:
        await started.enter_async_context(service(run, stack, "identity"))
        intake = await started.enter_async_context(service(run, stack, "intake"))
        served = {OURS: Served(f"{stack.ports.address('intake')}/intake/v1/referrals", intake.pid)}
        for name in PEERS:
            served[name] = await started.enter_async_context(peer(run, stack, name))
        load, found = await generator(run), dict[tuple[str, str], list[Posted]]()

        async def post(name: str, connections: int) -> float:
            token = await stack.token(CLIENT) if name == OURS else ""
            posted = await _posted(stack, load, served[name], connections, token)
            found.setdefault((name, _column(connections)), []).append(posted)
            return posted.answered.rate

        for name in () if run.smoke else served:  # what is compiled or connected at the first request is no part of it
            await post(name, 16)
        found.clear()
        legs = {(name, _column(number)): partial(post, name, number) for number in CONNECTIONS for name in served}
        rows = await rounds(legs, run.rounds)
    return _measured(rows, found)


async def _posted(stack: Stack, load: Generator, served: Served, connections: int, token: str) -> Posted:
    before = used_by(served.process), used_by(stack.processes()["postgres"])
    answered = await load.load(served.address, connections, token)
    after = used_by(served.process), used_by(stack.processes()["postgres"])
    service_, postgres = ((b.seconds - a.seconds) * 1000 / answered.requests for a, b in zip(before, after, strict=True))
    return Posted(answered, service_, postgres)


def _measured(rows: dict[str, dict[str, Figure]], found: dict[tuple[str, str], list[Posted]]) -> Measured:
    columns, busy = tuple(map(_column, CONNECTIONS)), _column(16)

    def figure(name: str, column: str, value: Callable[[Posted], float]) -> Figure:
        return Figure(samples=tuple(map(value, found[name, column])))

    waits = {name: {column: figure(name, column, lambda each: each.answered.p50) for column in columns} for name in rows}
    costs = {
        name: {SERVICE: figure(name, busy, lambda each: each.service), POSTGRES: figure(name, busy, lambda each: each.postgres)}
        for name in rows
    }
    tables = (
        Table(title=TITLE, unit="POSTs/s", columns=columns, rows=rows, bound=EMPTY),
        Table(title="Median answer in that closed loop", unit="ms", columns=columns, rows=waits),
        Table(title=f"What one POST costs, {busy}", unit="processor ms", columns=(SERVICE, POSTGRES), rows=costs),
    )
    verdicts = tuple(Verdict(goal=goal, figure=ratio(rows[OURS][busy], rows[name][busy])) for name, goal in GOALS)
    return Measured(tables=tables, verdicts=verdicts)


def _column(connections: int) -> str:
    return f"{connections} connection{'s' * (connections > 1)}"


@contextlib.asynccontextmanager
async def peer(run: Run, stack: Stack, name: str) -> AsyncIterator[Served]:
    """A peer, serving."""
    await stack.peers()
    await stack.execute(TABLE, PEERS_DATABASE)
    port, module = stack.free_port(), PEERS[name]
    told = {"DSN": stack.admin_dsn(PEERS_DATABASE), "PORT": str(port)} | ({"OUTBOX": "1"} if name == OUTBOX else {})
    address = f"http://127.0.0.1:{port}"
    async with child(module, python(f"tests.benchmarks.peers.{module}"), told, run.logs) as started:
        await ready(started, f"{address}/", 201 if name == SOCKET else 404)
        yield Served(address + PATH, started.pid)
