"""Following a store: live from the bus, and from the store itself at start, after a gap and when the bus is down."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog

from services.kit.bus import Bus, BusDown
from services.kit.eventlog import EventLog, Logged
from services.kit.heartbeat import Pulse

log = structlog.get_logger()

IDLE_SECONDS = 1.0
DOWN_SECONDS = 0.25


class Follower:
    """Gives every event of a store after a position, once each, in order, for ever.

    JetStream is a copy: what it does not bring, or brings with a hole in it, is read from the store. An idle feed is compared
    with the store every second, so a dead relay or a lost subscription delays a view by a second and loses nothing.
    """

    def __init__(self, store_log: EventLog, bus: Bus, position: int, pulse: Pulse | None = None) -> None:
        self._log, self._bus, self.position = store_log, bus, position
        self._pulse = pulse or Pulse()

    async def batches(self) -> AsyncIterator[Sequence[Logged]]:
        """Batches of events, each following the one before without a gap."""
        while True:
            async for batch in self._from_store():
                yield batch
            try:
                async for messages in self._bus.feed(self._log.store, IDLE_SECONDS):
                    batch, gap = self._next(messages)
                    if batch:
                        yield batch
                    self._pulse.beat(self.position, "follows")
                    if gap or not messages:
                        async for missing in self._from_store():
                            yield missing
            except BusDown as error:
                log.warning("the bus is down; reading from the store", store=self._log.store, detail=str(error))
                self._pulse.beat(self.position, "reads the store: the bus is down")
                await asyncio.sleep(DOWN_SECONDS)

    async def _from_store(self) -> AsyncIterator[Sequence[Logged]]:
        while page := await self._log.after(self.position):
            self.position = page[-1].position
            yield page
            self._pulse.beat(self.position, "reads the store")

    def _next(self, messages: Sequence[Logged]) -> tuple[list[Logged], bool]:
        """The messages that follow on without a hole, and whether a hole came after them."""
        batch: list[Logged] = []
        for message in messages:
            if message.position <= self.position:
                continue
            if message.previous != self.position:
                return batch, True
            batch.append(message)
            self.position = message.position
        return batch, False
