"""The doctor on a hub of its own, whose parts are ended and harmed: it says what is wrong, what to do, and never falls silent."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.data import DataDirectory
from deploy.local.doctor import Finding, examine, table
from deploy.local.doctor.machine import look_at_processes
from deploy.local.ports import Ports
from deploy.local.stack import ALWAYS, WITH_ANTIVIRUS, announce
from deploy.local.supervisor import running
from tests.place import until
from tests.stack import Hub, Servers

pytestmark = pytest.mark.real


async def examined(servers: Servers) -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine(servers.data)}


@asynccontextmanager
async def noted(servers: Servers, *statements: str) -> AsyncIterator[None]:
    """With these notes of the hub about itself, which are taken back."""
    admin = await asyncpg.connect(servers.admin_dsn)
    try:
        for statement in statements:
            await admin.execute(statement)
        yield
    finally:
        await admin.execute(
            "TRUNCATE operations.alarm, operations.heartbeat, operations.round, operations.ledger,"
            " liaison.quarantine, liaison.running_limit"
        )
        await admin.close()


async def test_it_shows_signs_of_life_comparisons_and_each_agencys_sums(hub: Hub) -> None:
    async def told() -> bool:
        found = await examined(hub)
        alike = any("store and stream alike" in finding.seen for what, finding in found.items() if what.startswith("liaison "))
        return alike and {"compared intake", "compared liaison", "alive relay intake", "alive projector liaison"} <= set(found)

    await until(told, 90)
    found = await examined(hub)
    assert {what: finding.seen for what, finding in found.items() if not finding.ok} == {}
    assert "Everything is well." in table(found.values())


def test_it_looks_for_the_processes_that_the_hub_was_started_with_whatever_its_own_surroundings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, me = DataDirectory(tmp_path), psutil.Process()
    data.processes.write_text(json.dumps({"postgres": {"pid": me.pid, "started": me.create_time()}}))
    ports = Ports(**dict.fromkeys(Ports.__dataclass_fields__, 1))

    def found() -> dict[str, bool]:
        return {finding.what: finding.ok for finding in look_at_processes(data)}

    assert found() == {f"process {name}": name == "postgres" for name in ALWAYS}
    announce(data, ports, [*ALWAYS, *WITH_ANTIVIRUS], ready=True)
    assert found() == {f"process {name}": name == "postgres" for name in (*ALWAYS, *WITH_ANTIVIRUS)}
    announce(data, ports, ALWAYS, ready=True)
    monkeypatch.setenv("NATTLJUS_CLAMD", "/run/clamd.ctl")
    assert "process scanner" not in found()


async def test_a_dead_relay_and_an_idle_one_look_different(servers: Servers) -> None:
    async with noted(
        servers,
        "INSERT INTO operations.heartbeat VALUES ('relay', 'intake', clock_timestamp() - interval '40 s', 7, 'leads')",
        "INSERT INTO operations.heartbeat VALUES ('relay', 'liaison', clock_timestamp(), 7, 'leads')",
    ):
        found = await examined(servers)
    assert not found["alive relay intake"].ok
    assert re.search(r"\b4\d s ago", found["alive relay intake"].seen)  # it may take a second or more to look
    assert found["alive relay liaison"].ok


async def test_an_alarm_stands_there_with_what_to_do(servers: Servers) -> None:
    async with noted(
        servers,
        "INSERT INTO operations.alarm (code, subject, seen) VALUES ('stream-ahead', 'intake', 'at sequence 9')",
        "INSERT INTO operations.alarm (code, subject, seen) VALUES ('stream-hole', 'intake', 'at sequence 3')",
        "INSERT INTO operations.alarm (code, subject, seen, closed_at) VALUES ('stream-hole', 'liaison', 'x', now())",
    ):
        found = await examined(servers)
    assert "restore a newer backup" in found["alarm stream-ahead intake"].seen
    assert "being repaired" in found["alarm stream-hole intake"].seen
    assert "alarm stream-hole liaison" not in found


async def test_what_waits_in_quarantine_stands_there_by_stream(servers: Servers) -> None:
    stream = "'00000000-0000-4000-8000-000000000001'"
    async with noted(
        servers,
        f"INSERT INTO liaison.quarantine VALUES ('intake', 5, {stream}, 'ReferralReceived.v1', 'ValidationError')",
        f"INSERT INTO liaison.quarantine VALUES ('liaison', 2, {stream}, 'X.v1', 'waits behind an event in quarantine')",
    ):
        found = await examined(servers)
    assert not found["quarantine policies"].ok
    assert "ValidationError at intake:5, 1 wait behind it" in found["quarantine policies"].seen


async def test_a_limit_that_passed_and_was_not_said_stands_there_and_one_that_runs_is_well(servers: Servers) -> None:
    limit = "INSERT INTO liaison.running_limit SELECT gen_random_uuid(), 'seen', 'board', due, 'r', 'socialjouren', 'jour', NULL, due"
    async with noted(servers, f"{limit} FROM (VALUES (clock_timestamp() + interval '9 min')) AS later(due)"):
        running = (await examined(servers))["limits"]
        async with noted(servers, f"{limit} FROM (VALUES (clock_timestamp() - interval '400 s')) AS passed(due)"):
            late = (await examined(servers))["limits"]
    assert (running.ok, running.seen) == (True, "1 run, none has passed unsaid")
    assert not late.ok
    assert "1 have passed and nobody is told, the first 40" in late.seen


async def test_sums_that_differ_are_wrong_and_a_stream_that_lags_is_not(servers: Servers) -> None:
    async with noted(
        servers,
        "INSERT INTO operations.round (subject, equal, events, position, copied, note) VALUES ('intake', false, 2, 2, 2, 'stream-hole')",
        "INSERT INTO operations.ledger (store, side, stretch, agency, events, position, digest) VALUES"
        " ('intake', 'store', 0, 'polisen', 2, 2, sha256('a')), ('intake', 'stream', 0, 'polisen', 2, 2, sha256('b')),"
        " ('intake', 'store', 0, 'farsta', 2, 4, sha256('a')), ('intake', 'stream', 0, 'farsta', 1, 3, sha256('b'))",
    ):
        found = await examined(servers)
    assert not found["compared intake"].ok
    assert not found["intake polisen"].ok
    assert found["intake farsta"].ok


async def test_with_postgresql_away_it_says_so_and_still_says_the_rest(servers: Servers) -> None:
    server = running(servers.data)["postgres"]
    server.suspend()
    try:
        async with asyncio.timeout(60):
            found = await examined(servers)
    finally:
        server.resume()
    assert not found["postgres"].ok
    assert found["nats"].ok
    assert "the store cannot be asked" in found["stream INTAKE"].seen
    assert found["disk"].ok
