"""Kept HTTP/1.1 connections for those who send much: a request's bytes out, an answer's head and body in, parsed no further than needed."""

import asyncio
import re
import time
from collections import defaultdict
from typing import cast

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
IDLE_SECONDS = 3.0
"""A connection that was not used for so long is not used again: the server ends it after five, perhaps just when we send."""


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own says nothing of it
        self.open = True

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self._got, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._got) >= whole and self._answer and not self._answer.done():
            head, body = bytes(self._got[:end]), bytes(self._got[end + 4 : whole])
            self._got.clear()
            self._answer.set_result((head, body))

    def connection_lost(self, error: Exception | None) -> None:
        """The other side hung up."""
        self.open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server hung up"))

    async def exchange(self, request: bytes) -> tuple[bytes, bytes]:
        """One request, one answer: head and body. Raises OSError; a connection that is left while it waits is of no more use."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hangs up."""
        self.open = False
        self._transport.abort()


class Connections:
    """Connections to several servers, each used again when it is free; from the address `source` of this machine where one is named."""

    def __init__(self, source: str = "") -> None:
        self._source = source
        self._free: dict[tuple[str, int], list[tuple[Connection, float]]] = defaultdict(list)

    async def exchange(self, host: str, port: int, request: bytes) -> tuple[bytes, bytes]:
        """One request to a server, one answer: head and body. Raises OSError."""
        connection = self._fresh(host, port) or await connect(host, port, self._source)
        answer = await connection.exchange(request)
        self._free[host, port].append((connection, time.monotonic()))
        return answer

    def _fresh(self, host: str, port: int) -> Connection | None:
        """The free one that was used last, if that is not long ago; else all of them are hung up."""
        free = self._free[host, port]
        while free:
            connection, used = free.pop()
            if connection.open and time.monotonic() - used < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    def close(self) -> None:
        """Hangs all of them up."""
        for connection, _ in (each for free in self._free.values() for each in free):
            connection.close()


async def connect(host: str, port: int, source: str = "") -> Connection:
    """A new connection. Raises OSError."""
    ours = (source, 0) if source else None
    _, made = await asyncio.get_running_loop().create_connection(Connection, host, port, local_addr=ours)
    return made
