"""The bus: NATS JetStream as a copy of the stores, and plain NATS for "something changed". The only module that knows nats."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import httpx2
import nats
import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError
from nats.js.errors import Error as JetStreamError

from contracts.envelope import CONTENT_TYPE
from services.kit.client import ANSWER_SECONDS, Heedful
from services.kit.eventlog import Logged
from services.kit.publishing import Message, Publisher, Unsure
from services.kit.pull import Silent, pull
from services.kit.settings import Settings

log = structlog.get_logger()

POSITION = "Nattljus-Position"
PREVIOUS = "Nattljus-Previous"
TOPIC = "Nattljus-Topic"
STREAM = "Nattljus-Stream"
JOIN_SECONDS = 0.5
"""How long the first call waits for NATS. Whoever calls while it is away is told so at once and has better to do than to wait."""
STALE_FENCE = {10071, 10164}


class BusDown(Exception):
    """NATS does not answer, or the answer is unknown: nothing is assumed, the tail is read again."""


class NoStream(BusDown):
    """The stream does not exist. The reconciler makes it anew, or whoever sets NATS up; then it fills by itself."""

    def __str__(self) -> str:
        return f"there is no stream {self.args[0]}"


class Fenced(Exception):
    """Somebody else has published since we read the tail: another relay leads."""


@dataclass(frozen=True)
class Tail:
    """The last message of a stream: its sequence there, and the position in the store that it carries (0, 0 when empty)."""

    sequence: int
    position: int


@dataclass(frozen=True)
class Changed:
    """Something changed for a unit: which views, which ids. No content."""

    unit: str
    views: tuple[str, ...]
    ids: tuple[str, ...]


def stream_name(store: str) -> str:
    """The JetStream stream that carries a store: `intake` → `INTAKE`."""
    return store.upper()


def subject(logged: Logged) -> str:
    """The event's name only. NATS keeps every subject that a stream has seen in memory (some 200 bytes each), so no id stands in it."""
    return f"nattljus.{logged.store}.{logged.topic.partition('.')[0]}"


