"""The two streams: made here, and never used when somebody has weakened them."""

import nats
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.nats.permissions import STREAMS, inbox
from services.kit.streams import wanted, weaknesses

DEPLOY = "deploy"


class StreamWeakened(Exception):
    """A stream stands with settings under which a message could be lost or read by others. Nothing was changed."""


async def ensure_streams(nats_url: str, seed: str, replicas: int = 1) -> None:
    """Create INTAKE and LIAISON where they are missing, and check the ones that stand.

    `seed` is the nkey seed of the user `deploy`. Raises StreamWeakened when a stream's settings are weaker than `wanted`.
    """
    client = await nats.connect(nats_url, nkeys_seed_str=seed, inbox_prefix=inbox(DEPLOY), connect_timeout=5, allow_reconnect=False)
    try:
        jetstream = client.jetstream()
        for name in STREAMS:
            await ensure_stream(jetstream, name, replicas)
    finally:
        await client.close()


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
