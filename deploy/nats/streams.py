"""The two streams: made here and nowhere else, and never used when somebody has weakened them."""

import nats
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from deploy.nats.permissions import STREAMS, inbox

DEPLOY = "deploy"


class StreamWeakened(Exception):
    """A stream stands with settings under which a message could be lost or read by others. Nothing was changed."""


def wanted(name: str, replicas: int = 1) -> StreamConfig:
    """How a stream must be: on disk, nothing ever dropped or removed, batches whole or not at all, and no way around the API."""
    return StreamConfig(
        name=name,
        subjects=[STREAMS[name]],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_msgs=-1,
        max_bytes=-1,
        max_age=0,
        max_consumers=-1,
        num_replicas=replicas,
        deny_delete=True,
        deny_purge=True,
        allow_atomic=True,
        allow_direct=False,
        mirror_direct=False,
    )


def weaknesses(found: StreamConfig, name: str, replicas: int = 1) -> list[str]:
    """Every setting in which `found` falls short, as `setting: found, wanted`."""
    want = wanted(name, replicas)
    held = {
        "subjects": (found.subjects, want.subjects),
        "retention": (found.retention, want.retention),
        "storage": (found.storage, want.storage),
        "discard": (found.discard, want.discard),
        "max_msgs": (found.max_msgs, -1),
        "max_bytes": (found.max_bytes, -1),
        "max_msgs_per_subject": (found.max_msgs_per_subject, -1),
        "max_age": (found.max_age or 0, 0),
        "deny_delete": (found.deny_delete, True),
        "deny_purge": (found.deny_purge, True),
        "allow_atomic": (bool(found.allow_atomic), True),
        "allow_direct": (bool(found.allow_direct), False),
        "allow_msg_ttl": (bool(found.allow_msg_ttl), False),
        "allow_rollup_hdrs": (found.allow_rollup_hdrs, False),
        "sealed": (found.sealed, False),
        "mirror": (found.mirror, None),
        "sources": (found.sources or None, None),
        "subject_transform": (found.subject_transform, None),
    }
    short = [f"{setting}: {is_}, wanted {should}" for setting, (is_, should) in held.items() if is_ != should]
    if (found.num_replicas or 1) < replicas:
        short.append(f"num_replicas: {found.num_replicas}, wanted at least {replicas}")
    if getattr(found.persist_mode, "value", None) == "async":
        short.append("persist_mode: async, wanted default")
    return short


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
