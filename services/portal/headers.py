"""What every answer says to the browser about what it may do with the page."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_security_policy(issuer: str) -> str:
    """Only our own files, nothing inline, no frames.

    `img-src data:` is for the icons inside the design system's CSS. `form-action` names the issuer because browsers apply it
    to the redirect after a form too, and logging out is a form whose answer leads to the issuer.
    """
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def security_headers(issuer: str, *, https: bool) -> dict[str, str]:
    """The headers of every answer; pages are never stored, since they are about people."""
    headers = {
        "content-security-policy": content_security_policy(issuer),
        "x-content-type-options": "nosniff",
        # Nothing leaves for other sites; on our own the browser keeps sending Origin with a form, which `origin.py` reads.
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    return headers | ({"strict-transport-security": "max-age=63072000"} if https else {})


class SecurityHeaders:
    """Adds the headers to every HTTP answer that does not set them itself."""

    def __init__(self, app: ASGIApp, *, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the answer's first message."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
