"""Alarms: what is wrong stands in a table until it is well again, and every opening is a line in the log with a stable code."""

from collections.abc import Collection

import asyncpg
import structlog

log = structlog.get_logger()

OPEN = (
    "INSERT INTO operations.alarm (code, subject, seen) VALUES ($1, $2, $3)"
    " ON CONFLICT (code, subject) WHERE closed_at IS NULL DO UPDATE SET seen = excluded.seen, seen_at = clock_timestamp()"
    " RETURNING (xmax = 0) AS new"
)
ANY_OPEN = "SELECT 1 FROM operations.alarm WHERE closed_at IS NULL AND subject = $1 AND code = ANY($2)"
CLOSING = "UPDATE operations.alarm SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND"
CLOSE = f"{CLOSING} subject = $1 AND code = ANY($2) RETURNING code"
CLOSE_OTHERS = f"{CLOSING} code = $1 AND subject <> ALL($2) RETURNING subject"


class Alarms:
    """The table of alarms. One that is open already is not opened twice."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def open(self, code: str, subject: str, seen: str) -> None:
        """Something is wrong with the subject (a store, a view, a process); `seen` says what, in words without content."""
        if await self._pool.fetchval(OPEN, code, subject, seen):
            log.error("alarm", code=code, subject=subject, seen=seen)

    async def any_open(self, subject: str, codes: Collection[str]) -> bool:
        """Whether one of these alarms stands for the subject."""
        return bool(await self._pool.fetchval(ANY_OPEN, subject, list(codes)))

    async def close(self, subject: str, *codes: str) -> None:
        """It is well again."""
        for row in await self._pool.fetch(CLOSE, subject, list(codes)):
            log.info("alarm closed", code=row["code"], subject=subject)

    async def standing(self, code: str, found: dict[str, str]) -> None:
        """Exactly these subjects have this trouble now (subject → what was seen): the others' alarms are closed."""
        for subject, seen in found.items():
            await self.open(code, subject, seen)
        for row in await self._pool.fetch(CLOSE_OTHERS, code, list(found)):
            log.info("alarm closed", code=code, subject=row["subject"])
