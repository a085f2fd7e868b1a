"""A stream's rows computed anew from its events: compared with what stands, made right, and freed from quarantine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from services.projections.projection import Projection
from services.projections.recompute import compare, recompute
from services.projections.tables import writer
from services.projections.views import VIEWS, board
from tests.place import Place
from tests.projections.history import History, history_in, referral
from tests.projections.test_projection import project, projecting

pytestmark = pytest.mark.real

SPOIL = "UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1 AND originator_version = 1"
HEAL = "UPDATE intake.stored_events SET state = $2 WHERE originator_id = $1 AND originator_version = 1"
ROWS = "SELECT referral, agency, relation, registry_number FROM projections.board ORDER BY referral, agency"
QUARANTINE = "SELECT store, position FROM projections.quarantine WHERE view = 'board' ORDER BY store, position"
COPY = """(jsonb_populate_record(b, '{"agency": "skarholmen"}'))"""


@asynccontextmanager
async def connected(place: Place) -> AsyncIterator[asyncpg.Connection]:
    connection = await writer(place.dsn("nattljus_projector"))
    try:
        yield connection
    finally:
        await connection.close()


async def rows(place: Place, query: str = ROWS) -> Sequence[tuple[object, ...]]:
    return [tuple(row) for row in await place.fetch(query)]


async def test_what_the_projector_wrote_is_what_the_events_make(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        streams = await history.everything()
        await project(history, projection)
        for view in VIEWS:
            assert await compare(connection, view, streams) == [], view.name
            before = await rows(place, f"SELECT t::text FROM projections.{view.table.name} t ORDER BY 1")
            taken = await recompute(connection, view, streams)
            assert taken.waiting == []
            assert await rows(place, f"SELECT t::text FROM projections.{view.table.name} t ORDER BY 1") == before


async def test_events_after_the_views_position_are_not_missed_in_it(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        stream = await history.receives(referral())
        await history.policies()
        await projection.apply(await history.read("intake"))
        assert await compare(connection, board.VIEW, [stream]) == []
        await recompute(connection, board.VIEW, [stream])
        assert await place.value("SELECT registry_number FROM projections.board") is None


@pytest.mark.parametrize(
    ("harm", "wrong", "right"),
    [
        ("UPDATE projections.board SET relation = 'refused' WHERE agency = 'socialjouren' AND referral = $1", 1, 1),
        ("DELETE FROM projections.board WHERE agency = 'farsta' AND referral = $1", 0, 1),
        (f"INSERT INTO projections.board SELECT {COPY}.* FROM projections.board b WHERE agency = 'farsta' AND referral = $1", 1, 0),
    ],
)
async def test_a_row_changed_lost_or_added_is_seen_and_made_right(place: Place, harm: str, wrong: int, right: int) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        streams = await history.everything()
        await project(history, projection)
        before = await rows(place)
        await place.fetch(harm, streams[0])
        [difference] = await compare(connection, board.VIEW, streams)
        assert (difference.stream, len(difference.wrong), len(difference.right)) == (streams[0], wrong, right)
        await recompute(connection, board.VIEW, [streams[0]])
        assert await compare(connection, board.VIEW, streams) == []
        assert await rows(place) == before


async def ill_and_well(place: Place, history: History, projection: Projection) -> tuple[UUID, UUID]:
    """Two referrals; the first one's first event cannot be read, and its second waits behind."""
    ill, well = await history.receives(referral("TEST-ILL0")), await history.receives(referral("TEST-WELL"))
    await history.policies()
    await place.fetch(SPOIL, ill)
    await project(history, projection)
    assert await rows(place, QUARANTINE) == [("intake", 1), ("liaison", 1)]
    return ill, well


async def test_a_stream_in_quarantine_does_not_differ_for_what_it_waits_for(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        assert await compare(connection, board.VIEW, await ill_and_well(place, history, projection)) == []


async def test_what_waited_is_taken_when_it_is_healed_and_waits_on_when_it_is_not(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        stream = await history.receives(referral("TEST-ILL1"))
        [good] = await history.read("intake")
        await place.fetch("TRUNCATE intake.stored_events RESTART IDENTITY")
        ill, _ = await ill_and_well(place, history, projection)
        taken = await recompute(connection, board.VIEW, [ill])
        assert [(each.logged.position, each.reason) for each in taken.waiting] == [
            (1, "ValidationError"),
            (1, "waits behind an event in quarantine"),
        ]
        assert await rows(place, QUARANTINE) == [("intake", 1), ("liaison", 1)]
        await place.fetch(HEAL, ill, good.state.replace(str(stream).encode(), str(ill).encode()))
        taken = await recompute(connection, board.VIEW, [ill])
        assert taken.waiting == []
        assert taken.touched == {"socialjouren-jour": {ill}}
        assert await rows(place, QUARANTINE) == []
        assert await place.value("SELECT registry_number FROM projections.board WHERE referral = $1", ill) is not None


async def test_a_dropped_event_is_left_out_for_good(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        ill, well = await ill_and_well(place, history, projection)
        await place.fetch("INSERT INTO projections.dropped SELECT view, store, position FROM projections.quarantine WHERE store = 'intake'")
        taken = await recompute(connection, board.VIEW, [ill])
        assert taken.waiting == []
        assert await rows(place, QUARANTINE) == []
        assert await compare(connection, board.VIEW, [ill, well]) == []
        await history.policies()
        await project(history, projection)
        assert await rows(place, QUARANTINE) == []


async def test_a_value_that_the_database_refuses_waits_after_a_recomputation_too(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection, connected(place) as connection:
        ill, well = await history.receives(referral("TEST-\0")), await history.receives(referral("TEST-WELL"))
        await project(history, projection)
        taken = await recompute(connection, board.VIEW, [ill, well])
        assert [(each.logged.position, each.reason) for each in taken.waiting] == [(1, "CharacterNotInRepertoireError")]
        assert await place.value("SELECT array_agg(reference) FROM projections.board") == ["TEST-WELL"]
