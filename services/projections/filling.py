"""Filling an empty table of a view with what a part of the streams makes: read, folded in memory, copied in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from contracts.quarantine import BEHIND
from services.kit.eventlog import STORES, Logged
from services.projections.fold import Waiting, fold
from services.projections.history import Part, history
from services.projections.recompute import dropped_of
from services.projections.stored import REFUSED, Stored
from services.projections.tables import closing, copier
from services.projections.view import NEXT_SCHEMA, View

Progress = Callable[[int, float], None]
"""Called with how many events are done, and which share of all the work that is: 0 to 1."""


@dataclass
class Filled:
    """How many events went in, and which wait because the view cannot take them."""

    events: int = 0
    waiting: list[Waiting] = field(default_factory=list)


async def fill(owner_dsn: str, view: View, until: Mapping[str, int], part: Part, progress: Progress) -> Filled:
    """Fills the view's next table with what a part of the streams makes, up to these positions, over connections of its own."""
    async with AsyncExitStack() as stack:
        writing, *reading = [await stack.enter_async_context(closing(await copier(owner_dsn))) for _ in range(1 + len(STORES))]
        dropped = await dropped_of(writing, view)
        filling = _Filling(writing, Stored(view, NEXT_SCHEMA))
        async for chunk in history(dict(zip(STORES, reading, strict=True)), view, until, part):
            await filling.take([each for each in chunk.events if (each.store, each.position) not in dropped])
            filling.filled.events += len(chunk.events)
            progress(filling.filled.events, chunk.share)
    return filling.filled


class _Filling:
    """What is being filled, and what came of it so far."""

    def __init__(self, connection: asyncpg.Connection, stored: Stored) -> None:
        self.filled = Filled()
        self._connection, self._stored = connection, stored

    async def take(self, events: Sequence[Logged]) -> None:
        """Copies in what whole streams make. When the database refuses it: by halves, until the stream that it refuses is alone."""
        folded = fold(self._stored.view, events)
        try:
            await self._stored.copy(self._connection, folded.written)
        except REFUSED as error:
            await self._divide(events, error)
        else:
            self.filled.waiting += folded.waiting

    async def _divide(self, events: Sequence[Logged], error: Exception) -> None:
        streams: dict[UUID, list[Logged]] = {}
        for each in events:
            streams.setdefault(each.stream, []).append(each)
        parts, middle = list(streams.values()), len(streams) // 2
        if middle == 0:
            await self._as_far_as_it_goes(events, error)
            return
        for half in (parts[:middle], parts[middle:]):
            await self.take([each for part in half for each in part])

    async def _as_far_as_it_goes(self, events: Sequence[Logged], error: Exception) -> None:
        """The events of one stream, up to the one that the database refuses."""
        for count in range(len(events) - 1, -1, -1):
            try:
                await self._stored.copy(self._connection, fold(self._stored.view, events[:count]).written)
            except REFUSED as earlier:
                error = earlier
            else:
                behind = (Waiting(each, BEHIND) for each in events[count + 1 :])
                self.filled.waiting += [Waiting(events[count], type(error).__name__), *behind]
                return
