"""What waits in quarantine, for the stewards."""

from fastapi import APIRouter, Depends, Request

from contracts.agencies import Role
from services.kit.web import Who, allow
from services.projections.answers import WaitingRow
from services.projections.routes.asking import Limit, after_views
from services.projections.waiting import waiting

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])


@router.get(
    "/quarantine",
    tags=["quarantine"],
    summary="What waits in quarantine",
    description="Events that a view or the policies could not take, for stewards: which, why, since when, and what waits behind.",
)
async def get_quarantine(request: Request, caller: Who, limit: Limit = 20) -> list[WaitingRow]:
    """Rows, the longest waiting first."""
    allow(caller, Role.STEWARD)
    return await waiting(request.app.state.pool, caller, limit)
