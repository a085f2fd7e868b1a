"""SIP meetings: led by a unit, or that it is invited to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import Purpose
from services.kit.web import Who, request_id
from services.projections.answers import InvitationRow, OpenedInvitation
from services.projections.questions import Screen
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.views import invitations

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = Screen(invitations.TABLE, "starts_at", "sip")


@router.get(
    "/invitations",
    response_model=list[InvitationRow],
    tags=["sip"],
    summary="Your unit's SIP meetings",
    description="Led by it or that it is invited to, latest first.",
)
async def get_invitations(request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None) -> Response:
    """Rows."""
    return await listed(InvitationRow, request, caller, SCREEN, limit, before, before_id)


@router.get(
    "/invitations/{sipId}",
    tags=["sip"],
    summary="Read an invitation",
    description="Which child, what for and where; nothing else of the case.",
)
async def get_invitation(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="sipId")], purpose: Why = Purpose.MEETING
) -> OpenedInvitation:
    """Opened."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedInvitation(summary=InvitationRow.of(row), entries=entries(opened))
