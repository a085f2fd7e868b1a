"""Planning a SIP: consent first, then the meeting and who is invited."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Purpose
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.board_row import BoardRow, Relation
from services.portal.pages.case_file import case_file
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.sip_form import SIPForm, offered_units, refused_at, written
from services.portal.pages.social import Planner
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import Units, units_of

router = APIRouter()


@router.get("/cases/{referral}/sip")
async def new_sip(request: Request, referral: UUID, session: Planner, portal: PortalParts, hub: HubClient) -> Response:
    """The form, with the child's name as the case says it: a reading, and so in the read log."""
    row = await _owned(hub, session, referral)
    opened = await hub.read(session, f"/referrals/{referral}", purpose=Purpose.MEETING)
    content = case_file(row, opened["entries"]).content
    form = SIPForm(child_name=(content.child.name or "") if content else "")
    return portal.render.page(request, "sip.html", _context(row, await units_of(hub, session, AgencyKind), session, form))


@router.post("/cases/{referral}/sip")
async def schedule(request: Request, referral: UUID, session: Planner, portal: PortalParts, hub: HubClient) -> Response:
    """Set the meeting, or only look for units. Whatever does not go well, the form comes back with everything in it."""
    row = await _owned(hub, session, referral)
    sent = await request.form()
    form, searching = written(sent), "search" in sent
    problems: Problems = () if searching else form.problems()
    if not searching and not problems:
        try:
            answer = await hub.command(session, "liaison", "/sips", form.body(referral), key=form.key)
        except HubRefused as refused:
            problems = refused_at(refused)
            form = form.anew() if refused.code == "key-reused" else form
        else:
            return RedirectResponse(answer.shown_at(f"/invitations/{answer.body['id']}"), 303)
    said = spoken(problems, language_of(request))
    context = _context(row, await units_of(hub, session, AgencyKind), session, form)
    context |= {"problems": said, "errors": beside(said), "searched": searching}
    return portal.render.page(request, "sip.html", context, status=422 if problems else 200)


async def _owned(hub: Hub, session: Session, referral: UUID) -> BoardRow:
    """The case's row, for the unit that has it. Raises HTTPException 404 for every other."""
    row = BoardRow.model_validate(await hub.read(session, f"/board/{referral}"))
    if row.relation is not Relation.OWNER or row.seen_at is None:
        raise HTTPException(404)
    return row


def _context(row: BoardRow, units: Units, session: Session, form: SIPForm) -> dict[str, Any]:
    mine = units.get(session.person.unit or "")
    return {
        "row": row,
        "form": form,
        "offered": offered_units(units, form, mine.district if mine else None),
        "problems": (),
        "errors": beside(()),
        "searched": False,
    }
