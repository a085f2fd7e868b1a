"""What a store promises, held against PostgreSQL and against the store in memory: what holds for one holds for the other."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from contracts.case import ImmediateSafetyAssessed, SafetyReasons
from contracts.directory import UnitClosed
from contracts.event import SOCIAL_SERVICES, Ciphertext, SealedEvent
from contracts.law import safety_assessment_deadline
from services.kit.eventlog import EventLog, log_pool
from services.kit.eventstore import DamagedHistory, EventStore, Position
from services.kit.groupcommit import NewKeys, VersionConflict
from services.kit.keyring import PrivateKeys, Reader, UnknownAgency
from services.kit.recorded import Provenance, Recorded, open_content
from services.kit.sealing import new_key_pair, public_half
from tests.memory.database import Database, Login
from tests.memory.store import MemoryLog, MemoryPrivateKeys, MemoryStore
from tests.place import AGENCIES, Place

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
BY = Provenance("socialjouren", "socialjouren-jour", uuid4(), NIGHT, uuid4())
JOUR, FARSTA = (Reader(BY.actor, agency, "unit", "duty_officer", 3) for agency in ("socialjouren", "farsta"))
HELD = frozenset({"socialjouren"})


@dataclass
class Kept:
    """A liaison store somewhere, its log, the agencies' private keys, and a way in for the districts' readers."""

    store: EventStore
    log: EventLog
    keys: PrivateKeys
    districts: asyncpg.Pool

    async def opens(self, stream: UUID, reader: Reader) -> dict[str, bytes]:
        """The keys that the reader's agency holds, as when a case is handed over."""
        return await self.keys.unlock(self.store.pool, stream, reader, action="grant", purpose="handover", request=uuid4())


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.real), "memory"])
def somewhere(request: pytest.FixtureRequest) -> Place | None:
    """A place for the real one."""
    return request.getfixturevalue("place") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def kept(somewhere: Place | None) -> AsyncIterator[Kept]:
    """Both kinds, empty."""
    if somewhere is None:
        private = {agency: new_key_pair().private for agency in AGENCIES}
        database = Database({agency: (kind, public_half(private[agency])) for agency, kind in AGENCIES.items()})
        districts: asyncpg.Pool = Login(database, "nattljus_reader_district")
        yield Kept(MemoryStore("liaison", database), MemoryLog(database, "liaison"), MemoryPrivateKeys(private), districts)
        return
    async with AsyncExitStack() as stack:
        store = EventStore("liaison", somewhere.dsn("nattljus_liaison"))
        await store.start()
        stack.push_async_callback(store.stop)
        pool = await stack.enter_async_context(await log_pool(somewhere.dsn("nattljus_liaison")))
        districts = await stack.enter_async_context(asyncpg.create_pool(somewhere.dsn("nattljus_reader_district"), min_size=1, max_size=1))
        yield Kept(store, EventLog(pool, "liaison"), PrivateKeys(somewhere.keys), districts)


def closed(stream: UUID, revision: int = 1, unit: str = "lpo-farsta") -> Recorded:
    return Recorded(stream, revision, UnitClosed(unit=unit, valid_to=date(2026, 11, 22)), BY)


def assessed(stream: UUID, revision: int = 1, reasons: str = "Kan inte gå hem i natt.") -> Recorded:
    due = safety_assessment_deadline(NIGHT)
    event = ImmediateSafetyAssessed(
        needs_immediate_protection=True, unit="socialjouren-jour", assessed_at=NIGHT, due=due, content=SafetyReasons(reasons=reasons)
    )
    return Recorded(stream, revision, event, BY)


async def positions(kept: Kept) -> list[int]:
    return [each.position for each in await kept.log.after(0)]


async def test_what_is_saved_is_loaded_in_order_and_each_stream_by_itself(kept: Kept) -> None:
    one, other = uuid4(), uuid4()
    first = await kept.store.save([closed(one, 1), closed(other, 1)])
    second = await kept.store.save([closed(one, 2, "lpo-skarholmen")])
    assert [each.store for each in first + second] == ["liaison"] * 3
    assert [each.number for each in first + second] == await positions(kept)
    assert [each.originator_version for each in await kept.store.load(one)] == [1, 2]
    assert [each.originator_version for each in await kept.store.load(other)] == [1]
    assert await kept.store.load(uuid4()) == []


async def test_many_histories_are_loaded_at_once(kept: Kept) -> None:
    one, other, none = uuid4(), uuid4(), uuid4()
    await kept.store.save([closed(one, 1), closed(other, 1), closed(one, 2, "lpo-skarholmen")])
    assert await kept.store.histories([one, none]) == {one: await kept.store.load(one), none: []}
    assert await kept.store.histories([]) == {}


