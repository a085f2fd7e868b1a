"""What the portal's routes work with, put together once at start, and how a route gets at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from services.kit.auth.client import LoginClient
from services.portal.rendering import Renderer
from services.portal.sessions import Seal, Sessions


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Portal:
    """The parts of a running portal. `base` is its own address, scheme, host and port only."""

    base: str
    render: Renderer
    sessions: Sessions
    login: LoginClient
    seal: Seal
    now: Callable[[], datetime] = clock

    @property
    def https(self) -> bool:
        """Whether people reach the portal over TLS: always, except on the machine itself."""
        return self.base.startswith("https://")

    def cookie(self, name: str) -> str:
        """The name of a cookie. `__Host-` ties it to this very host, but browsers demand TLS for it.

        On plain http, which `create_app` allows on loopback alone, not every browser keeps a Secure cookie, so the local
        stack goes without prefix and Secure; nobody else can reach it.
        """
        return f"__Host-{name}" if self.https else name


def portal_of(request: Request) -> Portal:
    """The running portal's parts."""
    return cast(Portal, request.app.state.portal)


PortalParts = Annotated[Portal, Depends(portal_of)]
