"""What a person reads when something does not work: what happened, and what to do now, in plain words."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit.auth.client import IssuerSilent
from services.portal.language import N_
from services.portal.portal import portal_of

log = structlog.get_logger()


class HubSilent(Exception):
    """A service of the hub does not answer, or not with an answer."""


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble: title, what it means, what to do. Message ids; the page translates them."""

    title: str
    meaning: str
    advice: str


REFUSED = Trouble(
    N_("This cannot be done now"),
    N_("Somebody else may have been faster, or the case is in another state than your page shows."),
    N_("Go back, load the page again and look at what it says now."),
)
NOT_YOURS = Trouble(
    N_("This is not open to you"),
    N_("You are logged in, but your unit or your role may not see or do this."),
    N_("If you should, ask your team lead. Your role in the hub is set by the steward of the directory."),
)
WEAK_LOGIN = Trouble(
    N_("Log in in a safer way"),
    N_("You are logged in, but not in a way that is safe enough for what stands here about children."),
    N_("Log out, and log in again with an e-identification of level 3 or higher, such as your service card."),
)
UNKNOWN_PERSON = Trouble(
    N_("The hub does not know your unit yet"),
    N_("You are logged in, but you are not entered in the directory, so nothing here can be shown to you."),
    N_("Ask your team lead to have you entered, then log out and in again. If a child cannot wait: ring."),
)
NOTHING_HERE = Trouble(
    N_("There is nothing here"),
    N_("The address leads to nothing that you may see."),
    N_("Check the address or the code, or start from the first page."),
)
NOT_UNDERSTOOD = Trouble(
    N_("Something in the form could not be read"),
    N_("Nothing was sent."),
    N_("Go back – what you wrote is usually still there – correct it and send again."),
)
OUR_FAULT = Trouble(
    N_("Something went wrong with us"),
    N_("It is not your fault. If you were sending something and saw no receipt, it has not arrived."),
    N_("Go back and try once more. If it happens again, telephone instead and tell support the reference below."),
)
HUB_SILENT = Trouble(
    N_("The hub does not answer"),
    N_("What you sent has only arrived if you saw a receipt with a code."),
    N_("Go back and send the same again in a minute: it will not be counted twice. If the child cannot wait, telephone now."),
)
LOGIN_SILENT = Trouble(
    N_("The login service does not answer"),
    N_("You cannot be logged in just now."),
    N_("Try again in a minute. If the child cannot wait, telephone now."),
)
TROUBLES = {
    403: NOT_YOURS, 404: NOTHING_HERE, 405: NOTHING_HERE, 409: REFUSED, 400: NOT_UNDERSTOOD, 422: NOT_UNDERSTOOD, 502: HUB_SILENT,
}  # fmt: skip


def trouble_page(request: Request, status: int, trouble: Trouble, reference: str | None = None) -> Response:
    """The page for a trouble. `reference` is what a person can tell support, and what our log says too."""
    context = {"trouble": trouble, "status": status, "reference": reference}
    return portal_of(request).render.page(request, "trouble.html", context, status=status)


async def own_pages_only(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a form that did not come from our own pages."""
    request = Request(scope)
    await trouble_page(request, 403, NOT_YOURS)(scope, receive, send)


def answer_troubles(app: FastAPI) -> None:
    """Register the pages for every way in which a request can fail."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HubSilent, _hub_silent)
    app.add_exception_handler(IssuerSilent, _issuer_silent)
    app.add_middleware(OurFault)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return trouble_page(request, status, _not_let_in(request) if status == 403 else TROUBLES.get(status, OUR_FAULT))


def _not_let_in(request: Request) -> Trouble:
    """Why a person may not be here: a login that is too weak, no place in the directory, or another role."""
    person = getattr(request.state, "person", None)
    if person is None or person.role is not None:
        return NOT_YOURS
    return WEAK_LOGIN if person.weak_login else UNKNOWN_PERSON


async def _malformed(request: Request, _error: Exception) -> Response:
    return trouble_page(request, 422, NOT_UNDERSTOOD)


async def _hub_silent(request: Request, error: Exception) -> Response:
    return trouble_page(request, 502, HUB_SILENT, _logged("hub silent", error))


async def _issuer_silent(request: Request, error: Exception) -> Response:
    return trouble_page(request, 502, LOGIN_SILENT, _logged("identity provider silent", error))


class OurFault:
    """Answers what nobody foresaw. A middleware, because Starlette's own handler lets the error on to the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; when that fails before the answer has begun, answer with the page."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a page and we a reference
            reference = _logged("unforeseen", error)
            if scope["type"] == "http" and not begun:
                await trouble_page(Request(scope), 500, OUR_FAULT, reference)(scope, receive, send)


def _logged(what: str, error: Exception) -> str:
    """Note the trouble under a short reference: kind and place, never the text or the values, which may be about a child."""
    reference = uuid4().hex[:8]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]
    log.error(what, reference=reference, kind=type(error).__name__, places=places)
    return reference
