"""PostgreSQL and NATS from their wheels: as root too, behind closed folders, and with their data after a restart."""

import contextlib
import os
from collections.abc import AsyncIterator

import asyncpg
import nats as client
import psutil
import pytest

from deploy.local import nats, postgres
from deploy.local.data import DataDirectory
from deploy.local.nats import Nats, seed
from deploy.local.ports import choose_ports
from deploy.local.postgres import Postgres
from deploy.local.progress import silently
from deploy.local.supervisor import Supervisor, running
from deploy.local.trouble import Trouble
from deploy.nats.permissions import inbox
from deploy.nats.streams import StreamWeakened, ensure_streams
from services.kit.streams import wanted

pytestmark = pytest.mark.real


@contextlib.asynccontextmanager
async def started(data: DataDirectory, port: int) -> AsyncIterator[tuple[Postgres, Nats]]:
    ports = choose_ports(data, None, silently, port)
    supervisor = Supervisor(data, silently)
    try:
        database = await postgres.prepare(data, ports, silently)
        broker = nats.prepare(data, ports)
        await supervisor.start([database.program(), broker.program()])
        yield database, broker
    finally:
        await supervisor.stop()


async def test_a_stop_and_a_start_find_everything_again(data: DataDirectory, port: int) -> None:
    async with started(data, port) as (database, broker):
        await ensure_streams(broker.url, seed(data, "deploy"))
        connection = await asyncpg.connect(database.admin_dsn)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        await connection.close()
        left = running(data)
    assert not any(process.is_running() for process in left.values())
    async with started(data, port) as (database, broker):
        await ensure_streams(broker.url, seed(data, "deploy"))
        connection = await asyncpg.connect(database.admin_dsn)
        assert await connection.fetchval("SELECT value FROM kept") == 7
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        assert await connection.fetchval("SHOW fsync") == "on"
        await connection.close()


async def test_postgresql_is_no_root_and_asks_for_a_password(data: DataDirectory, port: int) -> None:
    async with started(data, port) as (database, _):
        assert running(data)["postgres"].uids().real != 0
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(database.dsn("nattljus_admin", "guess", "postgres"))


async def test_killed_with_everything_it_recovers(data: DataDirectory, port: int) -> None:
    async with started(data, port) as (database, _):
        connection = await asyncpg.connect(database.admin_dsn)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        await connection.close()
        psutil.Process(running(data)["postgres"].pid).kill()
    async with started(data, port) as (database, _):
        connection = await asyncpg.connect(database.admin_dsn)
        assert await connection.fetchval("SELECT value FROM kept") == 7
        await connection.close()


async def test_a_lock_that_names_another_programs_process_does_not_stop_it(data: DataDirectory, port: int) -> None:
    async with started(data, port):
        pass
    lock = data.postgres / "cluster" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{data.postgres / 'cluster'}\n")
    async with started(data, port):
        pass


async def test_a_cluster_of_another_major_version_is_refused(data: DataDirectory, port: int) -> None:
    ports = choose_ports(data, None, silently, port)
    database = await postgres.prepare(data, ports, silently)
    (database.cluster / "PG_VERSION").write_text("99\n")
    with pytest.raises(Trouble, match="written by PostgreSQL 99"):
        await postgres.prepare(data, ports, silently)


async def test_a_half_made_cluster_is_made_anew(data: DataDirectory, port: int) -> None:
    (data.postgres / "unfinished" / "base").mkdir(parents=True)
    database = await postgres.prepare(data, choose_ports(data, None, silently, port), silently)
    assert (database.cluster / "PG_VERSION").exists()
    assert not (data.postgres / "unfinished").exists()
    assert not (data.postgres / "password").exists()


async def test_a_stream_that_somebody_weakened_is_refused(data: DataDirectory, port: int) -> None:
    async with started(data, port) as (_, broker):
        connection = await client.connect(broker.url, nkeys_seed_str=seed(data, "deploy"), inbox_prefix=inbox("deploy"))
        weak = wanted("INTAKE")
        weak.max_age, weak.deny_delete = 3600, False
        await connection.jetstream().add_stream(weak)
        await connection.close()
        with pytest.raises(StreamWeakened, match=r"max_age: 3600.*deny_delete: False"):
            await ensure_streams(broker.url, seed(data, "deploy"))
