"""Files of a referral: adding some to what the unit has sent, and opening them."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from contracts.agencies import Purpose, Role
from contracts.attachment import LARGEST_FILE, MIB, MOST_FILES
from services.kit.edge import Roomy
from services.kit.multipart import Form
from services.portal.hub import Hub, HubClient
from services.portal.language import N_, catalogue, language_of
from services.portal.login import LoggedIn
from services.portal.pages.receipt import receipt_rows, show_receipt
from services.portal.pages.reporting import Reporting
from services.portal.pages.sending import JSON
from services.portal.pages.sending_files import Outcome, position, send_files
from services.portal.portal import PortalParts
from services.portal.sessions import Session

router = APIRouter()
ROOMY = Roomy(re.compile(r"/referrals/new|/receipts/[^/]+/files"), MOST_FILES * LARGEST_FILE + MIB)
ALL = "all"
"""The choice of every child of the submission."""
NOTHING_CHOSEN = N_("Choose a file first.")
APART = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'"}
"""Whatever stands in a file, it is no page of ours."""
TOLD_ON = ("content-type", "content-disposition")


@router.post("/receipts/{code}/files")
async def add_files(request: Request, code: str, session: Reporting, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """Send files, one by one. Whatever does not arrive is named on the page that comes back; what has arrived stays."""
    rows = await receipt_rows(hub, session, code, after)
    form = Form(request, LARGEST_FILE)
    sent = await form.fields()
    child, key = str(sent.get("referral", ALL)), str(sent.get("idempotency_key", ""))
    chosen = next((row.referral for row in rows if str(row.referral) == child), None)
    outcomes = await send_files(hub, session, chosen or rows[0].referral, form.files(), key, siblings=chosen is None)
    outcomes = outcomes or [Outcome("", arrived=False, words=NOTHING_CHOSEN)]
    reached = position(outcomes) or after
    if JSON in request.headers.get("accept", ""):
        return _for_a_script(request, outcomes)
    if all(each.arrived for each in outcomes):
        return RedirectResponse(f"/receipts/{code}?{urlencode({'after': reached})}#files", 303)
    return await show_receipt(request, session, portal, hub, code, after=reached, found={}, outcomes=outcomes, status=422)


def _for_a_script(request: Request, outcomes: Sequence[Outcome]) -> Response:
    """What became of each file, in the reader's words (`files.js`)."""
    words = catalogue(language_of(request))
    told = [{"name": each.name, "arrived": each.arrived, "words": words.ugettext(each.words)} for each in outcomes]
    return JSONResponse({"files": told, "after": position(outcomes)}, 201 if all(each.arrived for each in outcomes) else 422)


@router.get("/receipts/{code}/files")
async def after_files(request: Request, code: str) -> Response:
    """Where files were sent to is no page: a change of language there, or a page loaded again, leads to the receipt."""
    return RedirectResponse(f"/receipts/{code}?{request.url.query}", 303)


@router.get("/files/{referral}/{attachment}")
async def file(referral: UUID, attachment: UUID, session: LoggedIn, hub: HubClient, purpose: Purpose | None = None) -> Response:
    """A file that was looked at, as a download: a reading, and so in the read log, with its purpose."""
    return await _handed_out(hub, session, referral, attachment, purpose)


@router.post("/files/{referral}/{attachment}/unscanned")
async def unscanned_file(referral: UUID, attachment: UUID, session: LoggedIn, hub: HubClient, purpose: Purpose | None = None) -> Response:
    """A file that nobody has looked at, for somebody who has read that and opens it all the same; the read log says so."""
    return await _handed_out(hub, session, referral, attachment, purpose, unscanned="true")


async def _handed_out(hub: Hub, session: Session, referral: UUID, attachment: UUID, purpose: Purpose | None, **more: Any) -> Response:
    usual = Purpose.FOLLOWING_UP if session.person.role is Role.REPORTER else Purpose.HANDLING
    answer = await hub.file(session, f"/referrals/{referral}/attachments/{attachment}", purpose=purpose or usual, **more)
    return Response(answer.content, headers=APART | {name: answer.headers[name] for name in TOLD_ON})
