"""The reconciler, a process of its own: compares store, stream and view, for ever, and repairs what is only a copy."""

import asyncio

from services.kit.eventlog import STORES, EventLog, log_pool
from services.kit.heartbeat import Heart
from services.kit.process import run_until_stopped
from services.kit.settings import Settings
from services.kit.streams import Streams
from services.reconciler.alarms import Alarms
from services.reconciler.ledger import Ledger
from services.reconciler.liveness import Liveness
from services.reconciler.streamkeeper import StreamKeeper
from services.reconciler.viewkeeper import ViewKeeper

CONNECTIONS = 4


async def work(settings: Settings) -> None:
    """Keeps the streams of all stores side by side; ends when something fails that is no outage, to be begun again."""
    heart = Heart(settings.dsn, "reconciler")
    async with await log_pool(settings.dsn, CONNECTIONS) as pool, Streams(settings, "reconciler") as streams:
        alarms, logs = Alarms(pool), {store: EventLog(pool, store) for store in STORES}
        async with asyncio.TaskGroup() as tasks:
            for store, log in logs.items():
                keeper = StreamKeeper(log, streams, Ledger(pool, store), alarms, settings, heart.pulse(store))
                tasks.create_task(keeper.run(), name=f"keep stream {store}")
            views = ViewKeeper(logs, streams, alarms, settings, heart.pulse("views"))
            tasks.create_task(views.run(), name="keep the views")
            tasks.create_task(Liveness(pool, logs, alarms).run(), name="watch the signs of life")
            tasks.create_task(heart.keep(), name="heartbeat")


def main() -> None:
    """The process."""
    run_until_stopped(work)
