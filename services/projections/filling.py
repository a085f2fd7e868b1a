"""Filling an empty table of a view from the whole history, and bringing it up to later positions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

import asyncpg

from services.kit.eventlog import Logged
from services.projections.fold import BEHIND, Waiting, fold
from services.projections.history import history
from services.projections.projection import STORES
from services.projections.recompute import dropped_of, make_anew
from services.projections.stored import REFUSED, Stored
from services.projections.tables import bare, indexes
from services.projections.view import NEXT_SCHEMA, View

Progress = Callable[[int, float], None]
"""Called with how many events are done, and which share of all the work that is: 0 to 1."""

TOUCHED = "SELECT DISTINCT originator_id FROM {}.stored_events WHERE notification_id > $1 AND notification_id <= $2 AND topic <> ALL($3)"
AT_ONCE = 500
"""Streams made anew in one transaction."""


class Filling:
    """The next table of a view: how many events went in, how far it has come, and which events wait because it cannot take them."""

    def __init__(self, view: View, connection: asyncpg.Connection) -> None:
        self.view, self.events, self.waiting = view, 0, list[Waiting]()
        self.positions: Mapping[str, int] = dict.fromkeys(STORES, 0)
        self._connection, self._stored, self._held = connection, Stored(view, NEXT_SCHEMA), set[UUID]()

    async def fill(self, sources: Mapping[str, asyncpg.Connection], until: Mapping[str, int], progress: Progress) -> None:
        """Makes the table and fills it with the history up to these positions, each store read over its own connection."""
        for statement in bare(self.view, NEXT_SCHEMA):
            await self._connection.execute(statement)
        dropped = await dropped_of(self._connection, self.view)
        async for chunk in history(sources, self.view, until):
            await self._take([each for each in chunk.events if (each.store, each.position) not in dropped])
            self.events += len(chunk.events)
            progress(self.events, chunk.share)
        for statement in indexes(self.view, NEXT_SCHEMA):
            await self._connection.execute(statement)
        self.positions = until

    async def catch_up(self, until: Mapping[str, int]) -> None:
        """Makes the streams anew that have had events since."""
        touched = set[UUID]()
        for store, position in until.items():
            rows = await self._connection.fetch(TOUCHED.format(store), self.positions[store], position, list(self.view.passes_over))
            touched |= {row["originator_id"] for row in rows}
        streams = sorted(touched)
        for start in range(0, len(streams), AT_ONCE):
            await self._anew(streams[start : start + AT_ONCE], until)
        self.positions = until

    async def _anew(self, streams: Collection[UUID], until: Mapping[str, int]) -> None:
        async with self._connection.transaction():
            taken = await make_anew(self._connection, self._stored, streams, until)
        self.waiting = [each for each in self.waiting if each.logged.stream not in streams] + taken.waiting

    async def _take(self, events: Sequence[Logged]) -> None:
        """Copies in what whole streams make, or more events of a view that only adds."""
        folded = fold(self.view, events, held=self._held)
        try:
            await self._stored.copy(self._connection, folded.written)
        except REFUSED as error:
            await self._divide(events, error)
        else:
            self._wait(folded.waiting)

    async def _divide(self, events: Sequence[Logged], error: Exception) -> None:
        """What the database has refused together: by halves of the streams, until the one that it refuses is alone."""
        streams: dict[UUID, list[Logged]] = {}
        for each in events:
            streams.setdefault(each.stream, []).append(each)
        if len(streams) == 1:
            return await self._as_far_as_it_goes(events, error)
        parts, middle = list(streams.values()), len(streams) // 2
        for half in (parts[:middle], parts[middle:]):
            await self._take([each for part in half for each in part])
        return None

    async def _as_far_as_it_goes(self, events: Sequence[Logged], error: Exception) -> None:
        """The events of one stream, up to the one that the database refuses."""
        for count in range(len(events) - 1, -1, -1):
            refused, behind = events[count], events[count + 1 :]
            try:
                await self._stored.copy(self._connection, fold(self.view, events[:count]).written)
            except REFUSED as earlier:
                error = earlier
            else:
                return self._wait([Waiting(refused, type(error).__name__), *(Waiting(each, BEHIND) for each in behind)])
        return None

    def _wait(self, waiting: Sequence[Waiting]) -> None:
        self.waiting += waiting
        self._held.update(each.logged.stream for each in waiting)
