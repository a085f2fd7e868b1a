"""The projector as a process: killed, cut off, fallen silent or without a bus, its views stand whole and go on."""

import asyncio
import math
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deploy.local.program import clean_environment
from services.kit.bus import Bus, Changed
from services.kit.eventlog import STORES
from services.projections import tables
from services.projections.projection import Projection
from services.projections.projector import AT_ONCE, together, work
from services.projections.tables import writer
from services.projections.views import VIEWS
from tests.place import Place, until
from tests.projections.history import History, history_in, question, referral
from tests.projections.test_projection import projecting
from tests.projections.told import logged
from tests.proxy import Line, Proxy
from tests.stack import ROOT

pytestmark = pytest.mark.usefixtures("streams")

PROJECTOR = "nattljus_projector"
TAKING_THE_POSITION = b"UPDATE projections.position"
STATE = (
    "SELECT (SELECT count(*) FROM projections.receipts) AS rows,"
    " (SELECT min(position) FROM projections.position WHERE store = 'intake') AS position"
)
STUCK = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND query LIKE 'INSERT INTO projections.receipts%'"
)


@asynccontextmanager
async def working(place: Place, bus_proxy: Proxy | None = None) -> AsyncIterator[None]:
    """The whole projector, in this process."""
    task = asyncio.create_task(work(place.settings(PROJECTOR, "projector", bus_proxy)))
    try:
        yield
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


def stands_at(place: Place, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        [row] = await place.fetch(STATE)
        return bool(row["position"] == row["rows"] == count)

    return check


async def receive(history: History, count: int) -> None:
    await asyncio.gather(*(history.receives(referral(f"TEST-{n:04}")) for n in range(count)))


async def test_a_connection_cut_between_rows_and_position_leaves_neither(place: Place) -> None:
    async with history_in(place) as history, Proxy(place.dsn(PROJECTOR)) as proxy:
        connection = await writer(place.dsn(PROJECTOR, proxy))
        projection = Projection(VIEWS, connection, history.logs)
        await projection.start()
        await receive(history, 3)

        def cut(line: Line, data: bytes) -> bytes:
            if TAKING_THE_POSITION not in data:
                return data
            line.cut()
            return b""

        proxy.to_server = cut
        with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
            await projection.apply(await history.read("intake"))
        connection.terminate()
        assert await stands_at(place, 0)()
        async with projecting(place, history) as again:
            await again.apply(await history.read("intake"))
        assert await stands_at(place, 3)()


async def test_a_projector_killed_at_its_work_goes_on_where_it_was_and_doubles_nothing(place: Place) -> None:
    settings = {
        "NATTLJUS_DATABASE": place.dsn(PROJECTOR),
        "NATTLJUS_NATS": place.servers.nats,
        "NATTLJUS_NATS_SEED": place.servers.seed("projector"),
    }
    async with history_in(place) as history:
        await receive(history, 20)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.cli", "serve", "projector"),
            env=clean_environment(settings),
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        await until(stands_at(place, 20), 60)
        async with asyncpg.create_pool(place.admin_dsn, min_size=1, max_size=1) as pool, pool.acquire() as held, held.transaction():
            await held.execute("LOCK TABLE projections.receipts IN SHARE MODE")
            await receive(history, 20)
            await until(lambda: place.fetch(STUCK), 60)
            process.kill()
            await process.wait()
    assert await stands_at(place, 20)()
    async with working(place):
        await until(stands_at(place, 40), 30)
    assert await place.value("SELECT count(*) FROM projections.quarantine") == 0


@pytest.mark.parametrize("counts", [[1, 1, 1], [400, 400], [1, 1200, 3]])
def test_batches_that_wait_are_taken_together_in_their_order(counts: list[int]) -> None:
    waiting, position = [], dict.fromkeys(STORES, 0)
    for count in counts:
        for store in STORES:
            waiting.append([logged("ReferralReceived", position=position[store] + n + 1, store=store) for n in range(count)])
            position[store] += count
    batches = list(together(waiting))
    assert all(0 < len(batch) <= AT_ONCE for batch in batches)
    assert len(batches) == math.ceil(2 * sum(counts) / AT_ONCE)
    assert [each.store for batch in batches for each in batch] == [store for store in STORES for _ in range(sum(counts))]
    for store in STORES:
        taken = [each.position for batch in batches for each in batch if each.store == store]
        assert taken == list(range(1, sum(counts) + 1))


async def test_a_projector_that_fell_silent_in_the_middle_does_not_keep_the_next_one_waiting(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "SILENT_SECONDS", 1.0)
    async with history_in(place) as history, Proxy(place.dsn(PROJECTOR)) as proxy:
        silent = await writer(place.dsn(PROJECTOR, proxy))
        projection = Projection(VIEWS, silent, history.logs)
        await projection.start()
        await receive(history, 1)

        def fall_silent(_line: Line, data: bytes) -> bytes:
            proxy.silent = TAKING_THE_POSITION in data
            return b"" if proxy.silent else data

        proxy.to_server = fall_silent
        lost = asyncio.create_task(projection.apply(await history.read("intake")))
        await until(lambda: asyncio.sleep(0, proxy.silent))
        async with projecting(place, history) as successor:
            async with asyncio.timeout(5):
                await successor.apply(await history.read("intake"))
        assert await stands_at(place, 1)()
        proxy.cut()
        await asyncio.gather(lost, return_exceptions=True)
        silent.terminate()


async def test_without_a_bus_events_still_reach_the_views(place: Place) -> None:
    async with history_in(place) as history, Proxy(place.servers.nats) as proxy:
        await proxy.down()
        async with working(place, proxy):
            for count in (1, 2, 3):
                await history.receives(referral(f"TEST-{count:04}"))
                assert await until(stands_at(place, count)) < 5


async def test_after_a_commit_each_unit_hears_that_something_changed_and_not_what(place: Place) -> None:
    heard: list[Changed] = []
    note, bus = heard.append, Bus(place.settings(PROJECTOR, "portal"), "portal")

    async def hear() -> None:
        async for changed in bus.changes():
            note(changed)

    async with history_in(place) as history, working(place):
        hearing = asyncio.create_task(hear())

        async def asked_and_heard() -> bool:
            await history.receives(question(), ("region-stockholm", "socialjouren"))
            await asyncio.sleep(0.3)
            return bool(heard)

        await until(asked_and_heard)
        stream = await history.receives(referral())
        await until(
            lambda: asyncio.sleep(0, {each.unit for each in heard if str(stream) in each.ids} == {"lpo-farsta", "socialjouren-jour"})
        )
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await bus.close()
    views = {each.unit: each.views for each in heard if str(stream) in each.ids}
    assert views == {"lpo-farsta": ("readers", "receipts"), "socialjouren-jour": ("board", "readers")}
