"""Filling empty tables of views with what a part of the streams makes: read once for all of them, folded in memory, copied in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from contracts.quarantine import BEHIND
from services.kit.eventlog import STORES, Logged
from services.projections.fold import Waiting, fold
from services.projections.history import Part, history
from services.projections.recompute import Places, dropped_of
from services.projections.stored import REFUSED, Stored
from services.projections.tables import closing, copier
from services.projections.view import NEXT_SCHEMA, View
from services.projections.views import view_named

Progress = Callable[[int, float], None]
"""Called with how many events are done, and which share of all the work that is: 0 to 1."""
Reached = Mapping[str, Mapping[str, int]]
"""How far each view is to be filled, by its name: the position in each store."""


@dataclass
class Filled:
    """How many events went into a view, and which wait because it cannot take them."""

    events: int = 0
    waiting: list[Waiting] = field(default_factory=list)

    def add(self, other: "Filled") -> None:
        """Both together."""
        self.events += other.events
        self.waiting += other.waiting


async def fill(owner_dsn: str, reached: Reached, part: Part, progress: Progress) -> dict[str, Filled]:
    """Fills the next table of each view with what a part of the streams makes, over connections of its own. Gives it by view."""
    async with AsyncExitStack() as stack:
        writing, *reading = [await stack.enter_async_context(closing(await copier(owner_dsn))) for _ in range(1 + len(STORES))]
        fillings = []
        for name, until in reached.items():
            view = view_named(name)
            behind = until if until != furthest(reached) else {}
            fillings.append(_Filling(writing, view, behind, await dropped_of(writing, view)))
        logs, done = dict(zip(STORES, reading, strict=True)), 0
        async for chunk in history(logs, furthest(reached), unread(reached), part):
            for filling in fillings:
                await filling.fill(chunk.events)
            done += len(chunk.events)
            progress(done, chunk.share)
    return {name: filling.filled for name, filling in zip(reached, fillings, strict=True)}


def furthest(reached: Reached) -> Mapping[str, int]:
    """How far each store has to be read."""
    return {store: max(until[store] for until in reached.values()) for store in STORES}


def unread(reached: Reached) -> frozenset[str]:
    """The topics that none of the views has a use for."""
    return frozenset.intersection(*(view_named(name).passes_over for name in reached))


class _Filling:
    """A view that is being filled, and what came of it so far. `until` is where it ends if that is before the others' end."""

    def __init__(self, connection: asyncpg.Connection, view: View, until: Mapping[str, int], dropped: Places) -> None:
        self.filled = Filled()
        self._view, self._connection, self._stored, self._until, self._dropped = view, connection, Stored(view, NEXT_SCHEMA), until, dropped

    async def fill(self, events: Sequence[Logged]) -> None:
        """Takes the events of whole streams."""
        if self._until:
            events = [each for each in events if each.position <= self._until[each.store]]
        if self._dropped:
            events = [each for each in events if (each.store, each.position) not in self._dropped]
        await self._take(events)

    async def _take(self, events: Sequence[Logged]) -> None:
        """Copies in what whole streams make. When the database refuses it: by halves, until the stream that it refuses is alone."""
        folded = fold(self._view, events)
        try:
            await self._stored.copy(self._connection, folded.written)
        except REFUSED as error:
            await self._divide(events, error)
        else:
            self.filled.add(Filled(folded.events, folded.waiting))

    async def _divide(self, events: Sequence[Logged], error: Exception) -> None:
        streams: dict[UUID, list[Logged]] = {}
        for each in events:
            streams.setdefault(each.stream, []).append(each)
        parts, middle = list(streams.values()), len(streams) // 2
        if middle == 0:
            await self._as_far_as_it_goes(self._view.concerned(events), error)
            return
        for half in (parts[:middle], parts[middle:]):
            await self._take([each for part in half for each in part])

    async def _as_far_as_it_goes(self, events: Sequence[Logged], error: Exception) -> None:
        """The events of one stream, up to the one that the database refuses."""
        for count in range(len(events) - 1, -1, -1):
            try:
                await self._stored.copy(self._connection, fold(self._view, events[:count]).written)
            except REFUSED as earlier:
                error = earlier
            else:
                behind = (Waiting(each, BEHIND) for each in events[count + 1 :])
                self.filled.add(Filled(len(events), [Waiting(events[count], type(error).__name__), *behind]))
                return
