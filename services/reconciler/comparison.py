"""Comparing a stream with its store, event by event: the stream's n-th message must be the store's n-th event, byte for byte."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum

from services.kit.eventlog import EventLog, Logged
from services.kit.heartbeat import Pulse
from services.kit.streams import Copied, Seen, Streams
from services.reconciler.sums import Sum, Sums, agency_of


class Fault(StrEnum):
    """What can be wrong with a stream, or with its store."""

    MISSING = "stream-missing"
    WEAKENED = "stream-weakened"
    SHRUNK = "stream-shrunk"
    HOLE = "stream-hole"
    DOUBLED = "stream-doubled"
    CHANGED = "stream-changed"
    AHEAD = "stream-ahead"
    HISTORIES = "histories-differ"
    STORE_CHANGED = "store-changed"


BY_HAND = frozenset({Fault.AHEAD, Fault.HISTORIES, Fault.STORE_CHANGED})
"""Faults of the store itself: the stream may then hold the only copy of something acknowledged, and no machine removes it."""


@dataclass(frozen=True)
class Difference:
    """The first fault, and where: the stream's sequence and the store's position."""

    fault: Fault
    sequence: int
    position: int

    def __str__(self) -> str:
        return f"at sequence {self.sequence}, position {self.position} in the store"


@dataclass(frozen=True)
class Part:
    """The positions after `after` up to and with `until`, the first of them at this sequence; whether it is the newest part."""

    after: int
    until: int
    sequence: int
    newest: bool


@dataclass
class Compared:
    """A stretch of a store and of its stream: what each comes to, up to the first difference."""

    store: Sums = field(default_factory=dict)
    stream: Sums = field(default_factory=dict)
    was: Sums = field(default_factory=dict)
    """The store's sums where they had as many events as are known from before."""
    difference: Difference | None = None

    @property
    def events(self) -> int:
        """How many events the store has in this stretch."""
        return sum(each.events for each in self.store.values())

    def take(self, logged: Logged, known: Sums) -> str:
        """One event of the store; gives its agency."""
        agency = agency_of(logged)
        now = self.store[agency] = self.store.get(agency, Sum()).and_(logged)
        if agency in known and known[agency].events == now.events:
            self.was[agency] = now
        return agency


async def compare(log: EventLog, streams: Streams, seen: Seen, part: Part, known: Sums, pulse: Pulse) -> Compared:
    """Compares a part of a store with its stream, as far as the stream goes: it may be behind. Raises BusDown.

    The store is read to the part's end in any case. What comes after the newest part in the stream must be newer still.
    """
    compared, level, sequence, last = Compared(), True, part.sequence, await log.up_to(part.after)
    async with aclosing(_copies(streams, log.store, sequence, seen.last)) as copies:
        async for logged in log.everything(last, part.until):
            agency, last = compared.take(logged, known), logged.position
            pulse.beat(last, "compares")
            if not level:
                continue
            copied = await anext(copies, None)
            if copied is None and sequence > seen.last:
                level = False
                continue
            compared.difference = judge(logged, copied, sequence)
            level = compared.difference is None
            sequence += 1
            if level:
                compared.stream[agency] = compared.store[agency]
        if part.newest and level and (beyond := await anext(copies, None)):
            compared.difference = await _surplus(log, beyond, last)
    return compared


def glance(seen: Seen | None) -> Difference | None:
    """What the server itself knows to be wrong with a stream."""
    if seen is None:
        return Difference(Fault.MISSING, 0, 0)
    if seen.short:
        return Difference(Fault.WEAKENED, 0, 0)
    return None if seen.whole else Difference(Fault.HOLE, seen.first, 0)


def judge(logged: Logged, copied: Copied | None, sequence: int) -> Difference | None:
    """What is wrong with the message that should carry this event."""
    if copied is None or copied.sequence != sequence:
        return Difference(Fault.HOLE, sequence, logged.position)
    if copied.logged == logged:
        return None
    return Difference(_fault(logged, copied.logged), sequence, logged.position)


def _fault(logged: Logged, copy: Logged | None) -> Fault:
    if copy is None:
        return Fault.CHANGED
    if copy.position > logged.position:
        return Fault.HOLE
    if copy.position < logged.position:
        return Fault.DOUBLED
    ours, theirs = _id(logged), _id(copy)
    return Fault.HISTORIES if theirs and ours != theirs else Fault.CHANGED


def _id(logged: Logged) -> str:
    try:
        return str(json.loads(logged.state)["id"])
    except (ValueError, KeyError, TypeError):
        return ""


async def _surplus(log: EventLog, beyond: Copied, last: int) -> Difference | None:
    """What a message means that comes after the last event that we read."""
    if beyond.logged is None:
        return Difference(Fault.CHANGED, beyond.sequence, last)
    position = beyond.logged.position
    if position <= last:
        return Difference(Fault.DOUBLED, beyond.sequence, position)
    if position > await log.tail():
        return Difference(Fault.AHEAD, beyond.sequence, position)
    return None  # the relay was faster than our reading


async def _copies(streams: Streams, store: str, sequence: int, last: int) -> AsyncGenerator[Copied, None]:
    if sequence <= last:
        async for copied in streams.messages(store, sequence, last):
            yield copied
