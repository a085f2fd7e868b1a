"""A TCP proxy that can be taken down, fall silent without a word, and lose what a test names: the network on its bad days."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from deploy.local.ports import LOOPBACK

CHUNK = 65_536


class Line:
    """One connection through the proxy. `lost` is free for a tap to remember that it waits for an answer to lose."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.lost = False

    def cut(self) -> None:
        """Ends both sides at once."""
        for side in (self.client, self.server):
            side.transport.abort()


Tap = Callable[[Line, bytes], bytes]
"""Sees what passes on a line and gives what is to be passed on."""


def unchanged(_line: Line, data: bytes) -> bytes:
    """Everything passes."""
    return data


class Proxy:
    """Stands before a server on this machine.

    `silent` swallows everything in both directions and closes nothing, as a network does that drops packets; `delay` is seconds
    before each piece passes. `to_server` and `to_client` may change, swallow or watch what passes.
    """

    def __init__(self, address: str) -> None:
        """`address` is the server's URL: `nats://…` or a DSN."""
        url = urlsplit(address)
        self._host, self._port = url.hostname or LOOPBACK, url.port or 0
        self.silent = False
        self.delay = 0.0
        self.to_server: Tap = unchanged
        self.to_client: Tap = unchanged
        self.port = 0
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        await self.down()

    def before(self, address: str) -> str:
        """The same URL, through this proxy."""
        url = urlsplit(address)
        credentials = url.netloc.rpartition("@")[0]
        return urlunsplit(url._replace(netloc=f"{credentials}@{LOOPBACK}:{self.port}" if credentials else f"{LOOPBACK}:{self.port}"))

    async def up(self) -> None:
        """Listens, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuses whoever comes, and cuts whoever is there."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        while self._tasks:
            self.cut()
            await asyncio.sleep(0.001)

    def cut(self) -> None:
        """Ends every connection there is."""
        for line in list(self._lines):
            line.cut()

    async def _serve(self, from_client: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            from_server, server = await asyncio.open_connection(self._host, self._port)
        except OSError:
            client.transport.abort()
            return
        line = Line(client, server)
        self._lines.add(line)
        try:
            there = self._pass_on(line, from_client, server, lambda data: self.to_server(line, data))
            back = self._pass_on(line, from_server, client, lambda data: self.to_client(line, data))
            await asyncio.gather(there, back)
        finally:
            self._lines.discard(line)
            line.cut()

    async def _pass_on(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tap: Callable[[bytes], bytes]) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await asyncio.sleep(self.delay)
                passed = b"" if self.silent else tap(data)
                if passed:
                    writer.write(passed)
                    await writer.drain()
        if not self.silent:
            line.cut()


READY_FOR_QUERY = b"Z\x00\x00\x00\x05I"
"""How an answer of PostgreSQL ends, outside a transaction."""


def lose_answer_to(proxy: Proxy, marker: bytes) -> asyncio.Event:
    """The first statement whose arguments hold the marker is carried out, and the line is cut before its answer arrives. Set when lost."""
    lost = asyncio.Event()

    def asked(line: Line, data: bytes) -> bytes:
        line.lost = line.lost or (marker in data and not lost.is_set())
        return data

    def answered(line: Line, data: bytes) -> bytes:
        if not line.lost or lost.is_set():
            return data
        if data.endswith(READY_FOR_QUERY):
            lost.set()
            line.cut()
        return b""

    proxy.to_server, proxy.to_client = asked, answered
    return lost


class WithoutNotifications:
    """A tap on PostgreSQL's answers that takes every notification (`A`) out: a LISTEN that never delivers. Needs `sslmode=disable`."""

    def __init__(self) -> None:
        self.swallowed = 0
        self._rest: dict[Line, bytes] = {}

    def __call__(self, line: Line, data: bytes) -> bytes:
        """What passes: whole messages only, each one byte of kind and four of length."""
        data, passed = self._rest.get(line, b"") + data, b""
        while len(data) >= 5 and len(data) > int.from_bytes(data[1:5], "big"):
            end = 1 + int.from_bytes(data[1:5], "big")
            if data[:1] == b"A":
                self.swallowed += 1
            else:
                passed += data[:end]
            data = data[end:]
        self._rest[line] = data
        return passed
