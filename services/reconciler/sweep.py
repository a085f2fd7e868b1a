"""Which streams to look at next: those where something happened, and slice by slice, in the order of their ids, all the others."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.kit.eventlog import STORES
from services.projections.view import SCHEMA, View

FIRST = UUID(int=0)

NEXT = "(SELECT DISTINCT {column} AS id FROM {table} WHERE {column} > $1 ORDER BY 1 LIMIT $2)"
CHANGED = "SELECT DISTINCT originator_id AS id FROM {store}.stored_events WHERE notification_id > $1 AND notification_id <= $2 LIMIT $3"


class Sweep:
    """Goes through the ids of all streams that a store has events of, or a view has rows of, again and again."""

    def __init__(self, views: Sequence[View]) -> None:
        places = [("originator_id", f"{store}.stored_events") for store in STORES]
        places += [(view.stream, f"{SCHEMA}.{view.table.name}") for view in views]
        parts = " UNION ".join(NEXT.format(column=column, table=table) for column, table in places)
        self._next = f"SELECT id FROM ({parts}) ids ORDER BY id LIMIT $2"  # noqa: S608  names of our own tables
        self._after = FIRST
        self.over = False

    async def next(self, connection: asyncpg.Connection, count: int) -> list[UUID]:
        """The next streams, at most `count`; `over` says whether they are the last ones and a new sweep begins after them."""
        found = [row["id"] for row in await connection.fetch(self._next, self._after, count)]
        self.over = len(found) < count
        self._after = FIRST if self.over else found[-1]
        return found


async def changed(connection: asyncpg.Connection, store: str, after: int, until: int, count: int) -> list[UUID]:
    """Streams that got events between two positions, at most `count` of them: the sweep comes to the others."""
    query = CHANGED.format(store=store)
    return [row["id"] for row in await connection.fetch(query, after, until, count)]
