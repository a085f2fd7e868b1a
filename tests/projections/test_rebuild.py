"""Every view can be thrown away and made again from the events, to the same bytes."""

import asyncio
import multiprocessing
import os

import asyncpg
import pytest

from contracts.catalogue import topics
from services.kit.eventlog import STORES
from services.projections import history as history_module
from services.projections import workers
from services.projections.rebuild import rebuild, rebuild_together
from services.projections.views import VIEWS, UnknownView
from tests.place import Place, until
from tests.projections.history import history_in, referral
from tests.projections.many import multiply
from tests.projections.test_projection import project, projecting

pytestmark = pytest.mark.real

BOARD = next(view for view in VIEWS if view.name == "board")
TAKEN = "SELECT count(*) FROM {store}.stored_events WHERE topic = ANY($1)"


async def test_every_view_comes_out_the_same_byte_for_byte(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        reported, *_ = await history.everything()
        await history.adds(reported)
        await history.policies()
        for store in reversed(STORES):  # effects first: their causes are fetched
            await projection.apply(await history.read(store))
        told: list[tuple[int, float]] = []
        for view in VIEWS:
            made = await rebuild(place.dsn("nattljus_owner"), view.name, lambda done, share: told.append((done, share)))
            assert made.same, view.name
            assert made.rows > 0, view.name
        assert told
        assert all(done > 0 and 0 < share <= 1 for done, share in told)


async def test_all_views_are_made_anew_together_from_one_reading_of_the_stores(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        alone = [await rebuild(place.dsn("nattljus_owner"), view.name) for view in VIEWS]
        told: list[int] = []
        together = await rebuild_together(place.dsn("nattljus_owner"), [view.name for view in VIEWS], lambda done, _: told.append(done))
        assert together == alone
        assert all(made.same for made in together)
        events = [event for store in STORES for event in await history.read(store)]
        concerning = [event for event in events if any(view.concerned([event]) for view in VIEWS)]
        assert told[-1] == len(concerning) < sum(made.events for made in together)


async def test_a_changed_row_is_noticed_and_made_right(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        for store in STORES:
            await projection.apply(await history.read(store))
        await place.fetch("UPDATE projections.board SET age_band = '18+' WHERE reference = 'TEST-0000'")
        assert not (await rebuild(place.dsn("nattljus_owner"), "board")).same
        assert await place.value("SELECT DISTINCT age_band FROM projections.board WHERE reference = 'TEST-0000'") == "7-9"
        assert (await rebuild(place.dsn("nattljus_owner"), "board")).same


async def test_what_happens_during_a_rebuild_is_in_it(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        for store in STORES:
            await projection.apply(await history.read(store))
        await rebuild(place.dsn("nattljus_owner"), "readers")
        await history.everything()
        for store in STORES:
            await projection.apply(await history.read(store))
        assert (await rebuild(place.dsn("nattljus_owner"), "readers")).same
        walls = "SELECT count(*) FROM pg_class WHERE relnamespace = 'projections'::regnamespace AND relkind = 'r' AND relforcerowsecurity"
        assert await place.value(walls) == len(VIEWS)


@pytest.mark.parametrize("chunk", [1, 7])
async def test_streams_that_do_not_fit_into_a_page_are_read_whole(place: Place, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(history_module, "CHUNK", chunk)
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        for view in VIEWS:
            assert (await rebuild(place.dsn("nattljus_owner"), view.name)).same, view.name


async def test_a_long_history_is_rebuilt_by_several_processes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LONG", 100)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        length = await multiply(place, 60)
        await project(history, projection)
        shares: list[float] = []
        names = ["board", "casefile", "readers"]
        made, *others = await rebuild_together(place.dsn("nattljus_owner"), names, lambda _, share: shares.append(share))
        assert made.same
        assert made.rows == await place.value("SELECT count(*) FROM projections.board") == 61 * 6
        taken = [int(str(await place.value(TAKEN.format(store=store), topics(*BOARD.takes)))) for store in STORES]
        assert made.events == sum(taken) < sum(length.values())
        assert all(other.same and other.rows > 61 for other in others)
        assert shares == sorted(shares)
        assert shares[-1] <= 1


async def test_a_view_that_a_long_history_hardly_concerns_needs_no_other_process(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history):
        await history.everything()
        until = await multiply(place, 60)
        connection = await asyncpg.connect(place.dsn("nattljus_owner"))
        by_view = {view.name: await workers.expected(connection, {view.name: until}) for view in VIEWS}
        together = await workers.expected(connection, dict.fromkeys(by_view, until))
        await connection.close()
    assert 40 < by_view["invitations"] < together / 10  # 61 in truth: the planner guesses, and need only tell few from many
    assert 1000 < by_view["board"] < 1700
    assert 1000 < together < 2700


async def test_a_process_that_dies_leaves_the_old_view_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LONG", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        rebuilding = asyncio.create_task(rebuild(place.dsn("nattljus_owner"), "receipts"))
        await until(lambda: asyncio.sleep(0, multiprocessing.active_children()))
        multiprocessing.active_children()[0].kill()
        with pytest.raises(workers.WorkerEnded):
            await rebuilding
        assert multiprocessing.active_children() == []
        assert await place.value("SELECT count(*) FROM projections.receipts") == 3
        monkeypatch.setattr(workers, "LONG", 1000)
        assert (await rebuild(place.dsn("nattljus_owner"), "receipts")).same


async def test_a_long_event_stays_in_its_row_after_a_rebuild_too(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        short = referral()
        await history.receives(short.model_copy(update={"content": short.content.model_copy(update={"worry": "Oro. " * 600})}))
        await project(history, projection)
        beside = "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'projections.casefile'::regclass"
        assert await place.value("SELECT octet_length(state) > 4000 FROM projections.casefile")
        assert await place.value(beside) == 0
        assert (await rebuild(place.dsn("nattljus_owner"), "casefile")).same
        assert await place.value(beside) == 0


async def test_a_view_that_does_not_exist_is_named_with_those_that_do(place: Place) -> None:
    with pytest.raises(UnknownView, match="board"):
        await rebuild(place.dsn("nattljus_owner"), "nothing")
