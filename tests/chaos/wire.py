"""The network between a process and a server: a TCP proxy that can fall silent, slow down, break, and lose one answer."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import cast

from deploy.local.ports import LOOPBACK

READY_FOR_QUERY = b"Z\x00\x00\x00\x05I"
"""How an answer of PostgreSQL ends, outside a transaction: whatever was to be committed is committed."""
Which = Callable[["Line"], bool]


def nobody(_line: "Line") -> bool:
    """No line."""
    return False


class Line:
    """One connection: its two ends. `hello` is the first that the client said, by which PostgreSQL's sessions are told apart."""

    def __init__(self, wire: "Wire") -> None:
        self.wire = wire
        self.client = End(self, from_client=True)
        self.server = End(self, from_client=False)
        self.hello = b""
        self.asked = False

    def cut(self) -> None:
        """Ends both sides at once."""
        for end in (self.client, self.server):
            if end.transport:
                end.transport.abort()

    def close(self) -> None:
        """Ends both sides when they have said what they had to say."""
        for end in (self.client, self.server):
            if end.transport and not end.transport.is_closing():
                end.transport.close()


class End(asyncio.Protocol):
    """One end of a line: what it hears the other end says."""

    def __init__(self, line: Line, *, from_client: bool) -> None:
        self._line, self._from_client = line, from_client
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self._late: deque[bytes] = deque()
        self._early: bytes | None = b"" if from_client else None

    @property
    def _other(self) -> "End":
        return self._line.server if self._from_client else self._line.client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Joined; what the client says before the server's end is joined too is kept for it."""
        self.transport = cast("asyncio.Transport", transport)
        if self._from_client:
            self._line.wire.join(self._line)
        else:
            self._line.client.said_early()

    def data_received(self, data: bytes) -> None:
        """Passed on, now or later or never."""
        line = self._line
        if self._from_client and len(line.hello) < 512:
            line.hello += data[:512]
        if line.wire.silent(line):
            return
        if line.wire.lost(line, data, from_client=self._from_client):
            line.cut()
            return
        if line.wire.delay or self._late:
            self._late.append(data)
            asyncio.get_running_loop().call_later(line.wire.delay, self._pass_on_late)
        else:
            self._pass_on(data)

    def said_early(self) -> None:
        """Passes on what was said before the other end was there."""
        early, self._early = self._early, None
        if early:
            self._pass_on(early)

    def _pass_on_late(self) -> None:
        self._pass_on(self._late.popleft())

    def _pass_on(self, data: bytes) -> None:
        other = self._other.transport
        if self._early is not None:
            self._early += data
        elif other and not other.is_closing():
            other.write(data)

    def pause_writing(self) -> None:
        """Our reader is slow: the other end waits."""
        if self._other.transport and not self._other.transport.is_closing():
            self._other.transport.pause_reading()

    def resume_writing(self) -> None:
        """It goes on."""
        if self._other.transport and not self._other.transport.is_closing():
            self._other.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """The other end hears of it, unless nothing is to be heard: then it is left alone until the line is cut."""
        del error
        line, self.lost = self._line, True
        if line.client.lost and (line.server.lost or line.server.transport is None):
            line.wire.lines.discard(line)
        elif not line.wire.silent(line):
            line.close()


class Wire:
    """Stands before the server on one of the ports `targets` of this machine, the first that answers; `port` is its own."""

    def __init__(self, name: str, *targets: int) -> None:
        self.name, self.targets, self.port = name, targets, 0
        self.lines: set[Line] = set()
        self.silent: Which = nobody
        self.delay = 0.0
        self.losing: Which = nobody
        self.losses = 0
        self._server: asyncio.Server | None = None
        self._joining: set[asyncio.Task[None]] = set()

    async def up(self) -> None:
        """Listens, on the same port as before."""
        self._server = await asyncio.get_running_loop().create_server(lambda: Line(self).client, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def down(self) -> None:
        """Refuses whoever comes and cuts whoever is there."""
        if self._server:
            self._server.close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """Ends every connection there is."""
        for line in list(self.lines):
            line.cut()

    def join(self, line: Line) -> None:
        """Connects a new line to the server."""
        self.lines.add(line)
        task = asyncio.get_running_loop().create_task(self._join(line))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)

    async def _join(self, line: Line) -> None:
        for target in self.targets:
            with contextlib.suppress(OSError):
                await asyncio.get_running_loop().create_connection(lambda: line.server, LOOPBACK, target)
                break
        if line.server.transport is None or line.client.transport is None or line.client.transport.is_closing():
            line.cut()

    def lost(self, line: Line, data: bytes, *, from_client: bool) -> bool:
        """Whether this is the end of an answer that is to be lost: it was asked for after `losing` was set, and carried out."""
        if not self.losing(line):
            return False
        if from_client:
            line.asked = True
            return False
        if line.asked and data.endswith(READY_FOR_QUERY):
            self.losses += 1
            self.losing = nobody
            return True
        return False
