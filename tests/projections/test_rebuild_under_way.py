"""Rebuilding a view of a hub that lives: read meanwhile, behind its stores, with events that it cannot take."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from services.projections import rebuild as rebuild_module
from services.projections.projection import Projection
from services.projections.rebuild import rebuild, rebuild_together
from services.projections.tables import writer
from services.projections.views import VIEWS, board
from tests.place import Place, until
from tests.projections.history import history_in, referral
from tests.projections.test_projection import project, projecting

OWNER = "nattljus_owner"
ROWS = "SELECT (SELECT count(*) FROM projections.board) AS board, (SELECT count(*) FROM projections.casefile) AS casefile"


async def spoil(place: Place, stream: UUID) -> None:
    """Makes the stream's first event one that nobody can read."""
    await place.fetch("UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1 AND originator_version = 1", stream)


async def quarantine(place: Place, view: str = "board") -> list[tuple[str, int]]:
    rows = await place.fetch("SELECT store, position FROM projections.quarantine WHERE view = $1 ORDER BY store, position", view)
    return [(row["store"], row["position"]) for row in rows]


async def test_a_view_that_is_behind_its_stores_is_rebuilt_as_far_as_it_had_come(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        await history.everything()
        for view in VIEWS:
            made = await rebuild(place.dsn(OWNER), view.name)
            assert made.same, view.name
        await project(history, projection)
        assert [await quarantine(place, view.name) for view in VIEWS] == [[]] * len(VIEWS)
        assert await place.value("SELECT count(*) FROM projections.receipts") == 6
        for view in VIEWS:
            assert (await rebuild(place.dsn(OWNER), view.name)).same, view.name


async def test_views_that_are_not_equally_far_are_each_rebuilt_as_far_as_they_had_come(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        await history.everything()
        ahead = await writer(place.dsn("nattljus_projector"))
        await project(history, Projection([board.VIEW], ahead, history.logs))
        await ahead.close()
        assert all(made.same for made in await rebuild_together(place.dsn(OWNER), [view.name for view in VIEWS]))
        assert await place.value("SELECT count(DISTINCT referral) FROM projections.board") == 6
        assert await place.value("SELECT count(*) FROM projections.receipts") == 3
        await project(history, projection)
        assert [await quarantine(place, view.name) for view in VIEWS] == [[]] * len(VIEWS)


async def test_a_view_that_was_never_filled_is_rebuilt_empty_and_filled_later(place: Place) -> None:
    async with history_in(place) as history:
        await history.everything()
        made = await rebuild(place.dsn(OWNER), "board")
        assert (made.same, made.events, made.rows) == (True, 0, 0)
        async with projecting(place, history) as projection:
            await project(history, projection)
        assert await quarantine(place) == []
        assert await place.value("SELECT count(DISTINCT referral) FROM projections.board") == 3


async def test_reading_goes_on_while_a_view_is_rebuilt(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        seen: list[tuple[int, int]] = []
        reader = await asyncpg.connect(place.dsn("nattljus_reader_socialjour"))

        async def read() -> None:
            while True:
                row = await reader.fetchrow(ROWS)
                seen.append((row["board"], row["casefile"]))
                await asyncio.sleep(0)

        reading = asyncio.create_task(read())
        try:
            for view in ("board", "readers", "casefile", "readers", "board"):
                before = len(seen)
                assert (await rebuild(place.dsn(OWNER), view)).same
                assert len(seen) > before
        finally:
            reading.cancel()
            [ended] = await asyncio.gather(reading, return_exceptions=True)
            await reader.close()
        assert isinstance(ended, asyncio.CancelledError)
        assert len(set(seen)) == 1
        assert all(seen[0])


async def test_a_rebuild_waits_for_nobody_and_the_projector_waits_for_it(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)

        async def work() -> int:
            for _ in range(8):
                await history.receives(referral())
                await history.policies()
                await project(history, projection)
            return 8

        made, count = await asyncio.gather(rebuild(place.dsn(OWNER), "board"), work())
        assert made.same
        assert await quarantine(place) == []
        assert await place.value("SELECT count(DISTINCT referral) FROM projections.board") == 3 + count
        assert (await rebuild(place.dsn(OWNER), "board")).same


async def test_an_event_that_the_view_cannot_take_waits_after_a_rebuild_too_and_the_others_stand(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        ill, well = await history.receives(referral("TEST-ILL0")), await history.receives(referral("TEST-WELL"))
        await history.policies()
        await spoil(place, ill)
        await project(history, projection)
        waiting = await quarantine(place)
        assert waiting == [("intake", 1), ("liaison", 1)]
        made = await rebuild(place.dsn(OWNER), "board")
        assert made.same
        assert await quarantine(place) == waiting
        assert await place.value("SELECT array_agg(referral) FROM projections.board") == [well]


async def test_a_stream_that_a_rebuild_heals_is_followed_again_by_the_projector_at_once(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        ill = await history.receives(referral("TEST-ILL0"))
        [good] = await history.read("intake")
        await spoil(place, ill)
        await project(history, projection)
        assert await quarantine(place) == [("intake", 1)]
        await place.fetch("UPDATE intake.stored_events SET state = $1", good.state)
        assert not (await rebuild(place.dsn(OWNER), "board")).same
        assert await quarantine(place) == []
        await history.policies()
        await project(history, projection)
        assert await quarantine(place) == []
        assert await place.value("SELECT registry_number FROM projections.board WHERE referral = $1", ill) == "2026-000001"


async def test_whoever_reads_for_long_holds_up_the_switch_and_nobody_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "SWITCH_SECONDS", 0.1)
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        reader = await asyncpg.connect(place.dsn("nattljus_reader_socialjour"))
        await reader.execute("BEGIN; SELECT count(*) FROM projections.board")
        rebuilding = asyncio.create_task(rebuild(place.dsn(OWNER), "board"))
        await until(lambda: place.fetch("SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"))
        for _ in range(3):
            async with asyncio.timeout(5):
                await history.receives(referral())
                await project(history, projection)
                assert await place.value("SELECT count(*) > 3 FROM projections.board")
        assert not rebuilding.done()
        await reader.close()
        assert (await rebuilding).same
