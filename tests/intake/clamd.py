"""A clamd that speaks the protocol and knows one malware: the test text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.intake.pictures import eicar


@dataclass
class FakeClamd:
    """What it was shown, and how it behaves: `largest` octets, and whether it says anything at all."""

    largest: int = 100 * 1024 * 1024
    silent: bool = False
    seen: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        try:
            match await reader.readuntil(b"\0"):
                case b"zPING\0":
                    writer.write(b"PONG\0")
                case b"zINSTREAM\0":
                    writer.write(await self._scan(reader))
                    await writer.drain()
                    await asyncio.sleep(0.05)
                case _:
                    writer.write(b"UNKNOWN COMMAND\0")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # it hung up
        finally:
            writer.close()

    async def _scan(self, reader: asyncio.StreamReader) -> bytes:
        content = bytearray()
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(length)
            if len(content) > self.largest:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.seen.append(bytes(content))
        if self.silent:
            await asyncio.sleep(3600)
        return b"stream: Eicar-Test-Signature FOUND\0" if eicar() in content else b"stream: OK\0"


@asynccontextmanager
async def clamd_at(address: Path, **how: int | bool) -> AsyncIterator[FakeClamd]:
    """One that listens at this path."""
    clamd = FakeClamd(**how)  # type: ignore[arg-type]
    server = await asyncio.start_unix_server(clamd.serve, address)
    try:
        yield clamd
    finally:
        server.close()
