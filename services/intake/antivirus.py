"""The antivirus: clamd, asked over its socket by its own protocol (INSTREAM, clamd(8)). When it does not answer, a file is unscanned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from contracts.attachment import FileState

log = structlog.get_logger()

CHUNK = 64 * 1024
CONNECT_SECONDS = 2.0
SCAN_SECONDS = 20.0
"""Clamd reads some 20 MB in a second; what takes longer waits, and is looked at again."""
SILENT = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


class Clamd:
    """One clamd. `address` is the path of its socket, or `host:port`."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def answers(self) -> bool:
        """Whether it is there."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS), self._connected() as (reader, writer):
                writer.write(b"zPING\0")
                return await reader.readuntil(b"\0") == b"PONG\0"
        except SILENT:
            return False

    async def scan(self, content: bytes) -> FileState:
        """What it says of these bytes; UNSCANNED when it says nothing, UNREADABLE when it cannot look into them."""
        try:
            async with asyncio.timeout(SCAN_SECONDS), self._connected() as (reader, writer):
                answer = asyncio.ensure_future(reader.readuntil(b"\0"))  # it may say why and hang up while it is still being told
                try:
                    with suppress(ConnectionError):
                        await _send(writer, content, answer)
                    return _verdict(await answer)
                finally:
                    answer.cancel()
        except SILENT as error:
            log.warning("the antivirus does not answer", reason=type(error).__name__)
            return FileState.UNSCANNED

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(CONNECT_SECONDS):
            if self._address.startswith("/"):
                reader, writer = await asyncio.open_unix_connection(self._address)
            else:
                host, _, port = self._address.rpartition(":")
                reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, content: bytes, answer: asyncio.Future[bytes]) -> None:
    """The bytes in chunks, each after its length (four octets, big end first); no length ends them. Not on, once it has answered."""
    writer.write(b"zINSTREAM\0")
    whole = memoryview(content)
    for start in range(0, len(whole), CHUNK):
        part = whole[start : start + CHUNK]
        writer.write(len(part).to_bytes(4, "big"))
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0)  # what it says meanwhile is to be heard before it hangs up
        if answer.done():
            return
    writer.write(bytes(4))
    await writer.drain()


def _verdict(answer: bytes) -> FileState:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`, or an error such as `INSTREAM size limit exceeded. ERROR`."""
    if answer == b"stream: OK\0":
        return FileState.CLEARED
    if answer.endswith(b" FOUND\0"):
        return FileState.MALWARE
    log.warning("the antivirus cannot look into a file", said=answer.rstrip(b"\0").decode("ascii", "replace")[:80])
    return FileState.UNREADABLE
