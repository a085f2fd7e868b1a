"""`nattljus accept STORE`: a person has compared, and the store as it stands now is the truth; its stream is made anew from it."""

import os
from pathlib import Path

import asyncpg
import nats
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from deploy.local.doctor import existing
from deploy.local.nats import seed
from deploy.local.ports import LOOPBACK, remembered
from deploy.local.surroundings import login
from deploy.local.trouble import Trouble
from deploy.nats.permissions import STREAMS, inbox
from deploy.nats.streams import DEPLOY
from deploy.postgres.migrate import OWNER
from services.kit.streams import wanted


async def accept(path: Path, store: str) -> None:
    """Forgets what the reconciler knew of the store and makes its stream anew; the relay refills it. Raises Trouble."""
    name = store.upper()
    if name not in STREAMS:
        raise Trouble(f"there is no store {store}: choose one of {', '.join(sorted(STREAMS)).lower()}", os.EX_USAGE)
    data = existing(path)
    try:
        owner = await asyncpg.connect(login(data, OWNER), timeout=5)
        try:
            await owner.execute("DELETE FROM operations.ledger WHERE store = $1", store)
        finally:
            await owner.close()
        address = f"nats://{LOOPBACK}:{remembered(data)['nats']}"
        client = await nats.connect(address, nkeys_seed_str=seed(data, DEPLOY), inbox_prefix=inbox(DEPLOY), allow_reconnect=False)
        try:
            await _anew(client.jetstream(timeout=5), name)
        finally:
            await client.close()
    except (OSError, NatsError) as error:
        raise Trouble(f"the hub does not answer ({type(error).__name__}: {error}): is it running? See `nattljus doctor`") from error


async def _anew(jetstream: nats.js.JetStreamContext, name: str) -> None:
    try:
        replicas = (await jetstream.stream_info(name)).config.num_replicas or 1
        await jetstream.delete_stream(name)
    except NotFoundError:
        replicas = 1
    await jetstream.add_stream(wanted(name, replicas))
