"""What the unit has sent: the list, each referral's chain and feedback, and what it said."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contracts.agencies import AgencyKind
from contracts.referral import ReferralContent, ReferralReceived
from services.portal.hub import Hub, HubClient
from services.portal.pages import files
from services.portal.pages.chain import SentReferral, chain, late, reached
from services.portal.pages.reporting import Reporting, ReportingBackground
from services.portal.pages.told import additions, parts
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 50


@router.get("/sent")
async def sent(request: Request, session: Reporting, portal: PortalParts, hub: HubClient, after: str = "", code: str = "") -> Response:
    """The unit's referrals, newest first; `code` finds one submission."""
    return portal.render.page(request, "sent.html", await _list(hub, session, after, code))


@router.get("/sent/rows")
async def sent_rows(request: Request, session: ReportingBackground, portal: PortalParts, hub: HubClient, code: str = "") -> Response:
    """The rows alone, for the page that is open when something changes."""
    return portal.render.page(request, "sent_rows.html", await _list(hub, session, "", code))


@router.get("/sent/{referral}")
async def one(request: Request, referral: UUID, session: Reporting, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """How far one referral has come, and its feedback. Nothing is opened for this."""
    return portal.render.page(request, "sent_one.html", await _one(hub, session, referral, after))


@router.get("/sent/{referral}/chain")
async def one_chain(request: Request, referral: UUID, session: ReportingBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The chain and the feedback alone, for the page that is open when something changes."""
    return portal.render.page(request, "sent_chain.html", await _one(hub, session, referral, ""))


@router.post("/sent/{referral}/feedback")
async def read_feedback(referral: UUID, session: Reporting, hub: HubClient) -> Response:
    """Somebody presses "Read the feedback".

    Only then does the page show which fact it is, and the social services are told that it is read. A page that was merely
    open, or fetched by itself, reads nothing.
    """
    answer = await hub.command(session, "liaison", f"/referrals/{referral}/feedback-readings")
    return RedirectResponse(answer.shown_at(f"/sent/{referral}"), 303)


@router.get("/sent/{referral}/content")
async def content(request: Request, referral: UUID, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """What the unit wrote, then and afterwards: a reading, and so in the read log."""
    opened = await hub.read(session, f"/receipts/{referral}", purpose="following_up")
    entries, sent = opened["entries"], SentReferral.model_validate(opened["summary"])
    received = ReferralReceived.model_validate(next(entry for entry in entries if entry["event"] == "ReferralReceived")["data"])
    context = {
        "sent": sent,
        "told": parts(received.content, sent.age_band) if isinstance(received.content, ReferralContent) else None,
        "advised": received.content.advised if isinstance(received.content, ReferralContent) else (),
        "danger": received.immediate_danger,
        "additions": additions(entries),
        "files": files.opened(referral, opened),
        "units": await units_of(hub, session, AgencyKind),
    }
    return portal.render.page(request, "sent_content.html", context)


async def _rows(hub: Hub, session: Session, after: str, **wanted: Any) -> list[SentReferral]:
    return [SentReferral.model_validate(row) for row in await hub.read(session, "/receipts", after, limit=ROWS, **wanted)]


async def _list(hub: Hub, session: Session, after: str, code: str) -> dict[str, Any]:
    code = code.strip().upper()[:12]
    rows = await _rows(hub, session, after, **({"code": code} if code else {}))
    units = await units_of(hub, session)
    return {"rows": [(row, reached(row, units), units.name(row.to_unit), late(row, units)) for row in rows], "code": code}


async def _one(hub: Hub, session: Session, referral: UUID, after: str) -> dict[str, Any]:
    row = SentReferral.model_validate(await hub.read(session, f"/receipts/{referral}/chain", after))
    units = await units_of(hub, session)
    return {"sent": row, "steps": chain(row, units), "late": late(row, units), "recipient": units.name(row.to_unit)}
