"""The watchdog's own table: which limits run, and how far it has followed each store. Derived from the events, and made again from them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.stalled import Level
from services.liaison.limits import Limit

FOLLOWED = "SELECT position FROM liaison.watch_position WHERE store = $1"
COME_TO = (
    "INSERT INTO liaison.watch_position AS w VALUES ($1, $2) ON CONFLICT (store) DO UPDATE SET position = excluded.position"
    " WHERE w.position < excluded.position"
)
STOP = (
    "DELETE FROM liaison.running_limit r USING unnest($1::uuid[], $2::text[]) AS taken(stream, step)"
    " WHERE r.stream = taken.stream AND r.step = taken.step"
)
START = (
    "INSERT INTO liaison.running_limit (stream, step, level, due, rule, agency, unit, cause, look_at)"
    " SELECT *, due FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[])"
    " AS started(stream, step, level, due, rule, agency, unit, cause) ON CONFLICT DO NOTHING"
)
DUE = (
    "SELECT stream, step, level, due, rule, agency, unit, cause FROM liaison.running_limit WHERE look_at <= $1"
    " ORDER BY look_at, stream, step, level LIMIT $2"
)
SOON_ON_DISK = "SET LOCAL synchronous_commit = off"
OVER = "DELETE FROM liaison.running_limit WHERE stream = $1 AND step = $2 AND level = $3"
LATER = "UPDATE liaison.running_limit SET look_at = $4 WHERE stream = $1 AND step = $2 AND level = $3"


class RunningLimits:
    """The table. A power cut may cost its last rows together with the position, and then they are read from the stores again."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def followed(self, store: str) -> int:
        """How far the store has been followed; 0 before the first event."""
        return int(await self._pool.fetchval(FOLLOWED, store) or 0)

    async def note(self, store: str, position: int, started: Sequence[Limit], taken: Collection[tuple[UUID, str]]) -> None:
        """Stops the limits of steps that are taken, starts new ones, and moves on in the store: all or nothing."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(SOON_ON_DISK)
            if taken:
                streams, steps = zip(*taken, strict=True)
                await connection.execute(STOP, list(streams), list(steps))
            if started:
                rows = [(each.stream, each.step, each.level, each.due, each.rule, each.agency, each.unit, each.cause) for each in started]
                await connection.execute(START, *(list(column) for column in zip(*rows, strict=True)))
            await connection.execute(COME_TO, store, position)

    async def due(self, now: datetime, most: int) -> list[Limit]:
        """The limits that have passed, the longest past first."""
        return [_limit(row) for row in await self._pool.fetch(DUE, now, most)]

    async def over(self, limit: Limit) -> None:
        """It is said that the limit has passed, or the step was taken in time."""
        await self._pool.execute(OVER, limit.stream, limit.step, limit.level)

    async def later(self, limit: Limit, at: datetime) -> None:
        """To be looked at again: the case cannot be read just now."""
        await self._pool.execute(LATER, limit.stream, limit.step, limit.level, at)


def _limit(row: asyncpg.Record) -> Limit:
    return Limit(row["stream"], row["step"], Level(row["level"]), row["due"], row["rule"], row["agency"], row["unit"], cause=row["cause"])
