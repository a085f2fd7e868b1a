"""Reading the history that concerns some views, stream by stream, in chunks of bounded size."""

from bisect import bisect_left
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from services.kit.eventlog import EventLog, Logged

CHUNK = 2000
"""Events read at once from each store: some 3 MB."""
IDS = 2**128


@dataclass(frozen=True)
class Part:
    """The streams whose ids lie between these two: about one in `of`, for ids are spread evenly."""

    number: int = 0
    of: int = 1

    @property
    def first(self) -> UUID:
        """The lowest id."""
        return UUID(int=IDS * self.number // self.of)

    @property
    def last(self) -> UUID:
        """The highest id."""
        return UUID(int=IDS * (self.number + 1) // self.of - 1)

    def share(self, stream: UUID) -> float:
        """How much of the part lies before this stream: 0 to 1."""
        return (stream.int - self.first.int) * self.of / IDS


@dataclass(frozen=True)
class Chunk:
    """All events of some streams, and how much of the part is read with them: 0 to 1."""

    events: list[Logged]
    share: float


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


async def history(
    connections: Mapping[str, asyncpg.Connection], until: Mapping[str, int], without: Collection[str], part: Part
) -> AsyncIterator[Chunk]:
    """The events of a part's streams up to these positions, without those of some topics: whole streams, causes before effects.

    Each store is read over a connection of its own. So a view's rows are made once, in memory, and never changed.
    """
    sources = [
        _Source(EventLog(connection, store).sweep(part.first, part.last, until[store], without, CHUNK))
        for store, connection in connections.items()
    ]
    while True:
        for source in sources:
            await source.fill()
        # The last stream that a source has read may go on in its next page; those before it are whole in every store.
        end = min((source.read[-1].stream for source in sources if not source.ended), default=None)
        if events := [each for source in sources for each in source.before(end)]:
            yield Chunk(events, 1.0 if end is None else part.share(end))
        elif end is None:
            return


def _stream(logged: Logged) -> UUID:
    return logged.stream
