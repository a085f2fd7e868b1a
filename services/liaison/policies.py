"""The policies, a process of their own: follows both stores and reacts, exactly once, one child's trouble never stopping another's."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from services.kit.bus import Bus
from services.kit.eventlog import STORES, EventLog, Logged, log_pool
from services.kit.eventstore import EventStore, Position
from services.kit.follow import Follower
from services.kit.groupcommit import VersionConflict
from services.kit.heartbeat import Heart, Pulse
from services.kit.process import run_until_stopped
from services.kit.settings import Settings
from services.liaison.reactions import INTERESTING, react, react_together
from services.liaison.samechild import SameChild
from services.liaison.waiting import DECISIONS, POISON, WaitingRoom

log = structlog.get_logger()

PAUSE_SECONDS = 0.01
"""From one batch to the next: a transaction costs much the same for one event as for many, so what comes meanwhile shares the next one."""


class Policies:
    """Follows one store and reacts to it."""

    def __init__(
        self,
        store: EventStore,
        followed: EventLog,
        bus: Bus,
        *,
        same: SameChild | None = None,
        waiting: WaitingRoom | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        self._store, self._followed, self._bus, self._pulse = store, followed, bus, pulse
        self._same = same or SameChild(store.pool)
        self._waiting = waiting or WaitingRoom(store, self._same, {followed.store: followed})

    async def run(self) -> None:
        """For ever, from where it was left."""
        follower = Follower(self._followed, self._bus, await self._store.followed(self._followed.store), self._pulse)
        async for batch in follower.batches():
            await self.take(batch)
            await asyncio.sleep(PAUSE_SECONDS)

    async def take(self, batch: Sequence[Logged]) -> None:
        """Reacts to the events of a batch that something follows from, and notes how far it has come.

        All of them at once if possible; one by one when one of them is ill, or when somebody else wrote at the same time.
        """
        for logged in batch:
            if logged.topic in DECISIONS:
                await self._waiting.decided(logged)
        events = [logged for logged in batch if logged.topic.partition(".")[0] in INTERESTING]
        noted = batch if batch[-1].store != self._store.name else events  # our own uninteresting events would each cost a commit
        if noted and not await self._taken_together(events, noted[-1]):
            for logged in events:
                await self._take_one(logged)
            if noted is batch:
                await self._store.save([], upstream=Position(noted[-1].store, noted[-1].position))

    async def _taken_together(self, events: Sequence[Logged], last: Logged) -> bool:
        if self._waiting.holds_any(events):
            return False
        try:
            await react_together(self._store, self._same, events, Position(last.store, last.position), datetime.now(UTC))
        except (*POISON, VersionConflict) as error:
            log.info("one by one", store=last.store, to=last.position, reason=type(error).__name__)
            return False
        return True

    async def _take_one(self, logged: Logged) -> None:
        if await self._waiting.holds(logged):
            return
        try:
            await react(self._store, self._same, logged, datetime.now(UTC))
        except POISON as error:
            await self._waiting.put_aside(logged, type(error).__name__)


async def work(settings: Settings) -> None:
    """Follows the stores side by side; ends when one of them fails, to be begun again."""
    heart = Heart(settings.dsn, "policies")
    async with await log_pool(settings.dsn) as pool, EventStore("liaison", settings.dsn) as store, Bus(settings, "policies") as bus:
        logs = {name: EventLog(pool, name) for name in STORES}
        same = SameChild(store.pool)
        waiting = WaitingRoom(store, same, logs)
        await waiting.open()
        async with asyncio.TaskGroup() as tasks:
            for name, followed in logs.items():
                policies = Policies(store, followed, bus, same=same, waiting=waiting, pulse=heart.pulse(name))
                tasks.create_task(policies.run(), name=f"follow {name}")
            tasks.create_task(heart.keep(), name="heartbeat")


def main() -> None:
    """The process."""
    run_until_stopped(work)
