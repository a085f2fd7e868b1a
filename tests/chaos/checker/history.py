"""What stands in the stores and in the streams, read as bytes and compared as bytes."""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import ServiceUnavailableError

STORES = ("intake", "liaison")
PAGE = 5000
FETCH = 500
READ_SECONDS = 10.0
TRIES = 3
"""Consumers in a row that bring nothing before the rest counts as unreadable: on a busy machine a fetch may end without an answer."""
PAUSE_SECONDS = 2.0
"""Before the next try: a cluster that has just been whole again may be choosing who leads."""


@dataclass(frozen=True)
class Stored:
    """One event as it lies somewhere. `digest` is over its bytes; `data` is the envelope, empty where the bytes are none."""

    store: str
    position: int
    stream: str
    revision: int
    topic: str
    digest: bytes
    data: dict[str, Any]

    @property
    def name(self) -> str:
        """Without the version."""
        return self.topic.partition(".")[0]

    @property
    def fact(self) -> dict[str, Any]:
        """The event's own fields."""
        found = self.data.get("data", {})
        return found if isinstance(found, dict) else {}


def document(state: bytes) -> dict[str, Any]:
    """The envelope; empty where the bytes are none. Sealed content is left out: nothing here can open it."""
    try:
        found = json.loads(state)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not isinstance(found.get("data"), dict):
        return {}
    found["data"].pop("content", None)
    return found


async def stored(connection: asyncpg.Connection, store: str) -> AsyncIterator[Stored]:
    """A store's events by position."""
    query = (
        f"SELECT notification_id, originator_id, originator_version, topic, state FROM {store}.stored_events"
        " WHERE notification_id > $1 ORDER BY notification_id LIMIT $2"
    )
    position = 0
    while rows := await connection.fetch(query, position, PAGE):
        for number, stream, revision, topic, state in rows:
            yield Stored(store, number, str(stream), revision, topic, hashlib.sha256(state).digest(), document(state))
        position = rows[-1][0]


@dataclass(frozen=True)
class Sent:
    """One message of a stream: where it stands there, and what it says it is. `position` is 0 where it does not say."""

    sequence: int
    position: int
    previous: int
    topic: str
    stream: str
    digest: bytes


async def sent(url: str, nkey_seed: str, inbox_prefix: str, store: str) -> list[Sent]:
    """A stream's messages in order."""
    client = await nats.connect(url, nkeys_seed_str=nkey_seed, inbox_prefix=inbox_prefix.encode(), connect_timeout=5)
    try:
        jetstream = client.jetstream(timeout=READ_SECONDS)
        last = (await jetstream.stream_info(store.upper())).state.last_seq
        found: list[Sent] = []
        silent = 0
        while silent < TRIES and (found[-1].sequence if found else 0) < last:  # what cannot be read is missing: whoever compares finds out
            came = await _following(jetstream, store, found[-1].sequence + 1 if found else 1, last)
            found, silent = found + came, 0 if came else silent + 1
            if silent:
                await asyncio.sleep(PAUSE_SECONDS)
        return found
    finally:
        await client.close()


async def _following(jetstream: JetStreamContext, store: str, first: int, last: int) -> list[Sent]:
    """The messages from one sequence to another, by a consumer of their own, until one does not come or nobody leads it."""
    settings = ConsumerConfig(
        ack_policy=AckPolicy.NONE,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=first,
        mem_storage=True,
        inactive_threshold=60,
    )
    found: list[Sent] = []
    with contextlib.suppress(TimeoutError, ServiceUnavailableError):
        consumer = await jetstream.pull_subscribe(f"nattljus.{store}.>", stream=store.upper(), config=settings)
        while not found or found[-1].sequence < last:
            found += [_sent(message) for message in await consumer.fetch(FETCH, timeout=READ_SECONDS)]
    return found


def _sent(message: Msg) -> Sent:
    headers = message.headers or {}
    return Sent(
        message.metadata.sequence.stream,
        int(headers.get("Nattljus-Position", 0)),
        int(headers.get("Nattljus-Previous", 0)),
        headers.get("Nattljus-Topic", ""),
        headers.get("Nattljus-Stream", ""),
        hashlib.sha256(message.data).digest(),
    )
