"""The run's own stack: `nattljus up` on a data directory and ports of its own, and single services beside it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import asyncpg

from deploy.local.data import DataDirectory
from deploy.local.identity.machines import key_file
from deploy.local.machine import machine_token
from deploy.local.nats import Nats, seed
from deploy.local.ports import Ports, next_free, remembered
from deploy.local.postgres import Postgres, find_binaries
from deploy.local.surroundings import HTTP, passwords, surroundings
from tests.benchmarks.children import Child, child, python, ready
from tests.benchmarks.run import Run
from tests.benchmarks.say import say

FIRST_PORT = 20_000
PATIENCE = 120.0
PEERS = "bench_peers"
"""The database of the peers, on the same server."""


@dataclass(frozen=True)
class Stack:
    """PostgreSQL and NATS of this run, with or without the services."""

    data: DataDirectory
    child: Child

    @cached_property
    def ports(self) -> Ports:
        """Where each part listens."""
        return Ports(**remembered(self.data))

    @cached_property
    def postgres(self) -> Postgres:
        """The server."""
        return Postgres(self.data, self.ports.postgres, find_binaries(), None)

    @property
    def nats(self) -> Nats:
        """The broker."""
        return Nats(self.data, self.ports, Path())

    def nats_seed(self, user: str) -> str:
        """The nkey seed of a NATS user."""
        return seed(self.data, user)

    def dsn(self, role: str) -> str:
        """A login role's address of the hub's database."""
        return self.postgres.dsn(role, passwords(self.data)[role])

    def admin_dsn(self, database: str = "nattljus") -> str:
        """The administrator's address of a database."""
        return self.postgres.admin_dsn.rpartition("/")[0] + f"/{database}"

    def environment(self, service: str) -> dict[str, str]:
        """What `nattljus serve` is told."""
        return surroundings(self.data, self.ports, self.postgres, self.nats)[service]

    async def token(self, client: str) -> str:
        """A machine's access token, good for five minutes."""
        return await machine_token(self.ports.address("identity"), client, key_file(self.data.path, client))

    async def fetchval(self, query: str, *arguments: object, database: str = "nattljus") -> object:
        """One value, as the administrator sees it."""
        connection = await asyncpg.connect(self.admin_dsn(database))
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    async def execute(self, script: str, database: str = "nattljus") -> None:
        """A script, as the administrator."""
        connection = await asyncpg.connect(self.admin_dsn(database))
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    async def peers(self) -> str:
        """The address of the peers' database, made on first use."""
        if not await self.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", PEERS):
            await self.execute(f"CREATE DATABASE {PEERS}")
        return self.admin_dsn(PEERS)

    def processes(self) -> dict[str, int]:
        """Name → number of every process of the stack."""
        return {name: int(entry["pid"]) for name, entry in json.loads(self.data.processes.read_text()).items()}

    def free_port(self) -> int:
        """A port for a server of the run."""
        return next_free(FIRST_PORT + 5000, {})


@contextlib.asynccontextmanager
async def up(run: Run, *options: str) -> AsyncIterator[Stack]:
    """`nattljus up` until the block ends. The data directory is the run's own and survives within it. Raises Failed."""
    data = DataDirectory(run.place / "data")
    command = python("deploy.cli", "up", "--data", str(data.path), "--first-port", str(FIRST_PORT + hash(run.place) % 200 * 20), *options)
    say(f"starting {' '.join(('the stack', *options))}")
    async with child("up", command, {}, run.logs) as started:
        await _ready(data, started)
        yield Stack(data, started)


@contextlib.asynccontextmanager
async def organised(run: Run) -> AsyncIterator[Stack]:
    """PostgreSQL and NATS alone, after the organisation was written by a whole hub that ran for a moment before."""
    if not (run.place / "data" / "hub-was-up").exists():
        async with up(run):
            (run.place / "data" / "hub-was-up").touch()
    async with up(run, "--servers-only") as stack:
        yield stack


@contextlib.asynccontextmanager
async def service(run: Run, stack: Stack, name: str) -> AsyncIterator[Child]:
    """One process of the hub as `serve` starts it, ready."""
    async with child(name, python("deploy.cli", "serve", name), stack.environment(name), run.logs) as started:
        if name in HTTP:
            await ready(started, f"{stack.ports.address(name)}/readyz")
        yield started


async def _ready(data: DataDirectory, started: Child) -> None:
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with contextlib.suppress(FileNotFoundError):
            if json.loads(data.hub.read_text())["ready"]:
                return
        if started.process.returncode is not None:
            break
        await asyncio.sleep(0.05)
    raise started.failure("did not start")
