"""Questions that wait for advice. No child is named in them, and none can be."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.agencies import AgencyKind
from contracts.consultation import Side
from services.portal.hub import Hub, HubClient
from services.portal.pages.social import Adviser, AdviserBackground
from services.portal.pages.talk import Consultation
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 100
ANSWERED_ROWS = 20


def queue(questions: list[Consultation]) -> tuple[list[Consultation], list[Consultation], list[Consultation]]:
    """Those that wait for us, the longest waiting first; those that wait for who asked; those that nobody waits for, newest first."""
    ours = [question for question in questions if question.relation is Side.TO_ANSWER]
    waiting = sorted((each for each in ours if each.ours), key=lambda each: each.waiting_since or each.requested_at)
    theirs = [each for each in ours if each.waits_for is Side.ASKED]
    answered = sorted((each for each in ours if each.waits_for is None), key=lambda each: each.requested_at, reverse=True)
    return waiting, theirs, answered[:ANSWERED_ROWS]


@router.get("/advice")
async def advice(request: Request, session: Adviser, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The queue."""
    return portal.render.page(request, "advice.html", await _queue(hub, session, portal.now(), after))


@router.get("/advice/rows")
async def advice_rows(request: Request, session: AdviserBackground, portal: PortalParts, hub: HubClient) -> Response:
    """What changes of it, for the page that is open when something does."""
    return portal.render.page(request, "advice_rows.html", await _queue(hub, session, portal.now(), ""))


async def _queue(hub: Hub, session: Session, now: datetime, after: str) -> dict[str, Any]:
    rows = [Consultation.model_validate(row) for row in await hub.read(session, "/consultations", after, limit=ROWS)]
    waiting, theirs, answered = queue(rows)
    units = await units_of(hub, session, AgencyKind)
    return {"waiting": waiting, "theirs": theirs, "answered": answered, "now": now, "units": units}
