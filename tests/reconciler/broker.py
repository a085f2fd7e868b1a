"""A NATS of a test's own, whose files it may damage: stopped cleanly or killed, and started again when the test says so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest_asyncio

from deploy.local import nats
from deploy.local.data import DataDirectory, open_data
from deploy.local.nats import Nats, seed
from deploy.local.ports import choose_ports
from deploy.local.progress import silently
from deploy.nats.streams import DEPLOY, ensure_streams
from tests.place import Place, Streams, as_deploy
from tests.stack import Servers, first_port, worker_number


@dataclass(frozen=True)
class Apart(Servers):
    """The worker's PostgreSQL, and a NATS of the test's own."""

    broker: Nats

    @property
    def nats(self) -> str:
        """NATS' address."""
        return self.broker.url

    @property
    def nats_monitor(self) -> str:
        """Base URL of NATS' monitoring."""
        return self.broker.monitor

    def seed(self, user: str) -> str:
        """The nkey seed of a NATS user."""
        return seed(self.broker.data, user)


class Broker:
    """The server and its files."""

    def __init__(self, server: Nats) -> None:
        self.server, self._program = server, server.program()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def streams(self) -> Path:
        """The folder with a folder for each stream."""
        [folder] = (self.server.data.nats / "jetstream").glob("**/streams")
        return folder

    @property
    def block(self) -> Path:
        """The largest file with messages of intake's stream."""
        return max(self.streams.glob("INTAKE/msgs/*.blk"), key=lambda file: file.stat().st_size)

    async def start(self) -> None:
        """Starts it and waits until it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            *self._program.command, env=dict(self._program.environment), stderr=asyncio.subprocess.DEVNULL
        )
        while await self._program.ready():  # noqa: ASYNC110  another process
            await asyncio.sleep(0.05)

    async def stop(self, *, kill: bool = False) -> None:
        """Stops it: cleanly, or as a power cut would."""
        if self._process and self._process.returncode is None:
            (self._process.kill if kill else self._process.terminate)()
            await self._process.wait()


def flip(file: Path, at: int) -> None:
    """Turns one bit over."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A NATS with both streams, empty."""
    data: DataDirectory = open_data(tmp_path / "broker")
    broker = Broker(nats.prepare(data, choose_ports(data, None, silently, first_port(40 + worker_number() % 4 * 5))))
    await broker.start()
    try:
        await ensure_streams(broker.server.url, seed(data, DEPLOY))
        yield broker
    finally:
        await broker.stop()


@pytest_asyncio.fixture
async def apart(place: Place, broker: Broker) -> Place:
    """The test's database, and its own NATS beside it."""
    return replace(place, servers=Apart(place.servers.data, broker.server))


@pytest_asyncio.fixture
async def copies(apart: Place) -> AsyncIterator[Streams]:
    """The streams of the test's own NATS."""
    async with as_deploy(apart.servers) as streams:
        yield streams
