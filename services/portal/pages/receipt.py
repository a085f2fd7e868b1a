"""The receipt of a submission, as a page and as a file to keep: a code, a time, who has it, and what happens next. No personal data."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.hub import Hub, HubClient
from services.portal.language import language_of
from services.portal.pages.chain import SentReferral, aloud, chain, suspicious
from services.portal.pages.files import File, standing
from services.portal.pages.reporting import Reporting
from services.portal.pages.sending_files import Outcome
from services.portal.pdf import pdf
from services.portal.pdf.receipt import ReceiptText, receipt_text
from services.portal.portal import Portal, PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 50
MARK = re.compile(r"[0-9a-f]{16}")


@router.get("/receipts/{code}")
async def receipt(
    request: Request,
    code: str,
    session: Reporting,
    portal: PortalParts,
    hub: HubClient,
    after: str = "",
    check: str = "",
    withheld: str = "",
    draft: str = "",
) -> Response:
    """The receipt of one submission: its code, what was received and when, and what happens next."""
    found = {"check": check, "withheld": withheld, "draft": draft}
    return await show_receipt(request, session, portal, hub, code, after=after, found=found)


async def show_receipt(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    code: str,
    *,
    after: str,
    found: Mapping[str, str],
    outcomes: Sequence[Outcome] = (),
    status: int = 200,
) -> Response:
    """The page; `found` is what its address says of the sending, `outcomes` what became of the files that were just sent."""
    rows = await receipt_rows(hub, session, code, after)
    units = await units_of(hub, session)
    context = {
        "rows": rows,
        "files": [(row, await files_standing(hub, session, row.referral)) for row in rows],
        "outcomes": outcomes,
        "missing": [each for each in outcomes if not each.arrived],
        "code": rows[0].receipt_code,
        "aloud": aloud(rows[0].receipt_code, language_of(request)),
        "recipient": units.name(rows[0].to_unit),
        "steps": chain(min(rows, key=lambda row: row.seen_at is not None), units),
        "suspicious": suspicious(found.get("check", ""), len(rows)),
        "withheld": found.get("withheld") == "yes",
        "draft": found["draft"] if MARK.fullmatch(found.get("draft", "")) else "",
    }
    return portal.render.page(request, "receipt.html", context, status=status)


async def files_standing(hub: Hub, session: Session, referral: UUID) -> list[File]:
    """The referral's files, without their names: nothing is opened for this."""
    return standing(referral, await hub.read(session, f"/referrals/{referral}/attachments"))


@router.get("/receipts/{code}/pdf")
async def receipt_file(request: Request, code: str, session: Reporting, hub: HubClient) -> Response:
    """The same to keep or to print: no name, no age, nothing that was written."""
    rows = await receipt_rows(hub, session, code)
    units = await units_of(hub, session)
    language = language_of(request)
    references = [row.reference for row in rows]
    return await a_file(receipt_text(rows[0].receipt_code, rows[0].received_at, units.name(rows[0].to_unit), references, language))


async def a_file(said: ReceiptText) -> Response:
    """The receipt as a PDF, made in a thread."""
    made = await anyio.to_thread.run_sync(pdf, "receipt", said.model_dump(mode="json"))
    name = f"nattljus-{said.code}.pdf"
    return Response(made, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="{name}"'})


async def receipt_rows(hub: Hub, session: Session, code: str, after: str = "") -> list[SentReferral]:
    """The submission's referrals in order. Raises HTTPException 404 when the unit has sent none with this code."""
    found = await hub.read(session, "/receipts", after, code=code, limit=ROWS)
    if not found:
        raise HTTPException(404)
    return sorted((SentReferral.model_validate(row) for row in found), key=lambda row: row.reference)
