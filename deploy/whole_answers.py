"""HTTP as uvicorn speaks it, with an answer's head and body in one packet: each packet costs both ends a system call and a waking."""

import asyncio
from typing import cast

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Joining:
    """A transport that holds what is written until more is written, or until the event loop's next turn: it never holds two pieces."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._loop, self._held = transport, asyncio.get_running_loop(), b""

    def __getattr__(self, name: str) -> object:
        """Everything else is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """As a transport's."""
        if self._held:
            self._held += data
            self._let_go()
        else:
            self._held = data
            self._loop.call_soon(self._let_go)

    def close(self) -> None:
        """As a transport's: what was written before goes out."""
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)


class WholeAnswers(HttpToolsProtocol):
    """uvicorn's own protocol, over such a transport."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(cast("asyncio.Transport", Joining(transport)))
