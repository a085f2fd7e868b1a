"""The portal as an ASGI application: the only place where its parts are put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.middleware.gzip import GZipMiddleware

from services.kit.auth.client import LoginClient
from services.kit.edge import Edge
from services.kit.settings import Settings
from services.portal import first_pages, live, login
from services.portal.assets import Assets
from services.portal.door import door_of
from services.portal.errors import answer_troubles, own_pages_only
from services.portal.headers import SecurityHeaders, security_headers
from services.portal.hub import Hub, HubRefused, TokenRefused
from services.portal.origin import OwnPagesOnly
from services.portal.pages import (
    advice,
    advising,
    attachments,
    board,
    case,
    consultation,
    consultation_figures,
    consultations,
    directory,
    drafts,
    earlier,
    invitations,
    missing_reasons,
    night_report,
    private,
    quarantine,
    receipt,
    referral,
    scene,
    scene_call,
    scene_referral,
    scenes,
    sent,
    services,
    sip,
    supplement,
)
from services.portal.portal import Portal
from services.portal.refusals import show_refusal
from services.portal.rendering import Renderer
from services.portal.sessions import Sessions, seal_from_setting

SCOPE = "openid profile offline_access https://id.oidc.se/scope/naturalPersonOrgId nattljus"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ANSWER_WITHIN = httpx2.Timeout(10.0, connect=3.0)


def create_app(settings: Settings, http: httpx2.AsyncClient | None = None) -> FastAPI:
    """The portal. Connects to nothing before the first request. `http` is how it reaches the issuer and the services.

    Raises ValueError when a setting cannot be used, in words that say which.
    """
    base = settings.portal.rstrip("/")
    https = base.startswith("https://")
    if not https and urlsplit(base).hostname not in LOOPBACK:
        raise ValueError(f"NATTLJUS_PORTAL must be an https address, or http on loopback; it is {base!r}")
    seal = seal_from_setting(settings.session_key.get_secret_value())
    engine = create_async_engine(settings.dsn.replace("postgresql://", "postgresql+asyncpg://", 1), pool_pre_ping=True)
    http = http or httpx2.AsyncClient(timeout=ANSWER_WITHIN, trust_env=False)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(app.state.live.follow(settings), name="live") if settings.nats else None
        yield
        if following:
            following.cancel()
        await http.aclose()
        await engine.dispose()

    app = FastAPI(title="Nattljus", lifespan=lifespan, openapi_url=None)
    assets = Assets()
    app.state.live = live.Live()
    hub = app.state.hub = Hub(http, {"intake": settings.intake, "liaison": settings.liaison, "projections": settings.projections})
    app.state.portal = Portal(
        base=base,
        render=Renderer(assets, https=https),
        sessions=Sessions(engine, seal),
        login=LoginClient(
            http,
            issuer=settings.issuer,
            client_id=settings.client_id,
            client_key=settings.client_key.get_secret_value(),
            redirect_uri=f"{base}/login/callback",
            scope=SCOPE,
        ),
        seal=seal,
    )
    app.state.door = door_of(hub, http, settings)
    # Only files are compressed: a page that mixes what a stranger may choose with what only its reader may know must not be.
    app.mount("/static", GZipMiddleware(assets))
    app.include_router(first_pages.router)
    app.include_router(login.router)
    app.include_router(live.router)
    working = (advice, advising, board, sip, case, earlier, missing_reasons, night_report, quarantine)
    reporting = (referral, drafts, receipt, sent, supplement, attachments)
    asking = (consultations, consultation_figures, consultation)  # the last one takes any address below the others
    calling = (scene_call, scenes, scene_referral, scene)  # so here
    for page in (*working, *asking, *calling, directory, services, invitations, *reporting):
        app.include_router(page.router)
    app.include_router(private.router)
    answer_troubles(app)
    app.add_exception_handler(login.NotLoggedIn, login.ask_to_log_in)
    app.add_exception_handler(TokenRefused, login.ask_to_log_in)
    app.add_exception_handler(HubRefused, show_refusal)
    app.add_middleware(Edge, roomy=[attachments.ROOMY])
    app.add_middleware(OwnPagesOnly, origin=base, refusal=own_pages_only)
    app.add_middleware(SecurityHeaders, headers=security_headers(settings.issuer, https=https))
    return app
