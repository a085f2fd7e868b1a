"""Logging in and out, and the person behind a request."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from services.kit.auth.client import IssuerSilent, LoginRefused, Question, RefreshRefused
from services.portal.hub import Hub, hub_of
from services.portal.language import language_of
from services.portal.person import Person, person_from_claims
from services.portal.portal import Portal, PortalParts, portal_of
from services.portal.sessions import IDLE, NIGHT_SHIFT, Session, Tampered

SESSION_COOKIE = "nattljus"
QUESTION_COOKIE = "nattljus-login"
QUESTION_LIVES = timedelta(minutes=10)
REFRESH_BEFORE = timedelta(seconds=60)

router = APIRouter()


class NotLoggedIn(Exception):
    """The request needs a person, and there is none, or not any more."""


class Waiting(BaseModel):
    """What the browser carries, sealed, while the person is at the issuer."""

    state: str
    nonce: str
    verifier: str
    next: str


@router.get("/login")
async def login(request: Request, portal: PortalParts) -> Response:
    """Send the browser to the issuer. The question travels with it in a sealed cookie, so nothing is stored for strangers."""
    question = Question()
    waiting = Waiting(**asdict(question), next=own_path(request.query_params.get("next", "/")))
    response = _see_other(await portal.login.address(question, language_of(request).value))
    sealed = portal.seal.close(waiting.model_dump_json().encode(), QUESTION_COOKIE.encode()).hex()
    _set_cookie(portal, response, QUESTION_COOKIE, sealed, QUESTION_LIVES)
    return response


@router.get("/login/callback")
async def callback(request: Request, portal: PortalParts) -> Response:
    """The browser is back from the issuer: start a session under a new id, whatever id the browser brought."""
    try:
        sealed = bytes.fromhex(request.cookies.get(portal.cookie(QUESTION_COOKIE), ""))
        waiting = Waiting.model_validate_json(portal.seal.open(sealed, QUESTION_COOKIE.encode()))
        question = Question(waiting.state, waiting.nonce, waiting.verifier)
        tokens = await portal.login.answer(question, dict(request.query_params))
    except (ValueError, Tampered, LoginRefused):
        return portal.render.page(request, "login_failed.html", status=400)
    await _end_session(request, portal)
    session = Session(person=person_from_claims(tokens.claims), tokens=tokens)
    session = session.model_copy(update={"person": await known_to_the_hub(session, hub_of(request))})
    session_id = await portal.sessions.start(session, portal.now())
    response = _see_other(waiting.next)
    _set_cookie(portal, response, SESSION_COOKIE, session_id, NIGHT_SHIFT)
    _drop_cookie(portal, response, QUESTION_COOKIE)
    return response


async def known_to_the_hub(session: Session, hub: Hub) -> Person:
    """The person with the unit and role that the register gives; without them when it knows none, or the login is too weak."""
    try:
        me = await hub.read(session, "/me")
    except HTTPException:
        return session.person
    return session.person.model_copy(
        update={
            "agency": me["agency"],
            "agency_name": me["agencySwedish"],
            "unit": me["unit"],
            "unit_name": me["unitName"],
            "kind": AgencyKind(me["kind"]),
            "role": Role(me["role"]),
        }
    )


@router.post("/logout")
async def logout(request: Request, portal: PortalParts) -> Response:
    """Forget the session here, then let the issuer forget the login too. A silent issuer does not stop the first."""
    session = await _end_session(request, portal)
    address = None
    if session is not None:
        try:
            address = await portal.login.end_session_address(session.tokens.id_token, f"{portal.base}/")
        except IssuerSilent:
            address = None
    response = _see_other(address or "/")
    _drop_cookie(portal, response, SESSION_COOKIE)
    return response


async def session_of(request: Request, *, active: bool = True) -> Session | None:
    """The session behind a request with an access token that lasts, or None. Also notes the person for the page's header."""
    portal = portal_of(request)
    session_id = request.cookies.get(portal.cookie(SESSION_COOKIE))
    if session_id is None:
        return None
    now = portal.now()
    session = await portal.sessions.find(session_id, now, active=active)
    if session is not None and _stale(session, now):
        session = await _renewed(portal, session_id, now)
    request.state.person = session.person if session else None
    return session


async def require_session(request: Request) -> Session:
    """For routes that a person asks for. Raises NotLoggedIn."""
    session = await session_of(request)
    if session is None:
        raise NotLoggedIn
    return session


async def require_background_session(request: Request) -> Session:
    """For what a page fetches by itself, which keeps nobody logged in. Raises NotLoggedIn."""
    session = await session_of(request, active=False)
    if session is None:
        raise NotLoggedIn
    return session


LoggedIn = Annotated[Session, Depends(require_session)]
LoggedInBackground = Annotated[Session, Depends(require_background_session)]


async def ask_to_log_in(request: Request, _error: Exception) -> Response:
    """What someone without a session sees. A form that was sent is kept in the page, so that nothing written is lost."""
    if request.method == "GET":
        address = f"/?{urlencode({'next': own_path(_page_of(request))})}"
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"hx-redirect": address})
        return _see_other(address)
    form = await request.form()
    kept = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return portal_of(request).render.page(request, "expired.html", {"kept": kept}, status=401)


def own_path(address: str) -> str:
    """The address if it is a path on this portal, else the first page: nobody may be led astray by a login link."""
    good = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if good else "/"


def _page_of(request: Request) -> str:
    """The page a person is on; for a piece of a page, htmx says which page it belongs to."""
    current = request.headers.get("hx-current-url", "").removeprefix(portal_of(request).base)
    return current or request.url.path


def _stale(session: Session, now: datetime) -> bool:
    return session.tokens.expires_at - now.timestamp() < REFRESH_BEFORE.total_seconds()


async def _renewed(portal: Portal, session_id: str, now: datetime) -> Session | None:
    """The session with fresh tokens. When the issuer is silent, the old one as long as its token holds."""

    async def renewed(session: Session) -> Session:
        return session.model_copy(update={"tokens": await portal.login.refresh(session.tokens)})

    try:
        return await portal.sessions.renew(session_id, now, lambda session: _stale(session, now), renewed)
    except (RefreshRefused, LoginRefused):
        await portal.sessions.end(session_id)
        return None
    except IssuerSilent:
        session = await portal.sessions.find(session_id, now, active=False)
        if session is not None and session.tokens.expires_at <= now.timestamp():
            raise
        return session


async def _end_session(request: Request, portal: Portal) -> Session | None:
    """End the session that the browser brought, if any; returns what it was."""
    session_id = request.cookies.get(portal.cookie(SESSION_COOKIE))
    if session_id is None:
        return None
    session = await portal.sessions.find(session_id, portal.now(), active=False)
    await portal.sessions.end(session_id)
    return session


def _see_other(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)


def _set_cookie(portal: Portal, response: Response, name: str, value: str, lives: timedelta) -> None:
    """Lax, not Strict: the browser comes back from the issuer by a link of another site, and must bring the cookie."""
    response.set_cookie(
        portal.cookie(name), value, max_age=int(lives.total_seconds()), path="/", secure=portal.https, httponly=True, samesite="lax"
    )


def _drop_cookie(portal: Portal, response: Response, name: str) -> None:
    response.delete_cookie(portal.cookie(name), path="/", secure=portal.https, httponly=True, samesite="lax")


IDLE_MINUTES = int(IDLE.total_seconds()) // 60