async def test_what_is_loaded_is_what_was_saved(kept: Kept) -> None:
    stream = uuid4()
    by = replace(BY, causation=uuid4(), traceparent=f"00-{'a' * 32}-{'b' * 16}-01", after="intake:42", digest="f" * 64)
    event = replace(closed(stream), provenance=by)
    await kept.store.save([event])
    assert await kept.store.load(stream) == [event]


async def test_a_taken_revision_is_a_conflict_and_nothing_of_that_save_stands(kept: Kept) -> None:
    taken, new = uuid4(), uuid4()
    await kept.store.save([closed(taken)])
    with pytest.raises(VersionConflict):
        await kept.store.save(
            [assessed(new), closed(taken, 1, "lpo-skarholmen")], {(new, SOCIAL_SERVICES): HELD}, None, Position("intake", 9)
        )
    assert await kept.store.load(new) == []
    assert await kept.store.followed("intake") == 0
    assert await kept.opens(new, JOUR) == {}
    assert len(await kept.store.load(taken)) == 1


async def test_a_stream_has_no_two_events_of_one_revision_in_one_save(kept: Kept) -> None:
    stream = uuid4()
    with pytest.raises(VersionConflict):
        await kept.store.save([closed(stream), closed(stream, 1, "lpo-skarholmen")])
    assert await positions(kept) == []


async def test_the_very_same_again_is_stored_once_and_has_the_positions_of_before(kept: Kept) -> None:
    event = closed(uuid4())
    assert await kept.store.save([event]) == await kept.store.save([event])
    assert len(await positions(kept)) == 1


async def test_an_event_of_the_same_words_but_its_own_is_a_conflict(kept: Kept) -> None:
    stream = uuid4()
    await kept.store.save([closed(stream)])
    with pytest.raises(VersionConflict):
        await kept.store.save([closed(stream)])


async def test_how_far_it_has_followed_goes_forward_with_the_events_and_never_back(kept: Kept) -> None:
    stream = uuid4()
    assert await kept.store.followed("intake") == 0
    await kept.store.save([closed(stream)], upstream=Position("intake", 7))
    assert (await kept.store.followed("intake"), await kept.store.followed("liaison")) == (7, 0)
    for stale in (7, 6):
        with pytest.raises(VersionConflict):
            await kept.store.save([closed(stream, 2)], upstream=Position("intake", stale))
        assert await kept.store.save([], upstream=Position("intake", stale)) == []
    assert (await kept.store.followed("intake"), len(await kept.store.load(stream))) == (7, 1)
    await kept.store.save([], upstream=Position("intake", 9))
    assert await kept.store.followed("intake") == 9


async def test_the_log_holds_what_was_stored_each_after_the_one_before(kept: Kept) -> None:
    streams = [uuid4() for _ in range(3)]
    await kept.store.save([closed(stream) for stream in streams])
    with pytest.raises(VersionConflict):
        await kept.store.save([closed(streams[0])])
    await kept.store.save([closed(streams[0], 2)])
    logged = await kept.log.after(0)
    assert [each.stream for each in logged] == [*streams, streams[0]]
    assert [each.previous for each in logged] == [0, *(each.position for each in logged[:-1])]
    assert [each.envelope.subject for each in logged] == [each.stream for each in logged]
    assert await kept.log.after(logged[1].position, 1) == [logged[2]]
    assert await kept.log.after(logged[-1].position) == []
    assert await kept.log.tail() == logged[-1].position
    assert [each async for each in kept.log.everything(0, logged[2].position)] == logged[:3]


async def test_the_log_of_some_topics_leaves_the_others_out(kept: Kept) -> None:
    one, other = uuid4(), uuid4()
    await kept.store.save([closed(one), assessed(other), closed(one, 2)], {(other, SOCIAL_SERVICES): HELD})
    chosen = await kept.log.chosen(0, ["UnitClosed.v1"])
    assert [each.topic for each in chosen] == ["UnitClosed.v1"] * 2
    assert [each.position for each in chosen] == [(await positions(kept))[0], (await positions(kept))[2]]


async def test_personal_data_is_stored_sealed_and_opens_for_its_holders_alone(kept: Kept) -> None:
    stream = uuid4()
    said = assessed(stream)
    await kept.store.save([said], {(stream, SOCIAL_SERVICES): HELD})
    (loaded,), (logged,) = await kept.store.load(stream), await kept.log.after(0)
    assert isinstance(loaded.event, SealedEvent)
    assert isinstance(loaded.event.content, Ciphertext)
    assert b"hem i natt" not in logged.state
    assert open_content(logged.envelope, await kept.opens(stream, JOUR)) == said.event
    assert await kept.opens(stream, FARSTA) == {}


