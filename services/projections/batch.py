"""Taking a batch of events into one view's table: rows read once, folded in memory, written together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from services.kit.eventlog import Logged
from services.projections.fold import Waiting, fold
from services.projections.stored import REFUSED, Stored


@dataclass
class Taken:
    """What came of a batch: the events that wait, and for each unit the streams whose rows changed."""

    waiting: list[Waiting] = field(default_factory=list)
    touched: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, other: "Taken") -> None:
        """Both together."""
        self.waiting += other.waiting
        for unit, streams in other.touched.items():
            self.touched[unit] |= streams


async def take(connection: asyncpg.Connection, stored: Stored, batch: Sequence[Logged], held: set[UUID]) -> Taken:
    """Takes the events into the view. What it cannot fold waits, and its stream joins the held ones. Raises what REFUSED lists."""
    rows = [] if stored.view.adds_only else await stored.load(connection, {each.stream for each in batch})
    folded = fold(stored.view, batch, rows, held)
    await stored.write(connection, folded.written, folded.gone)
    held.update(each.logged.stream for each in folded.waiting)
    return Taken(folded.waiting, folded.touched)


async def take_by_halves(connection: asyncpg.Connection, stored: Stored, batch: Sequence[Logged], held: set[UUID]) -> Taken:
    """The same after a refusal of the database: by halves, until the event that it refuses is alone, and waits. In a transaction."""
    await connection.execute("SAVEPOINT whole")
    try:
        return await take(connection, stored, batch, held)
    except REFUSED as error:
        await connection.execute("ROLLBACK TO whole")
        if len(batch) == 1:
            held.add(batch[0].stream)
            return Taken([Waiting(batch[0], type(error).__name__)])
        taken, middle = Taken(), len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            taken.add(await take_by_halves(connection, stored, half, held))
        return taken
