"""The pages that need no login: the first page, the accessibility statement and the legal notes; and the probes."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from services.portal.door import door_in
from services.portal.limits import limits
from services.portal.login import IDLE_MINUTES, own_path, session_of
from services.portal.portal import PortalParts

router = APIRouter()


@router.get("/")
async def first_page(request: Request, portal: PortalParts) -> Response:
    """What Nattljus is and where to log in; for somebody logged in, where they can go."""
    await session_of(request)
    wanted = request.query_params.get("next")
    context = {
        "next": own_path(wanted or "/"),
        "ended": wanted is not None,
        "idle_minutes": IDLE_MINUTES,
        "door": door_in(request) is not None,
    }
    return portal.render.page(request, "first.html", context)


@router.get("/accessibility")
async def accessibility(request: Request, portal: PortalParts) -> Response:
    """The accessibility statement (lag 2018:1937, 13 §)."""
    await session_of(request)
    return portal.render.page(request, "accessibility.html")


@router.get("/legal")
async def legal(request: Request, portal: PortalParts) -> Response:
    """Which rules the hub follows, with their sections."""
    await session_of(request)
    return portal.render.page(request, "legal.html", {"limits": limits()})


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(portal: PortalParts) -> Response:
    """Whether people can log in: 200, or 503 as a problem that says what is missing (RFC 9457)."""
    try:
        await portal.sessions.ready()
    except (SQLAlchemyError, OSError) as error:
        problem = {"type": "about:blank", "title": "Not ready", "status": 503, "detail": f"sessions: {type(error).__name__}"}
        return JSONResponse(problem, status_code=503, media_type="application/problem+json")
    return JSONResponse({"status": "ok"})