async def test_an_audience_has_one_key_for_ever_and_one_for_each_stream(kept: Kept) -> None:
    one, other = uuid4(), uuid4()
    await kept.store.save([assessed(one), assessed(other)], dict.fromkeys([(one, SOCIAL_SERVICES), (other, SOCIAL_SERVICES)], HELD))
    before = await kept.opens(one, JOUR)
    await kept.store.save([assessed(one, 2)], {(one, SOCIAL_SERVICES): frozenset({"farsta"})})
    assert await kept.opens(one, JOUR) == before
    assert await kept.opens(one, FARSTA) == {}, "holders are asked for only when a key comes into being"
    assert await kept.opens(other, JOUR) != before
    opened = [open_content(each.envelope, before) for each in await kept.log.after(0) if each.stream == one]
    assert opened == [assessed(one).event] * 2


async def test_who_says_wrongly_that_nobody_has_written_there_meets_a_conflict(kept: Kept) -> None:
    stream = uuid4()
    holders = {(stream, SOCIAL_SERVICES): HELD}
    await kept.store.save([assessed(stream)], holders, fresh=True)
    with pytest.raises(VersionConflict):
        await kept.store.save([assessed(stream, 2)], holders, fresh=True)
    assert len(await kept.opens(stream, JOUR)) == len(await positions(kept)) == 1


async def test_a_holder_without_a_key_of_its_own_is_unknown_and_nothing_is_stored(kept: Kept) -> None:
    stream = uuid4()
    with pytest.raises(UnknownAgency):
        await kept.store.save([assessed(stream)], {(stream, SOCIAL_SERVICES): frozenset({"nowhere"})})
    assert await positions(kept) == []


async def test_keys_are_handed_on_together_with_the_event_that_says_so(kept: Kept) -> None:
    stream = uuid4()
    await kept.store.save([assessed(stream)], {(stream, SOCIAL_SERVICES): HELD})
    keys = await kept.opens(stream, JOUR)
    grant = NewKeys(wraps=await kept.store.keyring.wraps(stream, keys, ["farsta"]))
    with pytest.raises(VersionConflict):
        await kept.store.save([closed(stream, 1)], grants=grant)
    assert await kept.opens(stream, FARSTA) == {}
    await kept.store.save([closed(stream, 2)], grants=grant)
    assert await kept.opens(stream, FARSTA) == keys


async def test_a_key_that_is_held_already_cannot_be_handed_on_once_more(kept: Kept) -> None:
    stream = uuid4()
    await kept.store.save([assessed(stream)], {(stream, SOCIAL_SERVICES): HELD})
    again = NewKeys(wraps=await kept.store.keyring.wraps(stream, await kept.opens(stream, JOUR), ["socialjouren"]))
    with pytest.raises(VersionConflict):
        await kept.store.save([closed(stream, 2)], grants=again)
    assert len(await kept.store.load(stream)) == 1


async def test_a_key_is_handed_out_only_to_a_login_that_may_read_for_the_agency(kept: Kept) -> None:
    stream = uuid4()
    await kept.store.save([assessed(stream)], {(stream, SOCIAL_SERVICES): frozenset({"socialjouren", "farsta"})})

    async def opens(pool: asyncpg.Pool, reader: Reader, action: str) -> int:
        return len(await kept.keys.unlock(pool, stream, reader, action=action, purpose="handling", request=uuid4()))

    assert await opens(kept.districts, FARSTA, "open") == 1
    assert await opens(kept.store.pool, FARSTA, "grant") == 1
    police = replace(FARSTA, agency="polisen")
    for pool, reader, action in (
        (kept.districts, JOUR, "open"),
        (kept.store.pool, FARSTA, "open"),
        (kept.store.pool, police, "grant"),
        (kept.districts, police, "grant"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await opens(pool, reader, action)
    with pytest.raises(UnknownAgency):
        await opens(kept.districts, replace(FARSTA, agency="nowhere"), "open")


async def test_bytes_of_another_place_are_a_damaged_history(kept: Kept, somewhere: Place | None) -> None:
    one, other = uuid4(), uuid4()
    await kept.store.save([closed(one), closed(other)])
    if somewhere is None:
        rows = kept.store._database.events["liaison"]  # type: ignore[attr-defined]
        rows[0] = replace(rows[0], stream=other)
    else:
        await somewhere.fetch(
            "UPDATE liaison.stored_events SET originator_id = $1, originator_version = 2 WHERE originator_id = $2", other, one
        )
    with pytest.raises(DamagedHistory):
        await kept.store.load(other)