class Bus:
    """NATS under one user's permissions. Connects when it is first needed, and reconnects by itself for ever.

    Every call raises BusDown while NATS is away: a process whose bus is down still starts, and goes on from the store.
    """

    def __init__(self, settings: Settings, user: str) -> None:
        self._settings, self._user = settings, user
        self._client: Client = Heedful()
        self._joining: asyncio.Task[None] | None = None
        self._publishers: dict[str, Publisher] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnects."""
        if self._joining is None:
            return
        while not self._joining.done():  # the client waits by asyncio.wait_for, which on Python 3.11 may lose a cancellation
            self._joining.cancel()
            await asyncio.wait({self._joining}, timeout=JOIN_SECONDS)
        await asyncio.gather(self._joining, return_exceptions=True)
        with contextlib.suppress(OSError):  # it is gone already
            await self._client.close()

    async def _connected(self) -> Client:
        if self._joining is None:
            self._joining = asyncio.create_task(self._join(), name=f"bus of {self._user}")
        if not self._client.is_connected:
            await asyncio.wait({self._joining}, timeout=JOIN_SECONDS)
        if not self._client.is_connected:
            raise BusDown("NATS does not answer")
        return self._client

    async def _join(self) -> None:
        """Connects for the first time, however long it takes."""
        await self._client.connect(
            self._settings.nats.split(","),
            name=self._user,
            nkeys_seed_str=self._settings.nats_seed.get_secret_value() or None,
            inbox_prefix=f"_INBOX_{self._user}".encode(),
            connect_timeout=2,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds of any kind; its annotation says int
            max_reconnect_attempts=-1,
            error_cb=_note_error,
            ping_interval=5,
            max_outstanding_pings=2,
        )

    async def _js(self) -> JetStreamContext:
        return (await self._connected()).jetstream(timeout=ANSWER_SECONDS)

    async def tail(self, store: str) -> Tail:
        """Reads the stream's own last message: the only truth about how far it has come. Raises NoStream, BusDown."""
        try:
            js = await self._js()
            info = await js.stream_info(stream_name(store))
            if info.state.last_seq == 0 or info.state.messages == 0:
                return Tail(info.state.last_seq, 0)
            message = await js.get_msg(stream_name(store), seq=info.state.last_seq)
            return Tail(info.state.last_seq, int((message.headers or {})[POSITION]))
        except NotFoundError as error:
            raise NoStream(stream_name(store)) from error
        except (nats.errors.Error, JetStreamError, KeyError, TimeoutError) as error:
            raise BusDown(f"tail of {store}: {error!r}") from error

    async def publish(self, events: Sequence[Logged], tail: Tail) -> Tail:
        """Publishes events of one store after the tail, in order; gives the new tail.

        Raises Fenced when the tail is not ours any more, NoStream, and BusDown when unsure: then the tail must be read again.
        """
        try:
            publisher = self._publishers.setdefault(events[0].store, Publisher(await self._connected()))
            messages = [Message(subject(logged), logged.state, headers(logged)) for logged in events]
            sequence = await publisher.publish(messages, tail.sequence)
        except APIError as error:
            raise (Fenced if error.err_code in STALE_FENCE else BusDown)(f"{_range(events)}: {error!r}") from error
        except nats.errors.NoRespondersError as error:
            raise NoStream(stream_name(events[0].store)) from error
        except (nats.errors.Error, JetStreamError, TimeoutError, Unsure) as error:
            raise BusDown(f"{_range(events)}: {error!r}") from error
        return Tail(sequence, events[-1].position)

    async def feed(self, store: str, seconds: float) -> AsyncIterator[Sequence[Logged]]:
        """Live events of a store, from the stream's last one on; an empty batch after each `seconds` without any.

        The broker keeps no position for us and redelivers nothing: gaps are the follower's to find. Raises BusDown.
        """
        configuration = ConsumerConfig(
            ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.LAST, inactive_threshold=30, mem_storage=True, num_replicas=1
        )
        try:
            async for messages in pull(await self._connected(), stream_name(store), configuration, seconds):
                yield [logged_of(store, message) for message in messages]
        except (nats.errors.Error, JetStreamError, KeyError, TimeoutError, Silent) as error:
            raise BusDown(f"feed of {store}: {error!r}") from error

    async def announce(self, changed: Changed) -> None:
        """Says that something changed for a unit; lost when nobody listens, and nothing depends on it."""
        if not self._client.is_connected:
            return
        payload = json.dumps({"views": changed.views, "ids": changed.ids}).encode()
        await self._client.publish(f"nattljus.changed.{changed.unit}", payload)

    async def changes(self) -> AsyncIterator[Changed]:
        """What others announce, for all units this user may hear. Raises BusDown."""
        queue: asyncio.Queue[Changed] = asyncio.Queue(10_000)

        async def arrived(message: Msg) -> None:
            body = json.loads(message.data)
            changed = Changed(message.subject.rpartition(".")[2], tuple(body["views"]), tuple(body["ids"]))
            if not queue.full():
                queue.put_nowait(changed)

        await (await self._connected()).subscribe("nattljus.changed.*", cb=arrived)
        while True:
            yield await queue.get()


def headers(logged: Logged) -> dict[str, str]:
    """What stands on a message beside the event itself: where it belongs, opaque ids and names only."""
    return {
        "Nats-Msg-Id": f"{logged.store}:{logged.position}",
        "Content-Type": CONTENT_TYPE,
        POSITION: str(logged.position),
        PREVIOUS: str(logged.previous),
        TOPIC: logged.topic,
        STREAM: str(logged.stream),
    }


def _range(events: Sequence[Logged]) -> str:
    return f"{events[0].store}:{events[0].position}-{events[-1].position}"


async def _note_error(error: Exception) -> None:
    log.warning("bus error", error=str(error) or type(error).__name__)


def logged_of(store: str, message: Msg) -> Logged:
    """The event as sent; its bytes are not looked into: one that nobody can read must not stop the others."""
    said: Mapping[str, str] = message.headers or {}
    return Logged(store, int(said[POSITION]), int(said[PREVIOUS]), said[TOPIC], UUID(said[STREAM]), message.data)


class UnsafeBroker(RuntimeError):
    """NATS acknowledges before it has written to disk. Set `jetstream { sync_interval: always }` and start it again."""


async def refuse_unsafe_broker(monitor: str) -> None:
    """Raises UnsafeBroker unless NATS' monitoring says that every message is flushed; BusDown when it does not answer."""
    try:
        async with httpx2.AsyncClient(timeout=3, trust_env=False) as client:
            variables = (await client.get(f"{monitor}/varz")).json()
    except (httpx2.HTTPError, ValueError) as error:
        raise BusDown(str(error)) from error
    if variables.get("jetstream", {}).get("config", {}).get("sync_always") is not True:
        raise UnsafeBroker
