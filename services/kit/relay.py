"""The relay: copies a store to its stream, in order, once each, whatever dies in between.

The position comes from the stream's own last message, never from a stored row; every publish is fenced with the sequence it
must follow; any doubt throws local state away and reads the tail again. Two relays may run: an advisory lock elects one, and
the fence holds even when the lock is gone while its old holder still publishes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import asyncpg
import structlog

from services.kit.bus import Bus, BusDown, Fenced, Tail
from services.kit.eventlog import INDEX_PLAN, EventLog
from services.kit.groupcommit import LOST
from services.kit.heartbeat import Heart
from services.kit.publishing import LARGEST_BATCH

log = structlog.get_logger()

POLL_SECONDS = 0.25
CHECK_SECONDS = 2.0
ANSWER_SECONDS = 5.0
SILENT_SECONDS = 10.0
"""After so long without a word the server ends a leader's session: else a connection that fell silent keeps the lock for hours."""
LOCK_NAMESPACE = 0x4E61


class StreamAhead(Exception):
    """The stream holds events that the store does not: the store was restored from a backup that is too old. Stop and compare."""


class Relay:
    """Follows one store and publishes what its stream does not hold yet."""

    def __init__(self, dsn: str, store: str, bus: Bus, heart: Heart | None = None) -> None:
        self._dsn, self._store, self._bus = dsn, store, bus
        heart = heart or Heart(dsn, "relay")
        self._leading, self._waiting = heart.pulse(store), heart.pulse(f"{store} standby")
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Works until it is cancelled; a fault costs a fresh look at the tail, never an event."""
        while True:
            try:
                async with self._leadership() as connection:
                    await self._lead(EventLog(connection, self._store))
            except (BusDown, Fenced, StreamAhead, *LOST) as error:
                log.warning("relay starts over", store=self._store, reason=type(error).__name__, detail=str(error))
                self._leading.beat(self._leading.position, f"starts over after {type(error).__name__}")
            await asyncio.sleep(POLL_SECONDS)

    @contextlib.asynccontextmanager
    async def _leadership(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that holds the store's advisory lock and listens for commits; waits until it is ours."""
        limits = INDEX_PLAN | {"idle_session_timeout": str(int(SILENT_SECONDS * 1000))}
        connection = await asyncpg.connect(self._dsn, timeout=2, command_timeout=ANSWER_SECONDS, server_settings=limits)
        try:
            while not await connection.fetchval(  # another process holds it
                "SELECT pg_try_advisory_lock($1, hashtext($2))", LOCK_NAMESPACE, self._store
            ):
                self._leading.rest()
                self._waiting.beat(0, "waits")
                await asyncio.sleep(POLL_SECONDS)
            self._waiting.rest()
            await connection.add_listener(self._store, lambda *_: self._wake.set())
            log.info("relay leads", store=self._store)
            yield connection
        finally:
            connection.terminate()

    async def _lead(self, store: EventLog) -> None:
        tail, checked = await self._verified_tail(store), time.monotonic()
        while True:
            self._wake.clear()
            if waiting := await store.after(tail.position, LARGEST_BATCH):
                tail = await self._bus.publish(waiting, tail)
            if time.monotonic() - checked > CHECK_SECONDS:
                seen, checked = await self._verified_tail(store), time.monotonic()
                if seen != tail:
                    log.warning("the stream is not where we left it", store=self._store, left=tail, found=seen)
                    tail = seen
            self._leading.beat(tail.position, "leads")
            if len(waiting) < LARGEST_BATCH:
                await self._until_woken()

    async def _until_woken(self) -> None:
        """LISTEN only wakes: a lost notification or a black-holed connection costs one poll, not an event."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def _verified_tail(self, store: EventLog) -> Tail:
        tail = await self._bus.tail(self._store)
        if tail.position > await store.tail():
            raise StreamAhead(f"{self._store}: stream at {tail.position}")
        return tail
