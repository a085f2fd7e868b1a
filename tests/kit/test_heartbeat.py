"""Heartbeats: an idle loop's sign is fresh and its position stands, a dead one's is old, and a database that is away stops nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from services.kit import heartbeat
from services.kit.bus import Bus
from services.kit.heartbeat import Heart
from services.kit.relay import Relay
from tests.kit.test_relay import holding, write
from tests.place import Place, Streams, until
from tests.proxy import Proxy
from tests.reconciler.keeping import at_work

AGE = "SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM operations.heartbeat WHERE process = 'relay' AND subject = $1"
SIGN = "SELECT position, note FROM operations.heartbeat WHERE process = 'relay' AND subject = $1"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "WRITE_SECONDS", 0.1)


@asynccontextmanager
async def relaying(place: Place, heart: Heart) -> AsyncIterator[None]:
    bus = Bus(place.settings("nattljus_relay", "relay"), "relay")
    try:
        async with at_work(Relay(place.dsn("nattljus_relay"), "intake", bus, heart).run()):
            yield
    finally:
        await bus.close()


async def sign(place: Place, subject: str) -> list[tuple[int, str]]:
    return [tuple(row) for row in await place.fetch(SIGN, subject)]


async def younger(place: Place, seconds: float, subject: str = "intake") -> bool:
    age = await place.value(AGE, subject)
    return isinstance(age, float) and age < seconds


async def test_an_idle_relay_gives_signs_and_a_dead_one_does_not(place: Place, streams: Streams) -> None:
    heart = Heart(place.dsn("nattljus_relay"), "relay")
    await write(place, 3)
    async with at_work(heart.keep()):
        async with relaying(place, heart):
            await until(holding(streams, 3))
            await asyncio.sleep(1.5)
            assert await younger(place, 1)
            assert await sign(place, "intake") == [(3, "leads")]
        await asyncio.sleep(1.5)  # the process lives and writes; its relay does not
        assert not await younger(place, 1)
        assert await sign(place, "intake") == [(3, "leads")]


async def test_the_relay_that_waits_says_so_until_it_leads(place: Place, streams: Streams) -> None:
    first, second = Heart(place.dsn("nattljus_relay"), "relay"), Heart(place.dsn("nattljus_relay"), "relay")
    async with at_work(second.keep()):
        async with relaying(place, first):
            await write(place, 1)
            await until(holding(streams, 1))
            async with relaying(place, second):
                await asyncio.sleep(1)
                assert await sign(place, "intake standby") == [(0, "waits")]
                assert await sign(place, "intake") == []
        async with relaying(place, second):
            await asyncio.sleep(1)
            assert await sign(place, "intake") == [(1, "leads")]
            assert await sign(place, "intake standby") == []


async def test_a_database_that_is_away_stops_nothing_and_is_written_to_again(place: Place) -> None:
    async with Proxy(place.dsn("nattljus_relay")) as proxy:
        heart = Heart(place.dsn("nattljus_relay", proxy), "relay")
        async with at_work(heart.keep()):
            heart.pulse("intake").beat(7)
            await until(lambda: younger(place, 60))
            await proxy.down()
            await asyncio.sleep(1)
            await proxy.up()
            heart.pulse("intake").beat(8)

            async def told() -> bool:
                return await sign(place, "intake") == [(8, "")]

            await until(told)


async def test_nobody_gives_a_sign_for_another_process(place: Place) -> None:
    for process in ("projector", "policies", "reconciler"):
        heart = Heart(place.dsn("nattljus_relay"), process)
        heart.pulse("intake").beat(1)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await heart.keep()
