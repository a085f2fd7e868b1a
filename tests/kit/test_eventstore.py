"""The event store on a real database: the library's traps stay shut, and a database that is away is said to be so in seconds."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.utils import Environment

from contracts.directory import UnitClosed
from contracts.refusals import Unavailable
from deploy.postgres.migrate import LOGINS, OWNER, STORES
from services.kit import eventstore
from services.kit.eventstore import (
    READ_SECONDS,
    WRITERS,
    DamagedHistory,
    DatabaseFunctionsOn,
    EventStore,
    library_environment,
    refuse_database_functions,
)
from services.kit.groupcommit import VersionConflict
from services.kit.recorded import Provenance, Recorded
from tests.place import Place, until
from tests.proxy import Proxy

INTAKE = "nattljus_intake"
BY = Provenance("polisen", "lpo-farsta", uuid4(), datetime(2026, 11, 22, 2, 40, tzinfo=UTC), uuid4())


def closed(stream: UUID, revision: int = 1, unit: str = "lpo-farsta") -> Recorded:
    return Recorded(stream, revision, UnitClosed(unit=unit, valid_to=date(2026, 11, 22)), BY)


@asynccontextmanager
async def opened(dsn: str, name: str = "intake") -> AsyncIterator[EventStore]:
    store = EventStore(name, dsn)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def test_what_is_saved_is_loaded_in_order_with_its_positions(place: Place) -> None:
    stream = uuid4()
    events = [closed(stream, revision, f"unit-{revision}") for revision in (1, 2, 3)]
    async with opened(place.dsn(INTAKE)) as store:
        assert [str(position) for position in await store.save(events)] == ["intake:1", "intake:2", "intake:3"]
        assert await store.load(stream) == events
        assert await store.load(uuid4()) == []


async def test_of_many_who_write_the_same_revision_at_once_one_wins_and_everybody_else_is_told(place: Place) -> None:
    streams = [uuid4() for _ in range(40)]
    async with opened(place.dsn(INTAKE)) as store:
        saves = [store.save([closed(stream, unit=f"try-{number}")]) for stream in streams for number in range(3)]
        outcomes = await asyncio.gather(*saves, return_exceptions=True)
        won = [each[0].number for each in outcomes if not isinstance(each, BaseException)]
        assert sorted(won) == sorted(row["n"] for row in await place.fetch("SELECT notification_id AS n FROM intake.stored_events"))
        assert len(won) == len(streams)
        assert [type(each) for each in outcomes if isinstance(each, BaseException)] == [VersionConflict] * 80
        assert await place.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'intake group commit'") == WRITERS


@pytest.mark.parametrize("store", STORES)
async def test_a_long_event_stays_in_its_row(place: Place, store: str) -> None:
    long = closed(uuid4(), unit=os.urandom(3000).hex())
    async with opened(place.dsn(f"nattljus_{store}"), store) as writer:
        await writer.save([long])
        assert await writer.load(long.originator_id) == [long]
    beside = f"SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = '{store}.stored_events'::regclass"
    assert await place.value(beside) == 0


async def test_a_database_that_is_away_is_said_to_be_so_within_seconds_and_found_again_when_it_is_back(place: Place) -> None:
    stream = uuid4()
    async with Proxy(place.dsn(INTAKE)) as proxy, opened(place.dsn(INTAKE, proxy)) as store:
        await store.save([closed(stream)])
        await asyncio.gather(*(store.load(stream) for _ in range(8)))
        await proxy.down()
        began = time.monotonic()
        asked = [store.followed("liaison"), *(store.load(stream) for _ in range(20))]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {Unavailable}
        assert time.monotonic() - began < READ_SECONDS + 1

        async def answers() -> bool:
            try:
                return bool(await store.load(stream))
            except Unavailable:
                return False

        await proxy.up()
        assert await until(answers) < 2


async def test_a_store_whose_database_is_away_does_not_start(place: Place) -> None:
    async with Proxy(place.dsn(INTAKE)) as proxy:
        dsn = place.dsn(INTAKE, proxy)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await EventStore("intake", dsn).start()
    assert time.monotonic() - began < READ_SECONDS + 1


async def test_a_reading_connection_that_falls_silent_is_found_out(place: Place) -> None:
    async with opened(place.dsn(INTAKE)) as store:
        pool = store._library.recorder.datastore.pool  # type: ignore[attr-defined]

        def patience() -> int:
            with pool.connection() as connection, socket.socket(fileno=socket.dup(connection.fileno())) as line:
                idle, interval, count = (
                    line.getsockopt(socket.IPPROTO_TCP, each) for each in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
                )
                assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                return idle + interval * count

        await store.load(uuid4())
        assert await asyncio.to_thread(patience) < 15


async def test_a_recorder_with_database_functions_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = library_environment(place.dsn(INTAKE), "intake") | {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"}
    factory: InfrastructureFactory[PostgresTrackingRecorder] = InfrastructureFactory.construct(Environment("", settings))
    with pytest.raises(DatabaseFunctionsOn):
        refuse_database_functions(factory.process_recorder())
    monkeypatch.setattr(eventstore, "library_environment", lambda *_, **__: settings)
    with pytest.raises(DatabaseFunctionsOn):
        await EventStore("intake", place.dsn(INTAKE)).start()


@pytest.mark.parametrize("store", STORES)
async def test_no_login_may_call_the_insert_that_takes_no_lock(place: Place, store: str) -> None:
    insert = f"SELECT {store}.es_insert_events_uuid(NULL)"
    for role in set(LOGINS) - {OWNER}:
        connection = await asyncpg.connect(place.dsn(role))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(insert)
        await connection.close()
    functions = await place.fetch(
        "SELECT DISTINCT p.proname AS name FROM pg_proc p, unnest($2::text[]) AS role"
        " WHERE p.pronamespace = $1::regnamespace AND has_function_privilege(role, p.oid, 'EXECUTE')",
        store,
        sorted(set(LOGINS) - {OWNER}),
    )
    assert {row["name"] for row in functions} == {"append"}


async def test_variables_in_the_environment_do_not_change_the_store(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    strays = {
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
        "POSTGRES_SCHEMA": "liaison",
        "POSTGRES_HOST": "nowhere.invalid",
        "POSTGRES_SINGLE_ROW_TRACKING": "n",
        "POSTGRES_ORIGINATOR_ID_TYPE": "text",
        "POSTGRES_LOCK_TIMEOUT": "1",
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "APPLICATION_RECORDER_TOPIC": "eventsourcing.popo:POPOApplicationRecorder",
        "PROCESS_RECORDER_TOPIC": "eventsourcing.popo:POPOProcessRecorder",
        "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "CIPHER_KEY": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
        "TRANSCODER_TOPIC": "eventsourcing.persistence:JSONTranscoder",
        "IS_SNAPSHOTTING_ENABLED": "y",
    }
    for name, value in strays.items():
        for prefix in ("", "LIBRARY_", "INTAKE_"):
            monkeypatch.setenv(f"{prefix}{name}", value)
    stream = uuid4()
    async with opened(place.dsn(INTAKE)) as store:
        await store.save([closed(stream)])
        assert [each.event for each in await store.load(stream)] == [closed(stream).event]
    text = await place.value("SELECT convert_from(state, 'UTF8')::jsonb ->> 'type' FROM intake.stored_events")
    assert text == "nattljus.UnitClosed.v1"


async def test_bytes_moved_to_another_stream_or_revision_are_refused(place: Place) -> None:
    first, second = uuid4(), uuid4()
    async with opened(place.dsn(INTAKE)) as store:
        await store.save([closed(first), closed(second, 1), closed(second, 2)])
        swap = (
            "UPDATE intake.stored_events AS into_ SET state = from_.state FROM intake.stored_events AS from_"
            " WHERE into_.notification_id = $1 AND from_.notification_id = $2"
        )
        await place.fetch(swap, 1, 2)
        with pytest.raises(DamagedHistory):
            await store.load(first)
        await place.fetch(swap, 2, 3)
        with pytest.raises(DamagedHistory):
            await store.load(second)


@pytest.mark.parametrize("store", STORES)
async def test_no_login_may_change_or_remove_an_event(place: Place, store: str) -> None:
    async with opened(place.dsn(STORES[store].split(", ")[0]), store) as events:
        await events.save([closed(uuid4())])
    for role in sorted(set(LOGINS) - {OWNER}):
        connection = await asyncpg.connect(place.dsn(role))
        for statement in (
            f"UPDATE {store}.stored_events SET state = 'x'",
            f"UPDATE {store}.stored_events SET notification_id = 7",
            f"DELETE FROM {store}.stored_events",
            f"TRUNCATE {store}.stored_events",
            f"DROP TABLE {store}.stored_events",
            f"ALTER TABLE {store}.stored_events RENAME TO gone",
            f"SELECT setval('{store}.stored_events_notification_id_seq', 1)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.close()
    assert await place.value(f"SELECT count(*) FROM {store}.stored_events WHERE notification_id = 1") == 1


async def test_each_store_is_written_by_its_own_service_alone(place: Place) -> None:
    writers: dict[str, set[str]] = {store: set() for store in STORES}
    for store in STORES:
        for role in sorted(set(LOGINS) - {OWNER}):
            connection = await asyncpg.connect(place.dsn(role))
            try:
                await connection.execute(
                    f"SELECT {store}.append('{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}','{{}}')"
                )
                writers[store].add(role)
            except asyncpg.InsufficientPrivilegeError:
                pass
            await connection.close()
    assert writers == {
        "intake": {"nattljus_intake", "nattljus_scanner"},
        "liaison": {"nattljus_liaison", "nattljus_policies", "nattljus_watchdog"},
    }
