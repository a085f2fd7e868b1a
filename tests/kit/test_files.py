"""Files beside the events: sealed under a key of their own, in the same transaction as the event, and opened at their own place alone."""

import asyncio
import time
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.event import REPORTER
from contracts.refusals import Unavailable
from services.kit.eventstore import EventStore
from services.kit.files import KeptFile, open_file, seal_file
from services.kit.groupcommit import VersionConflict
from services.kit.sealing import Unreadable, new_key_pair
from tests.kit.test_eventstore import closed, opened
from tests.place import Place, until

STREAM, OTHER, FILE = UUID(int=1), UUID(int=2), UUID(int=3)
PAIR = new_key_pair()
SECRET = b"Ett blaamaerke, stort som en handflata"


WAITING = "FROM pg_stat_activity WHERE query LIKE 'SELECT intake.append%' AND wait_event_type = 'Lock'"
WAITS, KILL = f"SELECT count(*) {WAITING}", f"SELECT pg_terminate_backend(pid) {WAITING}"


def sealed(stream: UUID = STREAM, file: UUID = FILE, content: bytes = SECRET) -> KeptFile:
    return seal_file(PAIR.public, stream, file, REPORTER, content)[0]


def test_a_file_opens_with_the_key_of_its_stream_and_audience() -> None:
    kept = sealed()
    assert SECRET not in kept.sealed + kept.key
    assert kept.octets == len(SECRET)
    assert open_file(PAIR.private, STREAM, FILE, REPORTER, kept.key, kept.sealed) == SECRET


@pytest.mark.parametrize(("stream", "file", "audience"), [(OTHER, FILE, REPORTER), (STREAM, OTHER, REPORTER), (STREAM, FILE, "parties")])
def test_bytes_moved_to_another_child_file_or_audience_do_not_open(stream: UUID, file: UUID, audience: str) -> None:
    kept = sealed()
    with pytest.raises(Unreadable):
        open_file(PAIR.private, stream, file, audience, kept.key, kept.sealed)


def test_two_files_of_a_stream_have_each_a_key_of_their_own() -> None:
    one, other = sealed(), sealed(file=OTHER)
    with pytest.raises(Unreadable):
        open_file(PAIR.private, STREAM, FILE, REPORTER, one.key, other.sealed)
    with pytest.raises(Unreadable):
        open_file(new_key_pair().private, STREAM, FILE, REPORTER, one.key, one.sealed)


async def files_in(place: Place) -> list[tuple[UUID, UUID, int]]:
    return [tuple(row) for row in await place.fetch("SELECT id, stream, octets FROM intake.attachment")]


async def test_a_file_is_stored_with_its_event_or_not_at_all(place: Place) -> None:
    stream = uuid4()
    async with opened(place.dsn("nattljus_intake")) as store:
        [position] = await store.save([closed(stream)], files=[sealed(stream)])
        assert position.store == "intake"
        assert await files_in(place) == [(FILE, stream, len(SECRET))]
        assert await store.octets_kept(stream) == len(SECRET)
        with pytest.raises(VersionConflict):
            await store.save([closed(stream)], files=[sealed(stream, uuid4())])
        with pytest.raises(VersionConflict):
            await store.save([closed(stream, 2)], files=[sealed(stream)])
        assert len(await files_in(place)) == len(await store.load(stream)) == 1


async def test_a_large_file_holds_no_other_save_up(place: Place) -> None:
    async def quick(store: EventStore, done: asyncio.Event) -> float:
        longest = 0.0
        while not done.is_set():
            began = time.perf_counter()
            await store.save([closed(uuid4())])
            longest = max(longest, time.perf_counter() - began)
        return longest

    async with opened(place.dsn("nattljus_intake")) as store:
        done = asyncio.Event()
        others = asyncio.create_task(quick(store, done))
        began = time.perf_counter()
        for _ in range(3):
            await store.save([closed(uuid4())], files=[sealed(uuid4(), uuid4(), bytes(20 * 1024 * 1024))])
        whole = time.perf_counter() - began
        done.set()
        assert await others < whole / 2


async def test_a_database_that_would_acknowledge_too_early_gets_no_file(place: Place) -> None:
    off = f"ALTER ROLE nattljus_intake IN DATABASE {place.database} SET synchronous_commit = off"
    async with opened(place.dsn("nattljus_intake")) as store:
        await place.fetch(off)
        with pytest.raises(Unavailable, match="receipt could lie"):
            await store.save([closed(uuid4())], files=[sealed()])
    assert await files_in(place) == []


async def test_a_file_that_is_written_while_the_database_dies_is_asked_for_again(place: Place) -> None:
    stream = uuid4()
    async with opened(place.dsn("nattljus_intake")) as store:
        admin = await asyncpg.connect(place.admin_dsn)
        await admin.execute("BEGIN; LOCK TABLE intake.turn IN EXCLUSIVE MODE")
        saving = asyncio.create_task(store.save([closed(stream)], files=[sealed(stream)]))
        await until(lambda: place.value(WAITS))
        await place.fetch(KILL)
        await admin.execute("ROLLBACK")
        await admin.close()
        with pytest.raises(Unavailable):
            await saving
        assert await files_in(place) == []
        await store.save([closed(stream)], files=[sealed(stream)])
    assert len(await files_in(place)) == 1
