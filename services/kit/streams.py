"""The streams themselves: how each must be, what it holds from end to end, and making it anew.

For `deploy`, which makes them, and for the reconciler, which alone among the services may make a damaged one anew.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx2
import nats.errors
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError
from nats.js.errors import Error as JetStreamError
from typing_extensions import override

from services.kit.bus import Bus, BusDown, logged_of, stream_name
from services.kit.eventlog import Logged
from services.kit.pull import Silent, pull
from services.kit.settings import Settings

END_SECONDS = 1.0
"""How long the end of a stream is waited for: what has not come by then cannot be read."""


def wanted(name: str, replicas: int = 1) -> StreamConfig:
    """How a stream must be: on disk, nothing ever dropped or removed, batches whole or not at all, and no way around the API."""
    return StreamConfig(
        name=name,
        subjects=[f"nattljus.{name.lower()}.>"],
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


@dataclass(frozen=True)
class Seen:
    """A stream at one moment: when it was made, its first and last sequence, how many messages, and where its settings fall short."""

    created: datetime
    first: int
    last: int
    messages: int
    short: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the server itself says that no message is missing between the first and the last."""
        return self.last == 0 or (self.first == 1 and self.messages == self.last)


@dataclass(frozen=True)
class Copied:
    """A message of a stream: its sequence, and the event it carries; None when it is nothing that a relay has published."""

    sequence: int
    logged: Logged | None


class Streams(Bus):
    """The bus in the hands of one who may read streams from end to end and make them anew. Every call raises BusDown."""

    def __init__(self, settings: Settings, user: str) -> None:
        super().__init__(settings, user)
        self._monitor = httpx2.AsyncClient(base_url=settings.nats_monitor, timeout=3, trust_env=False)

    @override
    async def close(self) -> None:
        await self._monitor.aclose()
        await super().close()

    async def started(self) -> str:
        """When NATS was started, as it says itself: another word means that it was restarted in between."""
        try:
            return str((await self._monitor.get("/varz")).json()["start"])
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            raise BusDown(f"monitoring: {error!r}") from error

    async def look(self, store: str) -> Seen | None:
        """The stream as it stands; None when there is none."""
        with _bus_errors(f"look at {store}"):
            try:
                info = await (await self._js()).stream_info(stream_name(store))
            except NotFoundError:
                return None
        if info.created is None:
            raise BusDown(f"{store}: the server does not say when its stream was made")
        short = tuple(weaknesses(info.config, stream_name(store), self._settings.stream_replicas))
        return Seen(info.created, info.state.first_seq, info.state.last_seq, info.state.messages, short)

    async def message(self, store: str, sequence: int) -> Copied | None:
        """One message; None when it cannot be read, though the server counts it."""
        with _bus_errors(f"{store} at {sequence}"):
            try:
                found = await (await self._js()).get_msg(stream_name(store), seq=sequence)
            except NotFoundError:
                return None
        return _copied(store, sequence, Msg(self._client, found.subject or "", "", found.data or b"", found.headers))

    async def messages(self, store: str, sequence: int, last: int) -> AsyncIterator[Copied]:
        """Every message from a sequence up to and with the last one, in order; those that cannot be read are left out by the server."""
        configuration = ConsumerConfig(
            ack_policy=AckPolicy.NONE,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=sequence,
            inactive_threshold=30,
            mem_storage=True,
            num_replicas=1,
        )
        with _bus_errors(f"read {store} from {sequence}"):
            async for batch in pull(await self._connected(), stream_name(store), configuration, END_SECONDS):
                for message in batch:
                    at = message.metadata.sequence.stream
                    if at <= last:
                        yield _copied(store, at, message)
                    if at >= last:
                        return
                if not batch:
                    return

    async def remake(self, store: str, seen: Seen | None) -> None:
        """Makes the stream anew and empty, unless it is another one by now than the one that was seen; the relay refills it."""
        now = await self.look(store)
        if (now and now.created) != (seen and seen.created):
            return
        with _bus_errors(f"make {store} anew"):
            jetstream = await self._js()
            if now:
                await jetstream.delete_stream(stream_name(store))
            await jetstream.add_stream(wanted(stream_name(store), self._settings.stream_replicas))


@contextmanager
def _bus_errors(what: str) -> Iterator[None]:
    try:
        yield
    except (nats.errors.Error, JetStreamError, APIError, Silent, TimeoutError, asyncio.InvalidStateError) as error:
        raise BusDown(f"{what}: {error!r}") from error


def _copied(store: str, sequence: int, message: Msg) -> Copied:
    try:
        return Copied(sequence, logged_of(store, message))
    except (KeyError, ValueError):
        return Copied(sequence, None)
