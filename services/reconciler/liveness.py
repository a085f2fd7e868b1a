"""Liveness: whose sign of life is old, and who is behind its store and does not move."""

import asyncio
import time
from collections.abc import Mapping

import asyncpg
import structlog

from contracts.quarantine import BEHIND
from services.kit.eventlog import STORES, EventLog
from services.kit.groupcommit import LOST
from services.kit.heartbeat import OLD_SECONDS
from services.reconciler.alarms import Alarms

log = structlog.get_logger()

LOOK_SECONDS = 5.0
STUCK_SECONDS = 60.0
STOPPED = "heart-stopped"
STUCK = "stuck"
QUARANTINE = "quarantine"
MALWARE = "malware"

FOLLOWING = tuple((process, store) for process in ("relay", "projector", "policies", "watchdog") for store in STORES)
"""Who follows which store: (process, store)."""
EXPECTED = (*FOLLOWING, ("watchdog", "limits"))
"""Whose sign of life must be there."""

WAITING = (
    "SELECT follower || ' ' || store || ':' || position AS subject, reason FROM ("
    " SELECT view AS follower, store, position, reason FROM projections.quarantine"
    " UNION ALL SELECT 'policies', store, position, reason FROM liaison.quarantine) q"
    " WHERE reason <> $1 LIMIT 1000"
)
INFECTED = (
    "SELECT attachment::text, referral::text FROM projections.attachments"
    " WHERE state = 'malware' AND judged_at > clock_timestamp() - interval '1 day' LIMIT 1000"
)
"""Files with malware in them. They are held for good; the alarm stands for a day, so that somebody looks where they came from."""
AGES = "SELECT process, subject, extract(epoch FROM clock_timestamp() - at)::float8 AS age, position FROM operations.heartbeat"
VIEWS = "SELECT 'view ' || view AS follower, store, position FROM projections.position"

Reached = Mapping[tuple[str, str], int]
"""(who follows, store) → its position there."""


class Progress:
    """Who follows, how far it was, and since when it stands there."""

    def __init__(self) -> None:
        self._stood: dict[tuple[str, str], tuple[int, float]] = {}

    def stuck(self, reached: Reached, tails: Mapping[str, int], now: float) -> dict[str, str]:
        """Those who are behind their store and have stood still for a minute: subject → what was seen. `now` in seconds."""
        found = {}
        for (who, store), position in reached.items():
            if position >= tails[store]:
                self._stood.pop((who, store), None)
                continue
            before, since = self._stood.get((who, store), (position, now))
            if position != before:
                since = now
            self._stood[who, store] = position, since
            if now - since >= STUCK_SECONDS:
                found[f"{who} {store}"] = f"at {position}, the store at {tails[store]}, for {now - since:.0f} s"
        return found


class Liveness:
    """Looks at every sign of life and every position, every few seconds."""

    def __init__(self, pool: asyncpg.Pool, logs: Mapping[str, EventLog], alarms: Alarms) -> None:
        self._pool, self._logs, self._alarms = pool, logs, alarms
        self._progress = Progress()
        self._watched: float | None = None

    async def run(self) -> None:
        """For ever. After an outage of the database everybody gets the time to give a sign again."""
        while True:
            try:
                await self.look(time.monotonic())
            except LOST as error:
                log.warning("not watched now", reason=type(error).__name__)
                self._watched = None
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, now: float) -> None:
        """One look. Raises what LOST lists."""
        beats = await self._pool.fetch(AGES)
        tails = {store: await log_.tail() for store, log_ in self._logs.items()}
        reached = {(row["process"], row["subject"]): row["position"] for row in beats if (row["process"], row["subject"]) in FOLLOWING}
        reached |= {(row["follower"], row["store"]): row["position"] for row in await self._pool.fetch(VIEWS)}
        await self._alarms.standing(STUCK, self._progress.stuck(reached, tails, now))
        waiting = {row["subject"]: row["reason"] for row in await self._pool.fetch(WAITING, BEHIND)}
        await self._alarms.standing(QUARANTINE, waiting)
        infected = {
            row["attachment"]: f"a file of referral {row['referral']} is infected, and held" for row in await self._pool.fetch(INFECTED)
        }
        await self._alarms.standing(MALWARE, infected)
        self._watched = self._watched or now
        if now - self._watched >= OLD_SECONDS:
            await self._alarms.standing(STOPPED, silent({(row["process"], row["subject"]): row["age"] for row in beats}))


def silent(ages: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Whose last sign of life (its age in seconds) is too old, or was never given."""
    old = {f"{process} {subject}": f"no sign of life for {age:.0f} s" for (process, subject), age in ages.items() if age > OLD_SECONDS}
    never = {f"{process} {subject}": "no sign of life" for process, subject in EXPECTED if (process, subject) not in ages}
    return old | never
