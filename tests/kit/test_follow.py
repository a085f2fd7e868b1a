"""Following a store: every event once and in order, whatever the feed leaves out, repeats or no longer brings."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
import structlog

from services.kit import follow
from services.kit.bus import Bus, BusDown
from services.kit.eventlog import EventLog, Logged
from services.kit.follow import Follower
from tests.place import FORGETFUL, Place, Streams, store_log, until
from tests.proxy import Proxy

pytestmark = pytest.mark.usefixtures("streams")

APPEND = "SELECT intake.append($1,$2,$3,$4,'{}','{}','{}','{}','{}','{}','{}','{}','{}')"


class Heard:
    """A follower at work, and what it gave so far."""

    def __init__(self) -> None:
        self.events: list[Logged] = []

    @property
    def positions(self) -> list[int]:
        return [each.position for each in self.events]

    def reached(self, position: int) -> Callable[[], Awaitable[bool]]:
        async def check() -> bool:
            return bool(self.events) and self.events[-1].position >= position

        return check

    async def follow(self, log: EventLog, bus: Bus, position: int) -> None:
        async for batch in Follower(log, bus, position).batches():
            assert batch
            self.events += batch


async def write(place: Place, count: int, state: bytes | None = None) -> None:
    streams = [uuid4() for _ in range(count)]
    states = [state or json.dumps({"type": "nattljus.UnitClosed.v1"}).encode() for _ in streams]
    connection = await asyncpg.connect(place.dsn("nattljus_intake"))
    await connection.fetch(APPEND, streams, [1] * count, ["UnitClosed.v1"] * count, states)
    await connection.close()


async def publish(place: Place, *positions: int) -> None:
    """Puts these events on the stream, as a relay would that had lost the others."""
    bus = Bus(place.settings("nattljus_relay", "relay"), "relay")
    async with store_log(place, "intake") as log:
        for logged in await log.after(0):
            if logged.position in positions:
                await bus.publish([logged], await bus.tail("intake"))
    await bus.close()


async def answers(bus: Bus) -> bool:
    """Whether the bus is there."""
    try:
        await bus.tail("intake")
    except BusDown:
        return False
    return True


@asynccontextmanager
async def following(place: Place, bus_proxy: Proxy | None = None, position: int = 0) -> AsyncIterator[Heard]:
    heard, bus = Heard(), Bus(place.settings("nattljus_projector", "projector", bus_proxy), "projector")
    async with store_log(place, "intake") as log:
        task = asyncio.create_task(heard.follow(log, bus, position))
        try:
            yield heard
        finally:
            assert not task.done() or task.exception() is None, task
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await bus.close()


@pytest.fixture
def feed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle feed is not compared with the store: what comes, comes by the feed, or after a gap."""
    monkeypatch.setattr(follow, "IDLE_SECONDS", 30.0)


@pytest.mark.usefixtures("feed_alone")
async def test_what_the_feed_brings_comes_once_and_in_order(place: Place) -> None:
    await write(place, 3)
    await publish(place, 1, 2, 3)
    with structlog.testing.capture_logs() as complaints:
        async with following(place) as heard:
            await until(heard.reached(3))
            await asyncio.sleep(0.5)
            await write(place, 3)
            await publish(place, 4, 5, 6)
            await until(heard.reached(6))
    assert heard.positions == [1, 2, 3, 4, 5, 6]
    assert [each.previous for each in heard.events] == [0, 1, 2, 3, 4, 5]
    assert complaints == []


@pytest.mark.usefixtures("feed_alone")
async def test_a_gap_in_the_feed_is_filled_from_the_store(place: Place) -> None:
    await write(place, 2)
    await publish(place, 1, 2)
    async with following(place) as heard:
        await until(heard.reached(2))
        await asyncio.sleep(0.5)
        await write(place, 4)
        await publish(place, 3, 6)
        await until(heard.reached(6))
    assert heard.positions == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("feed_alone")
