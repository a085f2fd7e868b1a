"""Limits before anything is parsed: a body that is too large is refused while it arrives."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1024 * 1024
TOO_LARGE = json.dumps({
    "type": "urn:nattljus:problem:too-large", "title": "Too large", "status": 413,
    "detail": "What you sent is larger than 1 MiB. Shorten it; nothing was stored.",
}).encode()


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Refuses bodies over LARGEST_BODY bytes with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise _TooLarge
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLarge:
            headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(TOO_LARGE)).encode())]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": TOO_LARGE})
