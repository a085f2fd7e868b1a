"""A view's rows in the database: read by stream, written in batches through asyncpg, with SQL made from the view's table."""

from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from uuid import UUID

import asyncpg

from services.projections.rows import Row
from services.projections.view import SCHEMA, View

REFUSED = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,  # what asyncpg itself cannot put into bytes
)
"""What the database says to a value that no row can hold. A lost connection or a full disk is nobody's fault among the events."""


class Stored:
    """One view's table in one schema."""

    def __init__(self, view: View, schema: str = SCHEMA) -> None:
        self.view, self.schema, self.table, self.columns = view, schema, f"{schema}.{view.table.name}", tuple(view.table.c.keys())
        key = tuple(view.table.primary_key.columns.keys())
        values, set_ = ", ".join(f"${n + 1}" for n in range(len(self.columns))), ", ".join(f"{c} = excluded.{c}" for c in self.columns)
        insert = f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({values})"  # noqa: S608  names of our own tables
        self._load = f"SELECT {', '.join(self.columns)} FROM {self.table} WHERE {view.stream} = ANY($1)"  # noqa: S608
        self._put = insert if view.adds_only else f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {set_}"
        self._delete = f"DELETE FROM {self.table} WHERE " + " AND ".join(f"{c} = ${n + 1}" for n, c in enumerate(key))  # noqa: S608
        self._clear = f"DELETE FROM {self.table} WHERE {view.stream} = ANY($1)"  # noqa: S608
        self._values, self._key = itemgetter(*self.columns), key

    async def load(self, connection: asyncpg.Connection, streams: Collection[UUID]) -> Sequence[Row]:
        """All rows of these streams."""
        return [dict(row) for row in await connection.fetch(self._load, list(streams))]

    async def clear(self, connection: asyncpg.Connection, streams: Collection[UUID]) -> None:
        """Takes all rows of these streams away."""
        await connection.execute(self._clear, list(streams))

    async def write(self, connection: asyncpg.Connection, written: Iterable[Row], gone: Iterable[Row] = ()) -> None:
        """Writes rows, over what stands there unless the view only adds, and takes others away. Raises what REFUSED lists."""
        if away := [tuple(row[name] for name in self._key) for row in gone]:
            await connection.executemany(self._delete, away)
        if rows := [self._values(row) for row in written]:
            await connection.executemany(self._put, rows)

    async def copy(self, connection: asyncpg.Connection, rows: Iterable[Row]) -> None:
        """Copies rows in that are all new, into a table without walls. All or none. Raises what REFUSED lists."""
        if records := [self._values(row) for row in rows]:
            await connection.copy_records_to_table(self.view.table.name, schema_name=self.schema, columns=self.columns, records=records)
