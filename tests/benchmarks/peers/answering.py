"""Not a peer but the load generator's own bound: a socket that answers every request with the same bytes."""

import asyncio
import os
from typing import cast

import uvloop

ANSWER = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"


class Socket(asyncio.Protocol):
    """One connection; a request ends where its body does, and comes in one piece or two."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport, self._got = cast("asyncio.Transport", transport), b""

    def data_received(self, data: bytes) -> None:
        """Answers what is whole."""
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        head = self._got[:end].lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if end >= 0 and len(self._got) >= end + 4 + length:
            self._got = self._got[end + 4 + length :]
            self._transport.write(ANSWER)


async def main() -> None:
    """Serves until it is stopped."""
    server = await asyncio.get_running_loop().create_server(Socket, "127.0.0.1", int(os.environ["PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
