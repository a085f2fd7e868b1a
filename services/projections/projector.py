"""The projector, a process of its own: follows both stores and keeps every view."""

import asyncio
import itertools
from collections.abc import Iterable, Iterator, Sequence

import asyncpg

from services.kit.bus import Bus
from services.kit.eventlog import STORES, EventLog, Logged, log_pool
from services.kit.follow import Follower
from services.kit.heartbeat import Heart
from services.kit.process import run_until_stopped
from services.kit.settings import Settings
from services.projections.projection import Projection
from services.projections.returning import act
from services.projections.tables import closing, writer
from services.projections.views import VIEWS

WAITING_BATCHES = 16
PAUSE_SECONDS = 0.005
"""From one transaction to the next: it costs much the same however few events it takes, so what comes meanwhile shares the next one."""
AT_ONCE = 500
"""Events in one transaction at most: so long the rows' readers and a rebuild's last step wait for it."""


async def _feed(follower: Follower, batches: asyncio.Queue[Sequence[Logged]]) -> None:
    async for batch in follower.batches():
        await batches.put(batch)


async def _keep(projection: Projection, connection: asyncpg.Connection, bus: Bus, batches: asyncio.Queue[Sequence[Logged]]) -> None:
    while True:
        waiting = [await batches.get()]
        while not batches.empty():
            waiting.append(batches.get_nowait())
        for batch in together(waiting):
            # Before the position moves past them: what people decided about the quarantine must not be lost in a fall.
            for changed in [*await act(connection, batch), *await projection.apply(batch)]:
                await bus.announce(changed)
        await asyncio.sleep(PAUSE_SECONDS)


def together(waiting: Iterable[Sequence[Logged]]) -> Iterator[Sequence[Logged]]:
    """The batches that wait, joined store by store and cut again at AT_ONCE: many small ones become few, causes before effects."""
    events = sorted(itertools.chain.from_iterable(waiting), key=lambda each: STORES.index(each.store))
    for start in range(0, len(events), AT_ONCE):
        yield events[start : start + AT_ONCE]


async def work(settings: Settings) -> None:
    """One writer for all views, so that nothing is written in two orders; ends when something fails, to be begun again."""
    heart, batches = Heart(settings.dsn, "projector"), asyncio.Queue[Sequence[Logged]](WAITING_BATCHES)
    async with (
        await log_pool(settings.dsn) as pool,
        closing(await writer(settings.dsn)) as connection,
        Bus(settings, "projector") as bus,
    ):
        logs = {store: EventLog(pool, store) for store in STORES}
        projection = Projection(VIEWS, connection, logs)
        positions = await projection.start()
        async with asyncio.TaskGroup() as tasks:
            for store in STORES:
                follower = Follower(logs[store], bus, positions[store], heart.pulse(store))
                tasks.create_task(_feed(follower, batches), name=f"follow {store}")
            tasks.create_task(heart.keep(), name="heartbeat")
            tasks.create_task(_keep(projection, connection, bus, batches), name="keep the views")


def main() -> None:
    """The process."""
    run_until_stopped(work)
