"""Whether the hub has come to rest: every view at the end of both stores, and the policies at the end of intake's."""

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from tests.benchmarks.children import Failed
from tests.benchmarks.stack import Stack

PATIENCE = 600.0
VIEWS = "SELECT coalesce(min(position), 0) FROM projections.position WHERE store = $1"
TAIL = "SELECT coalesce(max(notification_id), 0) FROM {store}.stored_events"
FOLLOWED = "SELECT coalesce(max(notification_id), 0) FROM liaison.notification_tracking WHERE application_name = 'intake'"


@dataclass(frozen=True)
class Settled:
    """When (monotonic seconds) the views had all of intake, and when they had all that followed from it."""

    intake: float
    everything: float


class Positions:
    """How far everything is, asked as the administrator over one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def tail(self, store: str = "intake") -> int:
        """The store's last position."""
        return int(await self._connection.fetchval(TAIL.format(store=store)))

    async def views(self, store: str = "intake") -> int:
        """Where the view furthest behind stands."""
        return int(await self._connection.fetchval(VIEWS, store))

    async def settled(self) -> Settled:
        """Waits for the views to have all of intake, then for the policies and the views to have all that follows. Raises Failed."""
        began = time.monotonic()
        while await self.views() < await self.tail():
            await self._patiently(began)
        intake = time.monotonic()
        while await self._policies_behind() or await self.views("liaison") < await self.tail("liaison"):
            await self._patiently(began)
        return Settled(intake, time.monotonic())

    async def _policies_behind(self) -> bool:
        return int(await self._connection.fetchval(FOLLOWED)) < await self.tail()

    async def _patiently(self, began: float) -> None:
        if time.monotonic() - began > PATIENCE:
            raise Failed(f"the hub did not come to rest in {PATIENCE:.0f} s")
        await asyncio.sleep(0.01)


async def positions(stack: Stack) -> Positions:
    """Over a new connection, which ends with the server."""
    return Positions(await asyncpg.connect(stack.admin_dsn()))
