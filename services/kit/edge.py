"""The outer edge of a service: bodies that are too large, and faults that nobody foresaw, end here without a word of their content."""

import json

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024


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
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            await _answer(send, 413, TOO_LARGE)
        except Exception as error:  # the last resort: a fault in one request must not name a child in a log
            log.error("unforeseen", service=scope["path"].split("/")[1], exc_info=error)  # noqa: TRY400  where_it_happened takes it
            if started:
                raise ConnectionAbortedError("answer broken off") from None
            await _answer(send, 500, UNFORESEEN)


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
