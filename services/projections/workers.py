"""Filling the next tables of views from a long history: a process for each processor, each with a part of the streams."""

import asyncio
import json
import multiprocessing
import os
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import asyncpg

from services.kit.garbage import collect_seldom, collecting_seldom
from services.projections.filling import Filled, Progress, Reached, fill, furthest, unread
from services.projections.history import Part

LONG = 100_000
"""Events from which on other processes are worth their start."""
MOST = 16
LISTEN_SECONDS = 0.2
EXPECTED = "EXPLAIN (FORMAT JSON) SELECT FROM {}.stored_events WHERE notification_id <= $1 AND topic <> ALL($2)"


class WorkerEnded(RuntimeError):
    """A process that filled a part of the views ended before it was done; what it said stands above. The old ones are as they were."""


async def fill_all(connection: asyncpg.Connection, owner_dsn: str, reached: Reached, progress: Progress) -> dict[str, Filled]:
    """Fills the views' next tables with all that happened up to these positions. Raises WorkerEnded."""
    count = min(len(os.sched_getaffinity(0)), MOST)
    if count == 1 or await expected(connection, reached) < LONG:
        with collecting_seldom():
            return await fill(owner_dsn, reached, Part(), progress)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # all is imported once, not once a process
    workers = [_Worker(context, owner_dsn, reached, Part(number, count)) for number in range(count)]
    try:
        while [worker for worker in workers if not worker.listen()]:  # every one is listened to, not only the first that is busy
            _tell(workers, progress)
            await asyncio.sleep(LISTEN_SECONDS)
    finally:
        for worker in workers:
            worker.end()
    _tell(workers, progress)
    filled = {name: Filled() for name in reached}
    for worker in workers:
        for name, part in worker.filled.items():
            filled[name].add(part)
    return filled


def _tell(workers: "list[_Worker]", progress: Progress) -> None:
    if events := sum(worker.events for worker in workers):
        progress(events, sum(worker.share for worker in workers) / len(workers))


async def expected(connection: asyncpg.Connection, reached: Reached) -> int:
    """About how many events concern the views, as the database's planner sees it."""
    plans = [
        json.loads(await connection.fetchval(EXPECTED.format(store), position, list(unread(reached))))
        for store, position in furthest(reached).items()
    ]
    return sum(plan["Plan"]["Plan Rows"] for [plan] in plans)


class _Worker:
    """A process with one part, and what it has told."""

    def __init__(self, context: ForkServerContext, owner_dsn: str, reached: Reached, part: Part) -> None:
        self.events, self.share = 0, 0.0
        self.filled: dict[str, Filled] = {}
        self._told, telling = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(telling, owner_dsn, reached, part), daemon=True)
        self._process.start()
        telling.close()

    def listen(self) -> bool:
        """Hears what the process has said, and whether it is done. Raises WorkerEnded."""
        try:
            while not self.filled and self._told.poll():
                self.events, self.share, self.filled = self._told.recv()
        except EOFError as error:
            raise WorkerEnded(self._process.name) from error
        return bool(self.filled)

    def end(self) -> None:
        """Stops the process if it is still at it."""
        self._process.kill()
        self._process.join()
        self._told.close()


def _work(telling: Connection, owner_dsn: str, reached: Reached, part: Part) -> None:
    collect_seldom()
    done = 0

    def tell(events: int, share: float) -> None:
        nonlocal done
        done = events
        telling.send((events, share, {}))

    filled = asyncio.run(fill(owner_dsn, reached, part, tell))
    telling.send((done, 1.0, filled))
