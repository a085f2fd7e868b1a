"""The services that social services offer: for everybody to read, and for the directory's stewards to keep."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from services.kit.register import today
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.login import LoggedIn
from services.portal.pages.case_forms import NO_ANSWER, STEP, texts_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.portal import Portal, PortalParts
from services.portal.refusals import words_of
from services.portal.services import Service, areas, services_of
from services.portal.sessions import Session
from services.portal.units import Units, units_of

router = APIRouter()
FIELDS = {
    "district": "district",
    "name": "name",
    "what": "what",
    "telephone": "telephone",
    "address": "functionalAddress",
    "hours": "openHours",
}
"""Name in the form → name in the hub."""
REFUSED_FIELDS = {"undescribed": "what", "unreachable": "telephone", "unknown-agency": "district"}


async def require_steward(session: LoggedIn) -> Session:
    """For who keeps the directory. Raises NotLoggedIn, HTTPException 403."""
    if session.person.role is not Role.STEWARD:
        raise HTTPException(403)
    return session


Steward = Annotated[Session, Depends(require_steward)]


@router.get("/services")
async def services(request: Request, session: LoggedIn, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """All that are offered now, by area."""
    units, offered = await units_of(hub, session, [AgencyKind.DISTRICT]), await services_of(hub, session, after)
    found = areas(offered, units.agencies(AgencyKind.DISTRICT, language_of(request)))
    return portal.render.page(request, "services.html", {"areas": found, "keeps": session.person.role is Role.STEWARD})


@router.get("/services/new")
async def new_service(request: Request, session: Steward, portal: PortalParts, hub: HubClient) -> Response:
    """An empty form."""
    return await _form(request, session, portal, hub, "", dict.fromkeys(FIELDS, ""))


@router.post("/services/new")
async def register(request: Request, session: Steward, portal: PortalParts, hub: HubClient) -> Response:
    """Enter a service in the directory."""
    texts = texts_of(await request.form())
    taken = [service.id for service in await services_of(hub, session)]
    return await _keep(request, session, portal, hub, "", slug(texts.get("name", ""), taken), texts)


@router.get("/services/{service}")
async def one_service(request: Request, service: str, session: Steward, portal: PortalParts, hub: HubClient) -> Response:
    """The service's form as it is described now."""
    known = Service.model_validate(await hub.read(session, f"/services/{service}"))
    return await _form(request, session, portal, hub, service, texts_from(known))


@router.post("/services/{service}")
async def describe(request: Request, service: str, session: Steward, portal: PortalParts, hub: HubClient) -> Response:
    """Describe it anew."""
    return await _keep(request, session, portal, hub, service, service, texts_of(await request.form()))


@router.post("/services/{service}/close")
async def close(service: str, session: Steward, hub: HubClient) -> Response:
    """It is offered no more, from today."""
    answer = await hub.command(session, "liaison", f"/directory/services/{service}/closings", {"validTo": str(today())})
    return RedirectResponse(answer.shown_at("/services"), 303)


def slug(name: str, taken: Iterable[str]) -> str:
    """An id made of a name, `Testgruppen Årsta` → `testgruppen-arsta`, with a number when another one has it."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    base, known = "-".join(re.findall("[a-z0-9]+", plain)) or "service", set(taken)
    numbered = (base, *(f"{base}-{number}" for number in range(2, len(known) + 3)))
    return next(each for each in numbered if each not in known)


def texts_from(service: Service) -> dict[str, str]:
    """The form's fields as a service is described."""
    described = service.model_dump(by_alias=True)
    return {name: described[hub] or "" for name, hub in FIELDS.items()}


def body(texts: Mapping[str, str]) -> dict[str, Any]:
    """As the hub takes it: what is empty is not there, but name and description always are."""
    return {hub: texts.get(name, "") for name, hub in FIELDS.items() if texts.get(name) or name in {"name", "what"}}


async def _keep(
    request: Request, session: Session, portal: Portal, hub: Hub, known: str, service: str, texts: Mapping[str, str]
) -> Response:
    problems: Problems
    try:
        answer = await hub.command(session, "liaison", f"/directory/services/{service}", body(texts), method="PUT")
    except HubRefused as refused:
        problems, status = ((REFUSED_FIELDS.get(refused.code, STEP), words_of(refused)),), 422
    except HubSilent:
        problems, status = ((STEP, NO_ANSWER),), 502
    else:
        return RedirectResponse(answer.shown_at("/services"), 303)
    return await _form(request, session, portal, hub, known, texts, problems, status)


async def _form(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    service: str,
    texts: Mapping[str, str],
    problems: Problems = (),
    status: int = 200,
) -> Response:
    language = language_of(request)
    try:
        units = await units_of(hub, session, [AgencyKind.DISTRICT])
    except HubSilent:  # the form comes back with what was written, also when the directory does not answer
        units = Units()
    said = spoken(problems, language)
    context = {
        "service": service,
        "form": {name: texts.get(name, "") for name in FIELDS},
        "districts": sorted(units.agencies(AgencyKind.DISTRICT, language).items(), key=lambda each: each[1]),
        "problems": said,
        "errors": beside(said),
    }
    return portal.render.page(request, "service.html", context, status=status)
