"""The reconciler and the views, on real parts: a row that is not what the events make is noticed, told of and made right."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from services.kit.eventlog import EventLog, log_pool
from services.kit.heartbeat import Pulse
from services.kit.streams import Streams
from services.projections.rebuild import rebuild
from services.projections.views import VIEWS
from services.reconciler import viewkeeper
from services.reconciler.alarms import Alarms
from services.reconciler.viewkeeper import ViewKeeper
from tests.place import Place
from tests.projections.history import history_in, referral
from tests.projections.test_projection import project, projecting
from tests.reconciler.keeping import alarms

pytestmark = pytest.mark.real

RECEIPTS = "UPDATE projections.receipts SET age_band = '18+' WHERE referral = $1"
COPY = (
    """SELECT (jsonb_populate_record(b, '{"agency": "skarholmen"}')).* FROM projections.board b"""
    """ WHERE agency = 'farsta' AND referral = $1"""
)
STRAY = (
    """SELECT (jsonb_populate_record(b, jsonb_build_object('referral', gen_random_uuid()))).* FROM projections.board b"""
    """ WHERE agency = 'farsta' AND referral = $1"""
)
HARMS = {
    "a value": ("receipts", RECEIPTS),
    "a row gone": ("board", "DELETE FROM projections.board WHERE agency = 'farsta' AND referral = $1"),
    "a row too many": ("board", f"INSERT INTO projections.board {COPY}"),
    "a row of a stream that never was": ("board", f"INSERT INTO projections.board {STRAY}"),
    "a sealed event in the file": ("casefile", "UPDATE projections.casefile SET state = state || ' '::bytea WHERE stream = $1"),
    "who may read": ("readers", "UPDATE projections.readers SET audiences = audiences || '{parties}' WHERE stream = $1"),
}


@asynccontextmanager
async def keeper(place: Place) -> AsyncIterator[ViewKeeper]:
    settings = place.settings("nattljus_reconciler", "reconciler")
    pool, bus = await log_pool(settings.dsn), Streams(settings, "reconciler")
    logs = {store: EventLog(pool, store) for store in ("intake", "liaison")}
    try:
        yield ViewKeeper(logs, bus, Alarms(pool), settings, Pulse())
    finally:
        await bus.close()
        await pool.close()


@asynccontextmanager
async def played(place: Place) -> AsyncIterator[Sequence[UUID]]:
    """A whole history in the stores and in the views; gives its streams."""
    async with history_in(place) as history, projecting(place, history) as projection:
        streams = await history.everything()
        await project(history, projection)
        yield streams


async def stands(place: Place) -> dict[str, list[str]]:
    """Every row of every view."""
    return {
        view.name: [row[0] for row in await place.fetch(f"SELECT t::text FROM projections.{view.table.name} t ORDER BY 1")]
        for view in VIEWS
    }


async def test_views_that_are_right_raise_no_alarm_and_their_sums_are_entered(place: Place) -> None:
    async with played(place), keeper(place) as keeping:
        await keeping.round()
        assert await alarms(place) == []
        rounds = await place.fetch("SELECT subject, equal, events FROM operations.round")
        assert {tuple(row)[:2] for row in rounds} == {(f"view {view.name}", True) for view in VIEWS}
        before = await stands(place)
        assert {row["subject"].removeprefix("view "): row["events"] for row in rounds} == {name: len(rows) for name, rows in before.items()}
        ordered = await place.fetch("SELECT t::text AS row FROM projections.board t WHERE agency = 'farsta' ORDER BY referral, t::text")
        digest = b""
        for row in ordered:
            digest = hashlib.sha256(digest + row["row"].encode()).digest()
        [known] = await place.fetch("SELECT rows, digest FROM operations.view_sum WHERE view = 'board' AND agency = 'farsta'")
        assert tuple(known) == (len(ordered), digest)


@pytest.mark.parametrize("harm", HARMS)
async def test_what_is_not_as_the_events_make_it_is_noticed_told_of_and_made_right(place: Place, harm: str) -> None:
    view, statement = HARMS[harm]
    async with played(place) as streams, keeper(place) as keeping:
        await keeping.round()
        before = await stands(place)
        await place.fetch(statement, streams[0])
        assert await stands(place) != before
        await keeping.round()
        assert await stands(place) == before
        [told] = await place.fetch("SELECT code, subject, closed_at IS NOT NULL AS closed FROM operations.alarm")
        assert tuple(told) == ("view-differs", view, True)
        await keeping.round()
        assert await alarms(place) == ["view-differs"]


async def test_the_sweep_comes_to_every_stream_though_little_is_looked_at_in_a_round(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewkeeper, "SLICE", 3)
    async with played(place) as streams, keeper(place) as keeping:
        before = await stands(place)
        await place.fetch(RECEIPTS, streams[0])
        for _ in range(60):
            await keeping.round()
        assert await stands(place) == before
        assert await alarms(place) == ["view-differs"]


async def test_a_stream_where_something_has_just_happened_is_looked_at_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, keeper(place) as keeping:
        for n in range(8):
            await history.receives(referral(f"TEST-OLD{n}"))
        await project(history, projection)
        await keeping.round()
        monkeypatch.setattr(viewkeeper, "SLICE", 1)
        new = await history.receives(referral("TEST-NEW"))
        await project(history, projection)
        await place.fetch(RECEIPTS, new)
        await keeping.round()
        assert await alarms(place) == ["view-differs"]


async def test_a_view_that_is_behind_or_waits_in_quarantine_is_not_wrong(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, keeper(place) as keeping:
        ill = await history.receives(referral("TEST-ILL"))
        await history.policies()
        await place.fetch("UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1", ill)
        await projection.apply(await history.read("intake"))
        await history.receives(referral("TEST-NEW"))
        await keeping.round()
        assert await place.value("SELECT count(*) FROM projections.quarantine") != 0
        assert await alarms(place) == []


async def test_a_view_that_has_seen_more_than_its_store_holds_is_told_of_and_left_alone(place: Place) -> None:
    async with played(place), keeper(place) as keeping:
        before = await stands(place)
        await place.fetch("DELETE FROM liaison.stored_events WHERE notification_id > 3")
        await keeping.round()
        assert await stands(place) == before
        assert set(await alarms(place, still_open=True)) == {"view-ahead"}


async def test_a_rebuild_at_the_same_time_is_no_fault(place: Place) -> None:
    async with played(place), keeper(place) as keeping:

        async def rounds() -> None:
            for _ in range(10):
                await keeping.round()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(rounds())
            for view in ("board", "casefile", "receipts"):
                await rebuild(place.dsn("nattljus_owner"), view)
        assert await alarms(place) == []


async def test_a_keeper_that_dies_at_its_work_leaves_all_or_nothing(place: Place) -> None:
    async with played(place) as streams:
        before = await stands(place)
        for pause in (0.0, 0.005, 0.01, 0.02, 0.04):
            await place.fetch(RECEIPTS, streams[0])
            async with keeper(place) as keeping:
                task = asyncio.create_task(keeping.round())
                await asyncio.sleep(pause)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            assert len((await stands(place))["receipts"]) == len(before["receipts"])
        async with keeper(place) as keeping:
            await keeping.round()
        assert await stands(place) == before
        assert await alarms(place, still_open=True) == []
