"""The test identity provider's addresses, put together."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.local.identity.assertion import register_assertion
from deploy.local.identity.grants import register_grants
from deploy.local.identity.keys import SigningKeys
from deploy.local.identity.machines import ensure_machine_keys
from deploy.local.identity.pages import Pages
from deploy.local.identity.provider import EndSession, Provider
from deploy.local.identity.server import IdentityServer
from deploy.local.identity.settings import CannotStartError, Settings
from deploy.local.identity.store import Store
from deploy.local.organisation import load
from deploy.local.trouble import Trouble

_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """The headers that every answer carries."""
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def create_app(settings: Settings) -> Starlette:
    """The provider. Raises CannotStartError outside a local stack. `app.state.store` is closed when the app stops."""
    settings.require_safe_surroundings()
    ensure_machine_keys(settings.data)
    organisation = load()
    store = Store(settings.directory)
    server = IdentityServer(settings, organisation, store, SigningKeys(settings.directory))
    register_grants(server)
    register_assertion(server, settings.issuer + "/token")
    server.register_endpoint(EndSession)
    provider = Provider(server, Pages(organisation, settings.portal))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/jwks", provider.jwks),
            Route("/authorize", provider.authorize, methods=["GET", "POST"]),
            Route("/token", provider.token, methods=["POST"]),
            Route("/userinfo", provider.userinfo, methods=["GET", "POST"]),
            Route("/end_session", provider.end_session, methods=["GET", "POST"]),
            Route("/livez", provider.alive),
            Route("/readyz", provider.ready),
        ],
        middleware=[
            # Only our own names: a page elsewhere must not reach us through a name that it points at this machine.
            Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", str(urlsplit(settings.issuer).hostname)]),
            Middleware(BaseHTTPMiddleware, dispatch=add_headers),
        ],
        lifespan=lifespan,
    )
    app.state.store = store
    return app


def main() -> None:
    """Serve the provider until it is told to stop. Exit code 2: it must not, or cannot, run with these settings."""
    try:
        settings = Settings()
        app = create_app(settings)
    except (CannotStartError, ValidationError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise SystemExit(trouble.exit_code) from trouble
    # No access log: addresses carry ID tokens at logout, and those carry names.
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, server_header=False, log_level="warning")
