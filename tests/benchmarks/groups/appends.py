"""Saves a second: our event store beside raw one-row commits, COPY, and what others would use."""

import contextlib
import json
import re
from pathlib import Path

import asyncpg

from deploy.local.postgres import find_binaries
from tests.benchmarks import sample
from tests.benchmarks.children import Child, Failed, child, path_to, python
from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, ratio
from tests.benchmarks.packages import npm_packages
from tests.benchmarks.rounds import Leg, rounds
from tests.benchmarks.run import Run
from tests.benchmarks.stack import Stack, organised

TITLE = "Saves a second, one event each"
SAVERS = (1, 8, 32)
RAW, SEALED, CLEAR = "raw INSERT, one row a commit (pgbench)", "Nattljus, sealed with new keys", "Nattljus, without personal data"
LIBRARY, MESSAGE_DB, EMMETT = "eventsourcing's own recorder", "message-db", "emmett-postgresql"
COPY = "COPY, a commit every 5,000 rows"
RAW_TABLE = """
CREATE TABLE IF NOT EXISTS raw (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream uuid NOT NULL, revision bigint NOT NULL,
    topic text NOT NULL, state bytea NOT NULL, UNIQUE (stream, revision)) WITH (toast_tuple_target = 8160);
CREATE SCHEMA IF NOT EXISTS library;
"""
"""The same columns, indexes and storage as the event store's table."""
INSERT = "INSERT INTO raw (stream, revision, topic, state) VALUES (gen_random_uuid(), 1, 'ReferralReceived.v1', :state);\n"
MESSAGE_DB_PARTS = ("schema", "types", "tables", "functions", "indexes")
GOALS = (
    (RAW, Goal(name="sealed saves at 32 / raw one-row commits at 32", least=0.8, moonshot=1.5)),
    (LIBRARY, Goal(name="sealed saves at 32 / the library's own recorder", least=10, moonshot=25)),
    (EMMETT, Goal(name="sealed saves at 32 / emmett-postgresql", least=5, moonshot=10)),
    (MESSAGE_DB, Goal(name="sealed saves at 32 / message-db", least=5, moonshot=10)),
)


async def measure(run: Run) -> Measured:
    """Everything in turns on one server."""
    async with organised(run) as stack, contextlib.AsyncExitStack() as started:
        peers = await stack.peers()
        await stack.execute(RAW_TABLE, "bench_peers")
        packages = npm_packages()
        savers = {name: await started.enter_async_context(each) for name, each in _savers(run, stack, peers).items()}
        savers |= await _from_npm(run, stack, peers, packages, started)
        legs: dict[tuple[str, str], Leg] = {}
        for number in SAVERS:
            column = f"{number} saver{'s' * (number > 1)}"
            legs[RAW, column] = _pgbench(run, stack, peers, number)
            for name, saver in savers.items():
                legs[name, column] = _asked(saver, number, run.seconds, "clear" if name == CLEAR else "sealed")
        legs[COPY, f"{SAVERS[-1]} savers"] = legs.pop((COPY, f"{SAVERS[-1]} savers"))
        for number in SAVERS[:-1]:
            legs.pop((COPY, f"{number} saver{'s' * (number > 1)}"))
        rows = await rounds(legs, run.rounds)
    columns = tuple(f"{number} saver{'s' * (number > 1)}" for number in SAVERS)
    notes = (
        f"The event is a referral of ordinary length, {len(sample.stored_bytes()):,} bytes as stored; pgbench's row holds the same bytes.",
        "Sealed as a referral is: its text sealed, a new key pair, its private half wrapped for two agencies, all in the commit.",
        "COPY stands in the last column only: one connection, 5,000 rows a commit.",
    )
    table = Table(title=TITLE, unit="saves/s", columns=columns, rows=rows, bound=RAW, notes=notes)
    return Measured(tables=(table,), verdicts=_verdicts(rows, columns[-1]))


def _verdicts(rows: dict[str, dict[str, Figure]], column: str) -> tuple[Verdict, ...]:
    ours = rows[SEALED][column]
    return tuple(Verdict(goal=goal, figure=ratio(ours, rows[other][column])) for other, goal in GOALS if other in rows)


def _savers(run: Run, stack: Stack, peers: str) -> dict[str, contextlib.AbstractAsyncContextManager[Child]]:
    ours = {"DSN": stack.dsn("nattljus_intake")}
    told = {
        SEALED: ("eventstore", ours),
        CLEAR: ("eventstore", ours),
        LIBRARY: ("library", {"DSN": peers}),
        COPY: ("copying", {"DSN": peers}),
    }
    return {
        name: child(name.partition(",")[0], python(f"tests.benchmarks.savers.{module}"), settings, run.logs, pipes=True)
        for name, (module, settings) in told.items()
    }


async def _from_npm(run: Run, stack: Stack, peers: str, packages: Path | None, started: contextlib.AsyncExitStack) -> dict[str, Child]:
    """message-db and emmett, when npm could install them."""
    if packages is None:
        return {}
    await _install_message_db(stack, packages)
    node, document = path_to("node"), json.dumps(json.loads(sample.stored_bytes()))
    if node is None:
        raise Failed("npm is here and node is not")
    script = str(Path(__file__).parents[1] / "savers" / "emmett.mjs")
    told = {"DSN": peers, "PACKAGES": str(packages), "DOCUMENT": document}
    return {
        MESSAGE_DB: await started.enter_async_context(
            child(MESSAGE_DB, python("tests.benchmarks.savers.messagedb"), {"DSN": peers}, run.logs, pipes=True)
        ),
        EMMETT: await started.enter_async_context(child(EMMETT, (node, script), told, run.logs, pipes=True)),
    }


async def _install_message_db(stack: Stack, packages: Path) -> None:
    """Its own SQL, without the extension whose one function PostgreSQL has had in its core since version 13."""
    source = packages / "node_modules/@eventide/message-db/database"
    connection = await asyncpg.connect(stack.admin_dsn("bench_peers"), server_settings={"search_path": "message_store,public"})
    try:
        for part in MESSAGE_DB_PARTS:
            for file in sorted((source / part).glob("*.sql")):
                await connection.execute(re.sub(r"(?im)\bconcurrently\b", "", file.read_text()))
    finally:
        await connection.close()


def _asked(saver: Child, savers: int, seconds: float, what: str) -> Leg:
    async def leg() -> float:
        return float((await saver.ask(savers=savers, seconds=seconds, what=what))["rate"])

    return leg


def _pgbench(run: Run, stack: Stack, peers: str, clients: int) -> Leg:
    """PostgreSQL's own load generator: prepared, the same bytes, so many clients."""
    script = run.place / "insert.sql"
    script.write_text(INSERT)
    command = (str(find_binaries() / "pgbench"), "-n", "-M", "prepared", "-f", str(script), "-c", str(clients), "-j", "1")

    async def leg() -> float:
        state = "\\x" + sample.stored_bytes().hex()
        async with child(
            "pgbench", (*command, "-T", str(max(3, round(run.seconds))), "-D", f"state={state}", peers), {}, run.logs, pipes=True
        ) as pgbench:
            assert pgbench.process.stdout is not None
            said = (await pgbench.process.stdout.read()).decode()
            await pgbench.process.wait()
        if (found := re.search(r"tps = ([\d.]+)", said)) is None:
            raise pgbench.failure(f"gave no figure ({said[-500:]})")
        return float(found[1])

    del stack
    return leg
