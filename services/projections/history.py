"""Reading the whole history that concerns a view, in chunks of bounded size, in the order that suits it."""

from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from services.kit.eventlog import EventLog, Logged
from services.projections.view import View

CHUNK = 2000
"""Events read at once from each store: some 3 MB."""


@dataclass(frozen=True)
class Chunk:
    """Some events, and how much of the history is read with them: 0 to 1."""

    events: list[Logged]
    share: float


def history(connections: Mapping[str, asyncpg.Connection], view: View, until: Mapping[str, int]) -> AsyncIterator[Chunk]:
    """Every event that concerns the view, up to these positions. Each store is read over a connection of its own, in a transaction.

    A view that looks at what its stream's earlier events left gets whole streams, so that its rows are made once and never changed;
    one that only adds gets them in the order of their commits, as they lie on the disk.
    """
    return _by_position(connections, view, until) if view.adds_only else _by_stream(connections, view, until)


async def _by_position(connections: Mapping[str, asyncpg.Connection], view: View, until: Mapping[str, int]) -> AsyncIterator[Chunk]:
    before, whole = 0, sum(until.values())
    for store, connection in connections.items():
        async for page in EventLog(connection, store).sweep(until[store], view.passes_over, CHUNK):
            yield Chunk(page, (before + page[-1].position) / whole)
        before += until[store]


@dataclass
class _Source:
    """One store's events, stream by stream."""

    pages: AsyncIterator[list[Logged]]
    read: list[Logged] = field(default_factory=list)
    ended: bool = False

    async def fill(self) -> None:
        """Reads on when little is left, or when all that is left may be the beginning of one long stream."""
        if not self.ended and (len(self.read) < CHUNK or self.read[0].stream == self.read[-1].stream):
            page: list[Logged] = await anext(self.pages, [])
            self.read, self.ended = self.read + page, not page

    def before(self, stream: UUID | None) -> list[Logged]:
        """Takes out the events of the streams before this one; all when it is None."""
        middle = len(self.read) if stream is None else bisect_left(self.read, stream, key=_stream)
        taken, self.read = self.read[:middle], self.read[middle:]
        return taken


async def _by_stream(connections: Mapping[str, asyncpg.Connection], view: View, until: Mapping[str, int]) -> AsyncIterator[Chunk]:
    sources = [
        _Source(EventLog(connection, store).sweep(until[store], view.passes_over, CHUNK, by_stream=True))
        for store, connection in connections.items()
    ]
    while True:
        for source in sources:
            await source.fill()
        # The last stream that a source has read may go on in its next page; those before it are whole in every store.
        unfinished = [source.read[-1].stream for source in sources if not source.ended]
        end = min(unfinished, default=None)
        if events := [each for source in sources for each in source.before(end)]:
            yield Chunk(events, 1.0 if end is None else end.int / 2**128)  # ids are spread evenly
        elif end is None:
            return


def _stream(logged: Logged) -> UUID:
    return logged.stream
