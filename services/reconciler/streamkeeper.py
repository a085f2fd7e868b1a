"""Keeping one store's stream: looked at every second, compared every minute and after every doubt, and made anew when it is damaged."""

import asyncio
import time
from collections import deque

import structlog

from services.kit.bus import BusDown
from services.kit.eventlog import EventLog
from services.kit.groupcommit import LOST
from services.kit.heartbeat import Pulse
from services.kit.settings import Settings
from services.kit.streams import Copied, Seen, Streams
from services.reconciler.alarms import Alarms
from services.reconciler.comparison import BY_HAND, Compared, Difference, Fault, Part, compare, glance
from services.reconciler.ledger import STRETCH, Ledger, bounds
from services.reconciler.sums import differing

log = structlog.get_logger()

LOOK_SECONDS = 1.0
OLD_STRETCHES = 10
"""How many older stretches are read again in each round: all of a small store, three million events an hour of a large one. A stretch's
place in the stream is known from what stands in those before it, so that none may be left out while they grow."""
BEHIND_SECONDS = 5.0
"""A stream that was behind its store is compared again so soon."""
DOWN_SECONDS = 15.0
"""After so long without the bus it is an alarm, and no mere restart."""
BUS_DOWN = "bus-down"


class StreamKeeper:
    """Compares a store with its stream.

    The stream is a copy and a deterministic function of the store, so whatever is damaged is made anew as a whole, and the relay
    refills it. A stream that holds what the store does not is left alone: then the store has lost something.
    """

    def __init__(self, log_: EventLog, streams: Streams, ledger: Ledger, alarms: Alarms, settings: Settings, pulse: Pulse) -> None:
        self._log, self._streams, self._ledger, self._alarms, self._settings = log_, streams, ledger, alarms, settings
        self._pulse = pulse
        self._store = log_.store
        self._seen: Seen | None = None
        self._started = ""
        self._copied = self._newest = self._tail = 0
        self._goal: int | None = None
        self._todo: deque[int] = deque()
        self._old = 0
        self._due = 0.0
        self._doubt = True
        """Everything is to be compared, from the beginning."""
        self._read = False
        self._down: float | None = None

    async def run(self) -> None:
        """For ever; whatever is away is waited for."""
        while True:
            try:
                await self.turn()
                await self._bus_is_back()
                pause = 0.0 if self._todo else LOOK_SECONDS
            except (BusDown, *LOST) as error:
                log.warning("not compared now", store=self._store, reason=type(error).__name__, detail=str(error))
                if isinstance(error, BusDown):
                    await self._bus_is_away(str(error))
                pause = LOOK_SECONDS
            self._pulse.beat(self._copied, "waits" if self._down else "compares" if self._todo else "watches")
            await asyncio.sleep(pause)

    async def turn(self) -> None:
        """One look, and one stretch of what there is to compare. Raises BusDown, and what LOST lists."""
        if not self._read:
            await self._ledger.read()
            self._read = True
        seen = await self._streams.look(self._store)
        difference = glance(seen) or (await self._end(seen) if seen else None)
        if difference or seen is None:
            await self._answer(difference or Difference(Fault.MISSING, 0, 0), seen)
            return
        if self._goal is not None and self._copied < self._goal:
            return  # the relay is filling it
        await self._plan(seen)
        if self._todo:
            await self._check(self._todo[0], seen)

    async def _end(self, seen: Seen) -> Difference | None:
        """Whether the stream ends in an event of the store's; how far it has come stands in `_copied` after that."""
        last = await self._streams.message(self._store, seen.last) if seen.last else Copied(0, None)
        if last is None:
            return Difference(Fault.HOLE, seen.last, 0)
        if last.logged is None and seen.last:
            return Difference(Fault.CHANGED, seen.last, 0)
        self._copied = last.logged.position if last.logged else 0
        ahead = self._copied > await self._log.tail()
        return Difference(Fault.AHEAD, seen.last, self._copied) if ahead else None

    async def _plan(self, seen: Seen) -> None:
        """What is to be compared: all after a doubt, else every minute what has grown since the last round, and some of what is older."""
        started = await self._streams.started()
        before, self._seen = self._seen, seen
        shrunk = before is not None and seen.created == before.created and seen.last < before.last
        if before is None or started != self._started or seen.created != before.created or shrunk:
            self._doubt, self._due = True, 0.0
            self._todo.clear()
        if before and seen.created != before.created:
            await self._ledger.read()  # a person may have said that the store is right as it stands
        self._started = started
        if before and shrunk:
            self._goal = await self._log.tail()
            await self._alarms.open(Fault.SHRUNK, self._store, f"from {before.last} to {seen.last} messages: the relay refills it")
        elif not self._todo and time.monotonic() >= self._due:
            self._tail = await self._log.tail()
            since, self._newest = self._newest, self._tail // STRETCH
            self._todo = deque(range(self._newest + 1) if self._doubt else (*self._slice(since), *range(since, self._newest + 1)))

    def _slice(self, count: int) -> list[int]:
        """Of so many stretches, those whose turn it is to be read again."""
        old = [(self._old + n) % count for n in range(min(OLD_STRETCHES, count))]
        self._old = (self._old + OLD_STRETCHES) % max(count, 1)
        return sorted(old)

    async def _check(self, stretch: int, seen: Seen) -> None:
        known = self._ledger.known(stretch)
        sequence = self._ledger.before(stretch) + 1
        part = Part(*bounds(stretch, self._tail), sequence, newest=stretch == self._newest)
        compared = await compare(self._log, self._streams, seen, part, known, self._pulse)
        if differing(known, compared.store, compared.was):
            compared.difference = Difference(Fault.STORE_CHANGED, sequence, stretch * STRETCH)
        await self._settle(stretch, compared, seen)

    async def _settle(self, stretch: int, compared: Compared, seen: Seen) -> None:
        difference = compared.difference
        if not difference or difference.fault is not Fault.STORE_CHANGED:
            await self._ledger.enter(stretch, compared)
        if difference:
            await self._answer(difference, seen)
            return
        self._todo.popleft()
        if not self._todo:
            await self._well()

    async def _answer(self, difference: Difference, seen: Seen | None) -> None:
        """The alarm, and the repair if a machine may do it."""
        self._todo.clear()
        self._doubt = True
        await self._alarms.open(difference.fault, self._store, str(difference))
        await self._ledger.round(equal=False, copied=self._copied, note=difference.fault)
        if seen and await self._alarms.any_open(self._store, BY_HAND):  # whatever else is wrong with it: it may hold an only copy
            self._due = time.monotonic() + self._settings.round_seconds
            return
        await self._streams.remake(self._store, seen)
        self._goal, self._due = await self._log.tail(), 0.0
        log.warning("the stream was made anew", store=self._store, fault=difference.fault, until=self._goal)

    async def _well(self) -> None:
        """Everything that was to be compared is equal."""
        self._goal, self._doubt = None, False
        seconds = self._settings.round_seconds
        self._due = time.monotonic() + (seconds if self._copied >= self._tail else min(seconds, BEHIND_SECONDS))
        await self._ledger.round(equal=True, copied=self._copied, note="equal")
        await self._alarms.close(self._store, *Fault)

    async def _bus_is_away(self, detail: str) -> None:
        self._down = self._down or time.monotonic()
        if time.monotonic() - self._down > DOWN_SECONDS:
            try:
                await self._alarms.open(BUS_DOWN, self._store, detail)
            except LOST as error:
                log.warning("the alarm cannot be written", code=BUS_DOWN, reason=type(error).__name__)

    async def _bus_is_back(self) -> None:
        if self._down is not None:
            await self._alarms.close(self._store, BUS_DOWN)
            self._down = None
