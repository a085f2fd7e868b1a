"""Filling a view's next table from a long history: a process for each processor, each with a part of the streams."""

import asyncio
import json
import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import asyncpg

from services.kit.garbage import collect_seldom, collecting_seldom
from services.projections.filling import Filled, Progress, fill
from services.projections.history import Part
from services.projections.view import View
from services.projections.views import view_named

LONG = 100_000
"""Events from which on other processes are worth their start."""
MOST = 16
LISTEN_SECONDS = 0.2
EXPECTED = "EXPLAIN (FORMAT JSON) SELECT FROM {}.stored_events WHERE notification_id <= $1 AND topic <> ALL($2)"


class WorkerEnded(RuntimeError):
    """A process that filled a part of the view ended before it was done; what it said stands above. The old view is as it was."""


async def fill_all(connection: asyncpg.Connection, owner_dsn: str, view: View, until: Mapping[str, int], progress: Progress) -> Filled:
    """Fills the view's next table with all that happened up to these positions. Raises WorkerEnded."""
    count = min(len(os.sched_getaffinity(0)), MOST)
    if count == 1 or await expected(connection, view, until) < LONG:
        with collecting_seldom():
            return await fill(owner_dsn, view, until, Part(), progress)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # all is imported once, not once a process
    workers = [_Worker(context, owner_dsn, view, until, Part(number, count)) for number in range(count)]
    try:
        while [worker for worker in workers if not worker.listen()]:  # every one is listened to, not only the first that is busy
            if events := sum(worker.filled.events for worker in workers):
                progress(events, sum(worker.share for worker in workers) / count)
            await asyncio.sleep(LISTEN_SECONDS)
    finally:
        for worker in workers:
            worker.end()
    filled = [worker.filled for worker in workers]
    progress(sum(each.events for each in filled), 1.0)
    return Filled(sum(each.events for each in filled), [waiting for each in filled for waiting in each.waiting])


async def expected(connection: asyncpg.Connection, view: View, until: Mapping[str, int]) -> int:
    """About how many events concern the view, as the database's planner sees it."""
    plans = [
        json.loads(await connection.fetchval(EXPECTED.format(store), position, list(view.passes_over))) for store, position in until.items()
    ]
    return sum(plan["Plan"]["Plan Rows"] for [plan] in plans)


class _Worker:
    """A process with one part, and what it has told."""

    def __init__(self, context: ForkServerContext, owner_dsn: str, view: View, until: Mapping[str, int], part: Part) -> None:
        self.filled, self.share, self._done = Filled(), 0.0, False
        self._told, telling = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(telling, owner_dsn, view.name, dict(until), part), daemon=True)
        self._process.start()
        telling.close()

    def listen(self) -> bool:
        """Hears what the process has said, and whether it is done. Raises WorkerEnded."""
        try:
            while not self._done and self._told.poll():
                self.filled, self.share, self._done = self._told.recv()
        except EOFError as error:
            raise WorkerEnded(self._process.name) from error
        return self._done

    def end(self) -> None:
        """Stops the process if it is still at it."""
        self._process.kill()
        self._process.join()
        self._told.close()


def _work(telling: Connection, owner_dsn: str, name: str, until: Mapping[str, int], part: Part) -> None:
    collect_seldom()

    def tell(events: int, share: float) -> None:
        telling.send((Filled(events), share, False))

    telling.send((asyncio.run(fill(owner_dsn, view_named(name), until, part, tell)), 1.0, True))
