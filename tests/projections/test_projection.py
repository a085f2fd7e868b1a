"""The projector's work: rows and positions together, causes before effects, poison aside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from services.kit.eventlog import STORES
from services.projections.projection import Projection, StoreBehind
from services.projections.rebuild import rebuild
from services.projections.tables import writer
from services.projections.views import VIEWS
from tests.place import Place
from tests.projections.history import History, history_in, referral
from tests.projections.many import multiply

pytestmark = pytest.mark.real


@asynccontextmanager
async def projecting(place: Place, history: History) -> AsyncIterator[Projection]:
    connection = await writer(place.dsn("nattljus_projector"))
    projection = Projection(VIEWS, connection, history.logs)
    await projection.start()
    try:
        yield projection
    finally:
        await connection.close()


async def project(history: History, projection: Projection) -> None:
    """Everything that is in the stores."""
    for store in STORES:
        if batch := await history.read(store):
            await projection.apply(batch)
    assert await projection.start() == {store: await history.logs[store].tail() for store in STORES}


async def test_an_effect_that_arrives_first_brings_its_cause_along(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.receives(referral())
        await history.policies()
        await projection.apply(await history.read("liaison"))
        rows = await place.fetch("SELECT registry_number FROM projections.board")
        assert [row["registry_number"] for row in rows] == ["2026-000001"]


async def test_what_comes_twice_is_applied_once(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.receives(referral())
        batch = await history.read("intake")
        assert {changed.unit for changed in await projection.apply(batch)} == {"lpo-farsta", "socialjouren-jour"}
        assert await projection.apply(batch) == []
        assert await place.value("SELECT count(*) FROM projections.board") == 1
        assert await place.value("SELECT cardinality(audiences) FROM projections.readers WHERE unit = 'lpo-farsta'") == 1


async def test_a_poison_event_waits_aside_with_its_stream_and_the_others_go_on(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        ill, well = await history.receives(referral("TEST-ILL0")), await history.receives(referral("TEST-WELL"))
        poison = replace((await history.read("intake"))[0], state=b'{"specversion": "1.0"}')
        later = replace(poison, position=3, previous=2, state=(await history.read("intake"))[1].state, stream=ill)
        await projection.apply([poison, (await history.read("intake"))[1], later])
        assert await place.value("SELECT array_agg(reference) FROM projections.board") == ["TEST-WELL"]
        held = await place.fetch("SELECT DISTINCT position, stream FROM projections.quarantine ORDER BY position")
        assert [(row["position"], row["stream"]) for row in held] == [(1, ill), (3, ill)]
        assert await place.value("SELECT referral FROM projections.board") == well


async def test_a_new_process_goes_on_where_the_old_one_was(place: Place) -> None:
    async with history_in(place) as history:
        async with projecting(place, history) as projection:
            await history.receives(referral())
            await projection.apply(await history.read("intake"))
        async with projecting(place, history) as projection:
            assert await projection.start() == {"intake": 1, "liaison": 0}


async def test_who_refused_or_handed_over_sees_no_more_of_the_case(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        stream = await history.receives(referral())
        await history.policies()
        await history.handles(stream, refused=True)
        for store in STORES:
            await projection.apply(await history.read(store))
        rows = {row["agency"]: row for row in await place.fetch("SELECT * FROM projections.board")}
        assert {agency: row["relation"] for agency, row in rows.items()} == {
            "socialjouren": "handed_over",
            "skarholmen": "refused",
            "farsta": "owner",
        }
        assert rows["farsta"]["decision"] == "investigation_opened"
        assert rows["socialjouren"]["decision"] is None
        assert (rows["skarholmen"]["owner_unit"], rows["skarholmen"]["taken_over_at"]) == ("socialjouren-jour", None)


async def test_a_batch_of_500_with_poison_in_the_middle_stops_its_own_stream_alone(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.receives(referral())
        await multiply(place, 499)
        batch = await history.read("intake")
        batch[250] = replace(batch[250], state=b"no JSON")
        await projection.apply(batch)
        assert await place.value("SELECT count(*) FROM projections.board") == 499
        held = await place.fetch("SELECT view, position, stream FROM projections.quarantine ORDER BY view")
        assert [tuple(row) for row in held] == [(view, 251, batch[250].stream) for view in ("board", "casefile", "readers", "receipts")]


@pytest.mark.parametrize("missing", [0, 1, 2])
async def test_both_stores_are_taken_in_one_transaction_and_what_is_not_yet_there_is_fetched(place: Place, missing: int) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        streams = [await history.receives(referral(f"TEST-000{number}")) for number in range(2)]
        await history.policies()
        for stream in streams:
            await history.handles(stream)
        intake, liaison = await history.read("intake"), await history.read("liaison")
        await projection.apply([*intake[: 2 - missing], *liaison])
        assert await projection.start() == {"intake": 2, "liaison": len(liaison)}
        assert await place.value("SELECT count(DISTINCT referral) FROM projections.board WHERE decision IS NOT NULL") == 2
        assert await projection.apply([*intake, *liaison]) == []


async def test_a_value_that_the_database_refuses_stops_its_own_stream_alone(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        for reference in ("TEST-0001", "TEST-\0", "TEST-0003"):
            await history.receives(referral(reference))
        await history.policies()
        await project(history, projection)
        assert await place.value("SELECT array_agg(reference ORDER BY 1) FROM projections.board") == ["TEST-0001", "TEST-0003"]
        held = await place.fetch("SELECT view, store, position, reason FROM projections.quarantine ORDER BY view, store")
        assert [tuple(row) for row in held] == [
            ("board", "intake", 2, "CharacterNotInRepertoireError"),
            ("board", "liaison", 2, "waits behind an event in quarantine"),
            ("receipts", "intake", 2, "CharacterNotInRepertoireError"),
        ]
        for view in VIEWS:
            assert (await rebuild(place.dsn("nattljus_owner"), view.name)).same, view.name
        assert await place.fetch("SELECT view, store, position, reason FROM projections.quarantine ORDER BY view, store") == held


async def test_a_gap_before_a_batch_is_filled_from_the_store(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        for store in STORES:
            await projection.apply((await history.read(store))[-1:])
        assert await place.value("SELECT count(*) FROM projections.receipts") == 3
        for view in VIEWS:
            assert (await rebuild(place.dsn("nattljus_owner"), view.name)).same, view.name


async def test_a_view_that_is_ahead_takes_nothing_twice(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        await project(history, projection)
        await place.fetch("UPDATE projections.position SET position = 1 WHERE view = 'receipts' AND store = 'liaison'")
        assert (await projection.start())["liaison"] == 1
        await project(history, projection)
        assert await place.value("SELECT count(*) FROM projections.quarantine") == 0


async def test_a_cause_that_is_not_there_stops_nobody(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        for _ in range(3):
            await history.receives(referral())
        await history.policies()
        batch = await history.read("liaison")
        batch[0] = replace(batch[0], state=batch[0].state.replace(b'"after":"intake:1"', b'"after":"intake:1000001"'))
        assert b"intake:1000001" in batch[0].state
        await projection.apply(batch)
        assert await place.value("SELECT array_agg(registry_number IS NOT NULL) FROM projections.board") == [True] * 3


async def test_a_store_that_lacks_what_was_brought_from_it_stops_the_projector(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.receives(referral())
        [event] = await history.read("intake")
        with pytest.raises(StoreBehind):
            await projection.apply([replace(event, position=9, previous=8)])
        assert await projection.start() == {"intake": 1, "liaison": 0}
