"""The two streams: made here, and never used when somebody has weakened them."""

import asyncio
import time

import nats
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NoAnswer
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError, ServiceUnavailableError

from deploy.nats.permissions import STREAMS, inbox
from services.kit.streams import wanted, weaknesses

DEPLOY = "deploy"
LEADERLESS = (NoAnswer, NoRespondersError, ServiceUnavailableError)
"""What a cluster answers that has just started, while it chooses who leads."""
PATIENCE, AGAIN = 30.0, 0.5
"""Seconds within which somebody leads, and between two questions."""


class StreamWeakened(Exception):
    """A stream stands with settings under which a message could be lost or read by others. Nothing was changed."""


async def ensure_streams(nats_url: str, seed: str, replicas: int = 1) -> None:
    """Create INTAKE and LIAISON where they are missing, and check the ones that stand.

    `nats_url` is where NATS answers; of a cluster several addresses, with commas. `seed` is the nkey seed of the user `deploy`. Raises
    StreamWeakened when a stream's settings are weaker than `wanted`, and what LEADERLESS lists when nobody leads for long.
    """
    servers = nats_url.split(",")
    client = await nats.connect(servers, nkeys_seed_str=seed, inbox_prefix=inbox(DEPLOY), connect_timeout=5, allow_reconnect=False)
    try:
        jetstream = client.jetstream()
        for name in STREAMS:
            await _ensured(jetstream, name, replicas)
    finally:
        await client.close()


async def _ensured(jetstream: JetStreamContext, name: str, replicas: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await ensure_stream(jetstream, name, replicas)
        except LEADERLESS:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(AGAIN)


async def ensure_stream(jetstream: JetStreamContext, name: str, replicas: int) -> None:
    """Create or check one stream."""
    try:
        found = (await jetstream.stream_info(name)).config
    except NotFoundError:
        found = (await jetstream.add_stream(wanted(name, replicas))).config
    short = weaknesses(found, name, replicas)
    if short:
        raise StreamWeakened(
            f"the stream {name} is weaker than it must be ({'; '.join(short)}): remove it, and it is refilled from the store"
        )
