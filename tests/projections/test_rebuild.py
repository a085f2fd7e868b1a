"""Every view can be thrown away and made again from the events, to the same bytes."""

import pytest

from services.projections.projection import STORES
from services.projections.rebuild import UnknownView, rebuild
from services.projections.views import VIEWS
from tests.place import Place
from tests.projections.history import history_in
from tests.projections.test_projection import projecting

pytestmark = pytest.mark.real


async def test_every_view_comes_out_the_same_byte_for_byte(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        for store in reversed(STORES):  # effects first: their causes are fetched
            await projection.apply(await history.read(store))
        told: list[tuple[int, float]] = []
        for view in VIEWS:
            made = await rebuild(place.dsn("nattljus_owner"), view.name, lambda done, share: told.append((done, share)))
            assert made.same, view.name
            assert made.rows > 0, view.name
        assert told
        assert all(done > 0 and 0 < share <= 1 for done, share in told)


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


async def test_a_view_that_does_not_exist_is_named_with_those_that_do(place: Place) -> None:
    with pytest.raises(UnknownView, match="board"):
        await rebuild(place.dsn("nattljus_owner"), "nothing")
