"""The ledger: what each stretch of a store and of its stream came to when it was last compared, by agency."""

from collections.abc import Sequence

import asyncpg

from services.reconciler.comparison import Compared
from services.reconciler.sums import Sum, Sums

STRETCH = 5_000
"""Positions in a stretch: compared in a second, and small beside a store of millions."""

KNOWN = "SELECT stretch, agency, events, position, digest FROM operations.ledger WHERE store = $1 AND side = 'store'"
FORGET = "DELETE FROM operations.ledger WHERE store = $1 AND stretch = $2 AND side = $3"
ENTER = (
    "INSERT INTO operations.ledger (store, side, stretch, agency, events, position, digest)"
    " SELECT $1, $2, $3, * FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::bytea[])"
)
ROUND = (
    "INSERT INTO operations.round (subject, equal, events, position, copied, note) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (subject) DO UPDATE SET at = clock_timestamp(), equal = excluded.equal, events = excluded.events,"
    " position = excluded.position, copied = excluded.copied, note = excluded.note"
)


def bounds(stretch: int, tail: int) -> tuple[int, int]:
    """The positions of a stretch, as (after, up to and with), in a store that ends at `tail`."""
    return stretch * STRETCH, min((stretch + 1) * STRETCH, tail)


class Ledger:
    """One store's part of the ledger: in memory what the store came to, in the database both sides."""

    def __init__(self, pool: asyncpg.Pool, store: str) -> None:
        self._pool, self._store = pool, store
        self._known: dict[int, Sums] = {}

    async def read(self) -> None:
        """What is known from before."""
        self._known = {}
        for row in await self._pool.fetch(KNOWN, self._store):
            self._known.setdefault(row["stretch"], {})[row["agency"]] = Sum(row["events"], row["position"], row["digest"])

    def known(self, stretch: int) -> Sums:
        """What the store came to in this stretch; empty when it was never compared."""
        return self._known.get(stretch, {})

    def before(self, stretch: int) -> int:
        """How many events the store has before this stretch, all of which were compared."""
        return sum(each.events for at, sums in self._known.items() if at < stretch for each in sums.values())

    async def enter(self, stretch: int, compared: Compared) -> None:
        """What the stretch came to now, both sides or neither."""
        async with self._pool.acquire() as connection, connection.transaction():
            for side, sums in (("store", compared.store), ("stream", compared.stream)):
                await connection.execute(FORGET, self._store, stretch, side)
                await connection.execute(ENTER, self._store, side, stretch, *_columns(sums))
        self._known[stretch] = compared.store

    async def round(self, *, equal: bool, copied: int, note: str) -> None:
        """A round is over: whether all that was looked at is equal, and how far the stream has come."""
        latest = [each for sums in self._known.values() for each in sums.values()]
        events, position = sum(each.events for each in latest), max((each.position for each in latest), default=0)
        await self._pool.execute(ROUND, self._store, equal, events, position, copied, note)


def _columns(sums: Sums) -> Sequence[list[object]]:
    rows = [(agency, each.events, each.position, each.digest) for agency, each in sorted(sums.items())]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
