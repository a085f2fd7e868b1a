"""A form may only come from our own pages: the check that stops another site from sending one in a person's name."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def from_own_page(headers: Headers, origin: str) -> bool:
    """Whether a request that changes something comes from a page of `origin`.

    The browser says so itself in `Origin` and `Sec-Fetch-Site`, which no page can set; what says neither is refused. The
    session cookie's SameSite=Lax is the first wall, this the second.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    sender = headers.get("origin")
    return sender == origin if sender is not None else site == "same-origin"


class OwnPagesOnly:
    """Answers 403 to every unsafe request from elsewhere, by way of `refusal`, an ASGI application."""

    def __init__(self, app: ASGIApp, *, origin: str, refusal: ASGIApp) -> None:
        self._app = app
        self._origin = origin
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE
        app = self._refusal if unsafe and not from_own_page(Headers(scope=scope), self._origin) else self._app
        await app(scope, receive, send)
