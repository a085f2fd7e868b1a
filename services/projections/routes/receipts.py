"""A unit's own referrals, how far they have come, and what it sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from contracts.agencies import Purpose
from services.kit.web import Who, request_id
from services.projections.answers import AttachmentRow, OpenedReceipt, ReceiptRow
from services.projections.questions import Screen
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.views import receipts

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = Screen(receipts.TABLE, "received_at", "referral")


@router.get(
    "/receipts",
    response_model=list[ReceiptRow],
    tags=["receipts"],
    summary="Your unit's own referrals",
    description="Each with its receipt chain and feedback, newest first; `code` finds one submission.",
)
async def get_receipts(
    request: Request,
    caller: Who,
    code: Annotated[str | None, Query(max_length=12, description="A receipt's short code.")] = None,
    limit: Limit = 20,
    before: Before = None,
    before_id: BeforeId = None,
) -> Response:
    """Rows."""
    only = {"receipt_code": code.strip().upper()} if code else {}
    return await listed(ReceiptRow, request, caller, SCREEN, limit, before, before_id, **only)


@router.get(
    "/receipts/{referralId}",
    tags=["receipts"],
    summary="Read a referral that your unit sent",
    description="What you sent, through the read log, and how far it has come.",
)
async def get_receipt(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")], purpose: Why = Purpose.FOLLOWING_UP
) -> OpenedReceipt:
    """Opened."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request))
    files = [AttachmentRow.of(each) for each in await reading_of(request).files(caller, stream)]
    return OpenedReceipt(summary=ReceiptRow.of(row), entries=entries(opened), attachments=files)


@router.get(
    "/receipts/{referralId}/chain",
    tags=["receipts"],
    summary="How far a referral that your unit sent has come",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_receipt_chain(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")]) -> ReceiptRow:
    """A row."""
    return ReceiptRow.of(await reading_of(request).one(caller, SCREEN.own(), id=stream))
