"""The doctor's look at NATS: safe writes, both streams as they must be, and level with their stores."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import httpx2
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.local.data import DataDirectory
from deploy.local.doctor.finding import Finding
from deploy.local.doctor.stores import MOMENT, MOMENTS, connect, store_tail
from deploy.local.nats import seed
from deploy.local.ports import LOOPBACK, Ports
from deploy.nats.permissions import STREAMS, inbox
from deploy.nats.streams import DEPLOY
from services.kit.streams import weaknesses

POSITION = "Nattljus-Position"
"""The header of every message in a stream: the event's position in its store."""


async def look_at_broker(data: DataDirectory, ports: Ports) -> list[Finding]:
    """NATS: safe writes, both streams as they must be, and level with their stores."""
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
            answer = (await client.get(f"{ports.address('nats_monitor')}/varz")).json()
        safe = bool(answer["jetstream"]["config"]["sync_always"])
        findings = [
            Finding("nats", safe, "sync_interval always" if safe else "acknowledges before it has written: set sync_interval always")
        ]
        return findings + await look_at_streams(data, ports)
    except (httpx2.HTTPError, NatsError, OSError, KeyError) as error:
        return [Finding("nats", ok=False, seen=f"{type(error).__name__}: {error}")]


async def look_at_streams(data: DataDirectory, ports: Ports) -> list[Finding]:
    """Each stream's settings, and its last message against its store's last event, if the database can be asked."""
    client = await nats.connect(
        f"nats://{LOOPBACK}:{ports.nats}", nkeys_seed_str=seed(data, DEPLOY), inbox_prefix=inbox(DEPLOY), allow_reconnect=False
    )
    try:
        async with asked(data, ports) as connection:
            return [await look_at_stream(client, connection, name) for name in STREAMS]
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def asked(data: DataDirectory, ports: Ports) -> AsyncIterator[asyncpg.Connection | None]:
    """A connection to the database, None when it does not answer: that is another finding."""
    try:
        connection = await connect(data, ports)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        yield None
        return
    try:
        yield connection
    finally:
        connection.terminate()


async def look_at_stream(client: Client, connection: asyncpg.Connection | None, name: str) -> Finding:
    """One stream: as it must be, and level with its store, which a moment's delay is given its moment for."""
    jetstream = client.jetstream(timeout=5)
    try:
        info = await jetstream.stream_info(name)
    except NotFoundError:
        return Finding(f"stream {name}", ok=False, seen="there is none: the reconciler makes it anew")
    if short := weaknesses(info.config, name):
        return Finding(f"stream {name}", ok=False, seen="; ".join(short))
    position = await last_position(jetstream, name)
    if connection is None:
        return Finding(f"stream {name}", ok=True, seen=f"at position {position}; the store cannot be asked")
    tail = await store_tail(connection, name.lower())
    for _ in range(MOMENTS):
        if position >= tail:
            break
        await asyncio.sleep(MOMENT)
        position = await last_position(jetstream, name)
    level = tail <= position <= await store_tail(connection, name.lower())
    return Finding(f"stream {name}", level, f"at position {position}, the store at {tail}")


async def last_position(jetstream: JetStreamContext, name: str) -> int:
    """The position in the store that the stream's last message carries; 0 when it is empty."""
    info = await jetstream.stream_info(name)
    if not info.state.messages:
        return 0
    message = await jetstream.get_msg(name, seq=info.state.last_seq)
    return int((message.headers or {}).get(POSITION, 0))
