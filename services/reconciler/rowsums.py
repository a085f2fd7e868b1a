"""What a view comes to, by agency: how many rows, and a rolling hash over them in the order of their streams."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.projections.view import SCHEMA, View

FORGET = "DELETE FROM operations.view_sum WHERE view = $1"
ENTER = "INSERT INTO operations.view_sum (view, agency, rows, digest) VALUES ($1, $2, $3, $4)"
ROUND = (
    "INSERT INTO operations.round (subject, equal, events, position, copied, note) VALUES ($1, $5, $2, $3, $3, $4)"
    " ON CONFLICT (subject) DO UPDATE SET at = clock_timestamp(), equal = excluded.equal, events = excluded.events,"
    " position = excluded.position, copied = excluded.copied, note = excluded.note"
)
POSITION = "SELECT coalesce(sum(position), 0)::bigint FROM projections.position WHERE view = $1"
EMPTY = (0, b"")


class RowSums:
    """One view's sums, gathered over a sweep and entered when it is over."""

    def __init__(self, view: View) -> None:
        agency = "agency" if "agency" in view.table.c else "''"
        self._view, self._sums, self._rows = view, dict[str, tuple[int, bytes]](), 0
        self._query = (
            f"SELECT {agency} AS agency, t::text AS row FROM {SCHEMA}.{view.table.name} t"  # noqa: S608  names of our own tables
            f" WHERE {view.stream} = ANY($1) ORDER BY {view.stream}, t::text"
        )

    async def add(self, connection: asyncpg.Connection, streams: Sequence[UUID], *, over: bool) -> None:
        """The rows of the next streams of the sweep; `over` when they are its last."""
        for row in await connection.fetch(self._query, list(streams)):
            count, digest = self._sums.get(row["agency"], EMPTY)
            self._sums[row["agency"]] = count + 1, hashlib.sha256(digest + row["row"].encode()).digest()
        if over:
            async with connection.transaction():
                await connection.execute(FORGET, self._view.name)
                for agency, (count, digest) in sorted(self._sums.items()):
                    await connection.execute(ENTER, self._view.name, agency, count, digest)
            self._rows, self._sums = sum(count for count, _ in self._sums.values()), {}

    async def note(self, connection: asyncpg.Connection, note: str, *, equal: bool) -> None:
        """A round over the view is over: whether everything that was looked at is right now."""
        position = await connection.fetchval(POSITION, self._view.name)
        await connection.execute(ROUND, f"view {self._view.name}", self._rows, position, note, equal)
