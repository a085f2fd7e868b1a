"""How far store, stream, views and policies are, looked at five times a second from beside the hub: for recovery times and for the calm."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import asyncpg
import nats
import nats.errors
from nats.aio.client import Client
from nats.js.errors import Error as JetStreamError

from deploy.nats.permissions import STREAMS, inbox
from deploy.nats.streams import DEPLOY
from tests.chaos.stage import Stage

EVERY = 0.2
LONGEST_LOOK = 15.0
"""Seconds after which a look that does not end ends the run: everything in it has a time limit of its own."""
STORES = tuple(name.lower() for name in STREAMS)
POSITION = "Nattljus-Position"
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises when the server is away: the last one when it dies in the middle of an answer."""
LOOK = """SELECT (SELECT max(notification_id) FROM intake.stored_events) AS intake,
    (SELECT max(notification_id) FROM liaison.stored_events) AS liaison,
    (SELECT min(position) FROM projections.position WHERE store = 'intake') AS intake_view,
    (SELECT min(position) FROM projections.position WHERE store = 'liaison') AS liaison_view,
    (SELECT max(notification_id) FROM liaison.notification_tracking WHERE application_name = 'intake') AS policies,
    (SELECT position FROM liaison.watch_position WHERE store = 'intake') AS watchdog,
    (SELECT extract(epoch FROM min(at))::float8 FROM operations.round HAVING bool_and(equal)) AS reconciled"""


@dataclass(frozen=True)
class Sample:
    """One look: positions by store, seconds of the monotonic clock. Empty where the server did not answer."""

    at: float
    stores: dict[str, int] = field(default_factory=dict)
    views: dict[str, int] = field(default_factory=dict)
    streams: dict[str, int] = field(default_factory=dict)
    policies: int = 0
    watchdog: int = 0
    reconciled: float = 0.0
    """When the reconciler last found everything equal, seconds since 1970."""

    @property
    def level(self) -> bool:
        """Whether streams and views have come as far as the stores, and the policies and the watchdog as far as intake."""
        followed = bool(self.stores) and min(self.policies, self.watchdog) >= self.stores["intake"]
        return followed and self.stores == self.views == self.streams


class Watch:
    """Looks until cancelled and keeps what it saw in a file, one JSON line a look."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._database: asyncpg.Connection | None = None
        self._nats = Client()
        self.last = Sample(0.0)
        self.ended = False
        """Said beside cancelling: nats-py swallows a cancellation that comes while it flushes."""

    async def run(self, path: Path) -> None:
        """For ever."""
        joining = asyncio.create_task(self._join())
        try:
            with path.open("w") as file:
                while not self.ended:
                    async with asyncio.timeout(LONGEST_LOOK):
                        self.last = await self._look()
                    file.write(json.dumps(asdict(self.last)) + "\n")
                    file.flush()
                    await asyncio.sleep(EVERY)
        finally:
            joining.cancel()
            await asyncio.gather(joining, return_exceptions=True)
            with contextlib.suppress(OSError, nats.errors.Error):
                await self._nats.close()
            self._let_go()

    async def _join(self) -> None:
        await self._nats.connect(
            self._stage.nats,
            nkeys_seed_str=self._stage.nats_seed(DEPLOY),
            inbox_prefix=inbox(DEPLOY).encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,  # type: ignore[arg-type]
            error_cb=_quiet,
        )

    async def _look(self) -> Sample:
        at = time.monotonic()
        stores, views, policies, watchdog, reconciled = {}, {}, 0, 0, 0.0
        try:
            row = await self._row()
        except AWAY:
            self._let_go()
        else:
            stores = {store: row[store] or 0 for store in STORES}
            views = {store: row[f"{store}_view"] or 0 for store in STORES}
            policies, watchdog, reconciled = row["policies"] or 0, row["watchdog"] or 0, row["reconciled"] or 0.0
        return Sample(at, stores, views, await self._streams(), policies, watchdog, reconciled)

    def _let_go(self) -> None:
        if self._database:
            self._database.terminate()
            self._database = None

    async def _row(self) -> asyncpg.Record:
        if self._database is None:
            self._database = await asyncpg.connect(self._stage.admin_dsn, timeout=1, command_timeout=2)
        return await self._database.fetchrow(LOOK)

    async def _streams(self) -> dict[str, int]:
        if not self._nats.is_connected:
            return {}
        jetstream = self._nats.jetstream(timeout=1)
        found: dict[str, int] = {}
        with contextlib.suppress(nats.errors.Error, JetStreamError, TimeoutError, KeyError):
            for name in STREAMS:
                state = (await jetstream.stream_info(name)).state
                message = await jetstream.get_msg(name, seq=state.last_seq) if state.messages else None
                found[name.lower()] = int((message.headers or {})[POSITION]) if message else 0
        return found if len(found) == len(STREAMS) else {}


async def _quiet(_error: Exception) -> None:
    """NATS is away again: that is what we are here for."""


@contextlib.asynccontextmanager
async def watched(stage: Stage, path: Path) -> AsyncIterator[Watch]:
    """A watch for as long as it takes."""
    watch = Watch(stage)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch.run(path), name="watch")
        try:
            yield watch
        finally:
            watch.ended = True
            task.cancel()
