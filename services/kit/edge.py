"""The outer edge of a service: bodies that are too large, and faults that nobody foresaw, end here without a word of their content."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

MIB = 1024 * 1024
LARGEST_BODY = MIB
TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class _TooLarge(Exception):
    """A body is larger than so many octets."""

    def __init__(self, octets: int) -> None:
        super().__init__()
        self.octets = octets


@dataclass(frozen=True)
class Roomy:
    """Addresses to which more may be sent: `path` as a whole matches, `octets` is the largest body."""

    path: re.Pattern[str]
    octets: int


def _problem(status: int, code: str, detail: str) -> bytes:
    body = {"type": f"urn:nattljus:problem:{code}", "title": code.replace("-", " ").capitalize(), "status": status, "detail": detail}
    return json.dumps(body).encode()


def _too_large(octets: int) -> bytes:
    return _problem(413, "too-large", f"What you sent is larger than {octets // MIB} MiB. Make it smaller; nothing was stored.")


UNFORESEEN = _problem(
    500, "unforeseen", "Something broke in the hub; it has been noted. If you were sending something, send the same again."
)


class Edge:
    """Refuses bodies over LARGEST_BODY with 413; answers an unforeseen error with 500 and notes where it happened, never with what.

    `roomy` are the addresses that take more.
    """

    def __init__(self, app: ASGIApp, roomy: Sequence[Roomy] = ()) -> None:
        self._app, self._roomy = app, roomy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(dict(scope["headers"]), receive, send, self._largest(scope["path"]) if self._roomy else LARGEST_BODY)
        try:
            if exchange.said_length > exchange.largest:
                raise _TooLarge(exchange.largest)  # noqa: TRY301  answered with the others
            await self._app(scope, exchange.receive, exchange.send)
        except _TooLarge as error:
            await exchange.answer(413, _too_large(error.octets))
        except Exception as error:  # the last resort: a fault in one request must not name a child in a log
            log.error("unforeseen", service=scope["path"].split("/")[1], exc_info=error)  # noqa: TRY400  where_it_happened takes it
            await exchange.answer(500, UNFORESEEN)

    def _largest(self, path: str) -> int:
        return next((each.octets for each in self._roomy if each.path.fullmatch(path)), LARGEST_BODY)


class _Exchange:
    """One request and its answer, counted and traced."""

    def __init__(self, headers: Mapping[bytes, bytes], receive: Receive, send: Send, largest: int) -> None:
        self._receive, self._send, self.largest = receive, send, largest
        said, trace = headers.get(b"content-length", b"0"), headers.get(b"traceparent", b"")
        self.said_length = int(said) if said.isdigit() else 0
        self._trace = [(b"traceparent", trace)] if TRACEPARENT.fullmatch(trace) else []
        self.seen, self._started = 0, False

    def read(self, octets: int) -> None:
        """Counts; raises _TooLarge."""
        self.seen += octets
        if self.seen > self.largest:
            raise _TooLarge(self.largest)

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
