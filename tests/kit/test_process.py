"""A process whose database is lost goes on by itself: the same process, from the beginning of its work."""

import asyncio

import asyncpg
import pytest

from services.kit import process
from services.kit.process import database_answers, is_outage, through_outages
from services.kit.settings import Settings
from services.liaison import policies, watchdog
from services.projections import projector
from tests.place import Place, Streams, until
from tests.proxy import Proxy
from tests.reconciler.keeping import at_work

LOST = ConnectionResetError("gone")
WORKS = {
    "nattljus_projector": ("projector", projector.work),
    "nattljus_policies": ("policies", policies.work),
    "nattljus_watchdog": ("watchdog", watchdog.work),
}
MOST = 12
"""Connections that one of them may have, pools and all."""
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = $1"


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (LOST, True),
        (asyncpg.CannotConnectNowError(), True),
        (ExceptionGroup("both", [LOST, ExceptionGroup("inner", [asyncpg.AdminShutdownError()])]), True),
        (ExceptionGroup("one of them", [LOST, KeyError("reason")]), False),
        (asyncpg.InvalidPasswordError(), False),
        (KeyError("reason"), False),
    ],
)
def test_an_outage_is_an_outage_and_nothing_else(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


async def test_the_work_is_begun_again_until_it_is_done_or_something_else_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "AGAIN_SECONDS", (0.0,))
    settings, tries = Settings(), list[Exception]([LOST, LOST])

    async def work(_settings: Settings) -> None:
        if tries:
            raise tries.pop()

    await through_outages(work, settings)
    assert tries == []
    tries = [LOST, KeyError("reason"), LOST]
    with pytest.raises(KeyError):
        await through_outages(work, settings)
    assert tries == [LOST]


@pytest.mark.parametrize("login", WORKS)
async def test_a_process_outlives_its_database_again_and_again(place: Place, streams: Streams, login: str) -> None:
    assert await streams.count("INTAKE") == 0
    user, work = WORKS[login]

    async def connected(at_least: int, at_most: int) -> bool:
        count = await place.value(CONNECTIONS, login)
        return isinstance(count, int) and at_least <= count <= at_most

    async with Proxy(place.dsn(login)) as proxy:
        settings = place.settings(login, user, database_proxy=proxy)
        async with at_work(through_outages(work, settings)):
            await until(lambda: connected(3, MOST))
            for _ in range(3):
                await proxy.down()
                await asyncio.sleep(0.7)
                await proxy.up()
                await until(lambda: connected(3, MOST))


async def test_a_process_waits_until_the_database_answers(place: Place) -> None:
    async with Proxy(place.dsn("nattljus_intake")) as proxy:
        await proxy.down()
        waiting = asyncio.create_task(database_answers(place.dsn("nattljus_intake", proxy)))
        await asyncio.sleep(0.7)
        assert not waiting.done()
        await proxy.up()
        async with asyncio.timeout(3):
            await waiting
