"""Keeping the views: every minute some streams' rows are computed anew from the events, and where they differ they are made right."""

import asyncio
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

import asyncpg
import structlog

from services.kit.bus import Bus, Changed
from services.kit.eventlog import STORES, EventLog
from services.kit.groupcommit import FULL, LOST
from services.kit.heartbeat import OLD_SECONDS, Pulse
from services.kit.settings import Settings
from services.projections.recompute import compare, positions_of, recompute
from services.projections.tables import writer
from services.projections.view import View
from services.projections.views import VIEWS
from services.reconciler.alarms import Alarms
from services.reconciler.rowsums import RowSums
from services.reconciler.sweep import Sweep, changed

log = structlog.get_logger()

CHUNK = 200
"""Streams compared at once: some thousand events in memory."""
SLICE = 2_000
"""Streams of the sweep in each round, and at most as many that have changed: a second for each view."""
DIFFERS, AHEAD = "view-differs", "view-ahead"
SWITCHED = (asyncpg.UndefinedTableError, asyncpg.InvalidCachedStatementError, asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""A rebuild put another table in the view's place while we looked: it is looked at again in the next round."""


class ViewKeeper:
    """Compares views with the stores. A view is derived, so whatever differs in it is a fault of it and is written anew.

    A view that has seen more than its store holds is left alone: then the store has lost something.
    """

    def __init__(self, logs: Mapping[str, EventLog], bus: Bus, alarms: Alarms, settings: Settings, pulse: Pulse) -> None:
        self._logs, self._bus, self._alarms, self._settings, self._pulse = logs, bus, alarms, settings, pulse
        self._sweep, self._sums = Sweep(VIEWS), {view.name: RowSums(view) for view in VIEWS}
        self._seen: dict[str, int] = {}

    async def run(self) -> None:
        """For ever; whatever is away is waited for."""
        while True:
            try:
                await self.round()
            except (*LOST, *FULL, *SWITCHED) as error:
                log.warning("the views are not compared now", reason=type(error).__name__)
            await self._rest()

    async def round(self) -> None:
        """Some streams in every view: those that changed since the last round, and the next ones of the sweep."""
        connection = await writer(self._settings.dsn)
        try:
            tails = {store: await each.tail() for store, each in self._logs.items()}
            fresh = await self._changed(connection, tails)
            swept = await self._sweep.next(connection, SLICE)
            for view in VIEWS:
                if await self._ahead(connection, view, tails):
                    continue
                equal, note = await self._look(connection, view, [*fresh, *swept])
                await self._sums[view.name].add(connection, swept, over=self._sweep.over)
                await self._sums[view.name].note(connection, note, equal=equal)
                self._pulse.beat(0, f"compared {view.name}")
            self._seen = tails
        finally:
            connection.terminate()

    async def _changed(self, connection: asyncpg.Connection, tails: Mapping[str, int]) -> list[UUID]:
        found: set[UUID] = set()
        for store in STORES:
            if store in self._seen:
                found |= set(await changed(connection, store, self._seen[store], tails[store], SLICE))
        return sorted(found)

    async def _ahead(self, connection: asyncpg.Connection, view: View, tails: Mapping[str, int]) -> bool:
        positions = await positions_of(connection, view)
        ahead = [store for store in STORES if positions[store] > max(tails[store], await self._logs[store].tail())]
        if ahead:
            where = ", ".join(f"{store} at {positions[store]}, the store at {tails[store]}" for store in ahead)
            await self._alarms.open(AHEAD, view.name, where)
        else:
            await self._alarms.close(view.name, AHEAD)
        return bool(ahead)

    async def _look(self, connection: asyncpg.Connection, view: View, streams: Sequence[UUID]) -> tuple[bool, str]:
        """Compares, and makes right what differs; whether it is right now. The alarm is closed when it is seen to be."""
        ill: list[UUID] = []
        for chunk in chunks(streams):
            ill += await self._differing(connection, view, chunk)
        for chunk in chunks(ill):
            await self._alarms.open(DIFFERS, view.name, f"the rows of {len(ill)} streams, such as {ill[0]}")
            await self._repair(connection, view, chunk)
        left = [stream for chunk in chunks(ill) for stream in await self._differing(connection, view, chunk)]
        if not left:
            await self._alarms.close(view.name, DIFFERS)
        return not left, f"{len(streams)} streams looked at, {len(ill)} made right"

    async def _differing(self, connection: asyncpg.Connection, view: View, streams: Collection[UUID]) -> list[UUID]:
        """Streams that differ twice: the first time a rebuild may have changed tables under our eyes."""
        once = [each.stream for each in await compare(connection, view, streams)]
        return [each.stream for each in await compare(connection, view, once)] if once else []

    async def _repair(self, connection: asyncpg.Connection, view: View, streams: Sequence[UUID]) -> None:
        taken = await recompute(connection, view, streams)
        log.warning("rows were made right", view=view.name, streams=[str(stream) for stream in streams[:10]], count=len(streams))
        for unit, touched in taken.touched.items():
            await self._bus.announce(Changed(unit, (view.name,), tuple(sorted(str(stream) for stream in touched))))

    async def _rest(self) -> None:
        """Until the next round, with a sign of life now and then."""
        left = self._settings.round_seconds
        while left > 0:
            self._pulse.beat(0, "rests")
            await asyncio.sleep(min(left, OLD_SECONDS / 3))
            left -= OLD_SECONDS / 3


def chunks(streams: Sequence[UUID]) -> Iterator[list[UUID]]:
    """The streams, some at a time."""
    waiting = iter(streams)
    while chunk := list(itertools.islice(waiting, CHUNK)):
        yield chunk