async def test_what_the_feed_repeats_is_skipped(place: Place) -> None:
    await write(place, 2)
    async with following(place) as heard:
        await until(heard.reached(2))
        await asyncio.sleep(0.5)
        for position in (1, 2, 1, 2):
            await publish(place, position)
            await asyncio.sleep(FORGETFUL * 1.5)
        await write(place, 1)
        await publish(place, 3)
        await until(heard.reached(3))
    assert heard.positions == [1, 2, 3]


async def test_a_follower_starts_where_it_was_left(place: Place) -> None:
    await write(place, 5)
    await publish(place, 1, 2, 3, 4, 5)
    async with following(place, position=3) as heard:
        await until(heard.reached(5))
    assert heard.positions == [4, 5]


async def test_with_no_relay_at_work_events_come_from_the_store_within_a_moment(place: Place) -> None:
    async with following(place) as heard:
        await asyncio.sleep(0.5)
        await write(place, 2)
        assert await until(heard.reached(2)) < follow.IDLE_SECONDS + 1
    assert heard.positions == [1, 2]


async def test_with_the_bus_away_from_the_start_events_come_from_the_store(place: Place) -> None:
    async with Proxy(place.servers.nats) as proxy:
        await proxy.down()
        async with following(place, proxy) as heard:
            for count in range(1, 5):
                await write(place, 1)
                assert await until(heard.reached(count)) < 1


async def test_any_of_the_bus_s_addresses_will_do(place: Place) -> None:
    async with Proxy(place.servers.nats) as away:
        settings = place.settings("nattljus_relay", "relay", away)
    both = settings.model_copy(update={"nats": f"{settings.nats},{place.servers.nats}"})
    bus = Bus(both, "relay")
    await until(lambda: answers(bus))
    await bus.close()


async def test_a_bus_that_goes_away_and_returns_costs_no_event(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Proxy(place.servers.nats) as proxy, following(place, proxy) as heard:
        await write(place, 1)
        await publish(place, 1)
        await until(heard.reached(1))
        await proxy.down()
        for count in (2, 3):
            await write(place, 1)
            assert await until(heard.reached(count)) < 2
        monkeypatch.setattr(follow, "IDLE_SECONDS", 30.0)
        await proxy.up()
        await asyncio.sleep(1.5)
        await write(place, 1)
        await publish(place, 1, 2, 3, 4)
        await until(heard.reached(4))
    assert heard.positions == [1, 2, 3, 4]


async def test_a_bus_that_falls_silent_costs_no_event(place: Place) -> None:
    async with Proxy(place.servers.nats) as proxy, following(place, proxy) as heard:
        await write(place, 1)
        await publish(place, 1)
        await until(heard.reached(1))
        proxy.silent = True
        for count in range(2, 5):
            await write(place, 1)
            assert await until(heard.reached(count)) < 5
    assert heard.positions == [1, 2, 3, 4]


async def test_a_stream_made_anew_under_a_follower_costs_no_event(place: Place, streams: Streams) -> None:
    async with following(place) as heard:
        await write(place, 2)
        await publish(place, 1, 2)
        await until(heard.reached(2))
        await streams.make("INTAKE")
        await write(place, 1)
        await publish(place, 1, 2, 3)
        await until(heard.reached(3))
    assert heard.positions == [1, 2, 3]


@pytest.mark.usefixtures("feed_alone")
async def test_bytes_that_nobody_can_read_are_handed_on_and_stop_nothing(place: Place) -> None:
    async with following(place) as heard:
        await asyncio.sleep(0.5)
        await write(place, 1, b"\xff not an envelope")
        await publish(place, 1)
        await until(heard.reached(1))
        await write(place, 1)
        await publish(place, 2)
        await until(heard.reached(2))
    assert heard.positions == [1, 2]
    assert heard.events[0].state == b"\xff not an envelope"
    async with following(place, position=1) as later:
        await until(later.reached(2))
