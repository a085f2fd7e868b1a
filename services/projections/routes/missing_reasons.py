"""The queue of missing reasons: what a unit has decided and not yet said why."""

from fastapi import APIRouter, Depends, Request, Response

from services.kit.web import Who
from services.projections.answers import MissingReasonRow
from services.projections.questions import Screen
from services.projections.routes.asking import Before, BeforeId, Limit, after_views, listed
from services.projections.views import missing_reasons

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = Screen(missing_reasons.TABLE, "since", "event")


@router.get(
    "/missing-reasons",
    response_model=list[MissingReasonRow],
    tags=["decisions"],
    summary="Your unit's missing reasons",
    description="Decisions that your unit made without writing why, newest first; liaison's `reasons` takes each. No names.",
)
async def get_missing_reasons(
    request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None
) -> Response:
    """Rows."""
    return await listed(MissingReasonRow, request, caller, SCREEN, limit, before, before_id)
