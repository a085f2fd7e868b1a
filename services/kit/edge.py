"""The outer edge of a service: bodies that are too large, and faults that nobody foresaw, end here without a word of their content."""

import json
import re
from collections.abc import Mapping

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class _TooLarge(Exception):
    pass


def _problem(status: int, code: str, detail: str) -> bytes:
    body = {"type": f"urn:nattljus:problem:{code}", "title": code.replace("-", " ").capitalize(), "status": status, "detail": detail}
    return json.dumps(body).encode()


TOO_LARGE = _problem(413, "too-large", "What you sent is larger than 1 MiB. Shorten it; nothing was stored.")
UNFORESEEN = _problem(
    500, "unforeseen", "Something broke in the hub; it has been noted. If you were sending something, send the same again."
)


class Edge:
    """Refuses bodies over LARGEST_BODY with 413; answers an unforeseen error with 500 and notes where it happened, never with what."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(dict(scope["headers"]), receive, send)
        try:
            if exchange.said_length > LARGEST_BODY:
                raise _TooLarge  # noqa: TRY301  answered with the others
            await self._app(scope, exchange.receive, exchange.send)
        except _TooLarge:
            await exchange.answer(413, TOO_LARGE)
        except Exception as error:  # the last resort: a fault in one request must not name a child in a log
            log.error("unforeseen", service=scope["path"].split("/")[1], exc_info=error)  # noqa: TRY400  where_it_happened takes it
            await exchange.answer(500, UNFORESEEN)


class _Exchange:
    """One request and its answer, counted and traced."""

    def __init__(self, headers: Mapping[bytes, bytes], receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        said, trace = headers.get(b"content-length", b"0"), headers.get(b"traceparent", b"")
        self.said_length = int(said) if said.isdigit() else 0
        self._trace = [(b"traceparent", trace)] if TRACEPARENT.fullmatch(trace) else []
        self.seen, self._started = 0, False

    def read(self, octets: int) -> None:
        """Counts; raises _TooLarge."""
        self.seen += octets
        if self.seen > LARGEST_BODY:
            raise _TooLarge

    async def receive(self) -> Message:
        """The next part of the request."""
        message = await self._receive()
        self.read(len(message.get("body", b"")))
        return message

    async def send(self, message: Message) -> None:
        """The next part of the application's answer; once the body was too large, whatever the application says is not sent."""
        if not self._started:
            self.read(0)
        if message["type"] == "http.response.start":
            self._started = True
            message["headers"] = [*message["headers"], *self._trace]
        await self._send(message)

    async def answer(self, status: int, body: bytes) -> None:
        """Our own answer in place of the application's. Raises ConnectionAbortedError when that has begun already."""
        if self._started:
            raise ConnectionAbortedError("answer broken off") from None
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", length), *self._trace]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
