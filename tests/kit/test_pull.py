"""Pulling from the broker: nothing is left out, and whoever is told to stop stops."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from deploy.nats.permissions import inbox
from services.kit.pull import LARGEST_BATCH, Silent, pull
from tests.place import Place, Streams
from tests.proxy import Proxy

FROM_THE_START = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL, inactive_threshold=30, mem_storage=True)


class Interrupted(Client):
    """A client that tells somebody to stop at the very moment a word of the server comes."""

    stop: asyncio.Task[None]

    async def subscribe(self, subject: str, *, cb: Callable[[Msg], Awaitable[None]], **_: object) -> Subscription:  # type: ignore[override]
        async def at_once(message: Msg) -> None:
            await cb(message)
            self.stop.cancel()

        return await super().subscribe(subject, cb=at_once)


async def connected(place: Place, client: Client, address: str = "") -> Client:
    await client.connect(
        address or place.servers.nats,
        nkeys_seed_str=place.servers.seed("projector"),
        inbox_prefix=inbox("projector"),
        allow_reconnect=False,
    )
    return client


async def fill(streams: Streams, count: int) -> None:
    for number in range(count):
        await streams.jetstream.publish(f"nattljus.intake.Sample.{number}", b"{}")


async def test_all_of_a_stream_comes_in_order_and_then_nothing_is_said_to_come(place: Place, streams: Streams) -> None:
    count = LARGEST_BATCH + 50
    await fill(streams, count)
    client, seen = await connected(place, Client()), list[str]()
    async for messages in pull(client, "INTAKE", FROM_THE_START, 0.3):
        if not messages:
            break
        seen += [message.subject for message in messages]
    await client.close()
    assert seen == [f"nattljus.intake.Sample.{number}" for number in range(count)]


async def test_told_to_stop_at_the_very_moment_a_message_comes_it_stops(place: Place, streams: Streams) -> None:
    await fill(streams, 1)
    client = Interrupted()

    async def work() -> None:
        await connected(place, client)
        async for _ in pull(client, "INTAKE", FROM_THE_START, 30):
            await asyncio.sleep(0)

    client.stop = asyncio.create_task(work())
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await client.stop
    await client.close()


async def test_a_server_that_says_nothing_at_all_is_found_out(place: Place, streams: Streams) -> None:
    await fill(streams, 1)
    async with Proxy(place.servers.nats) as proxy:
        client = await connected(place, Client(), proxy.before(place.servers.nats))
        pulling = pull(client, "INTAKE", FROM_THE_START, 0.3)
        assert [message.data for message in await anext(pulling)] == [b"{}"]
        proxy.silent = True
        with pytest.raises(Silent):
            await anext(pulling)
        await client.close()
