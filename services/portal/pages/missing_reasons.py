"""Missing reasons: what the unit has decided without writing why, each with a field for it. No names stand here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from contracts.reasons import Reasoned
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.case_forms import KEY, NO_ANSWER, place_of, texts_of
from services.portal.pages.decision_forms import DECISION_ACTS
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.social import Officer
from services.portal.portal import PortalParts
from services.portal.sessions import Session

router = APIRouter()
ROWS = 200
PLACE = "/missing-reasons"


class Missing(BaseModel):
    """One decision whose reasons are owed: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    event: UUID
    referral: UUID
    reference: str
    what: Reasoned
    since: datetime


async def missing(hub: Hub, session: Session, after: str = "") -> list[Missing]:
    """What the unit owes, the longest owed first."""
    rows = await hub.read(session, PLACE, after, limit=ROWS)
    return sorted((Missing.model_validate(row) for row in rows), key=lambda row: row.since)


@router.get(PLACE)
async def missing_reasons(request: Request, session: Officer, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The queue."""
    return portal.render.page(request, "missing_reasons.html", await _page(request, session, hub, portal.now(), after))


@router.post(PLACE)
async def write_why(request: Request, session: Officer, portal: PortalParts, hub: HubClient) -> Response:
    """Give the reasons of one of them. What was written comes back when it could not be stored."""
    doing, texts = DECISION_ACTS["say-why"], texts_of(await request.form())
    problems, status = doing.problems(texts), 422
    if not problems:
        try:
            path = f"/referrals/{_id(texts.get('referral', ''))}/{doing.path}"
            answer = await hub.command(session, "liaison", path, doing.body(texts), key=texts.get(KEY))
        except HubRefused as refused:
            problems, status = place_of(refused, doing), 409
        except HubSilent:
            problems, status = (("owed", NO_ANSWER),), 502
        else:
            return RedirectResponse(answer.shown_at(PLACE), 303)
    context = await _page(request, session, hub, portal.now(), "", texts, problems)
    return portal.render.page(request, "missing_reasons.html", context, status=status)


def _id(text: str) -> UUID:
    """The id that a hidden field carries. Raises HTTPException 404 when somebody has changed it to something else."""
    try:
        return UUID(text)
    except ValueError:
        raise HTTPException(404) from None


async def _page(
    request: Request, session: Session, hub: Hub, now: datetime, after: str, texts: dict[str, str] | None = None, problems: Problems = ()
) -> dict[str, Any]:
    said = spoken(problems, language_of(request))
    written = {name: (texts or {}).get(name, "") for name in ("owed_for", "owed", KEY)}
    return {"rows": await missing(hub, session, after), "now": now, "form": written, "problems": said, "errors": beside(said)}
