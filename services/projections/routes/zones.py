"""The zones of a board, each a page of its own, and the colleagues who share it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from contracts.agencies import CASE_ROLES
from contracts.referral import Category
from contracts.refusals import Malformed
from services.kit.register import Register
from services.kit.web import Who, allow
from services.projections.answers import BoardRow, Colleague
from services.projections.present import Present
from services.projections.questions import MINE
from services.projections.routes.asking import Limit, after_views, reading_of
from services.projections.routes.board import SCREEN
from services.projections.zones import Zone

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])

ZoneName = Annotated[
    Literal["new", "mine", "ours", "waiting", "done"],
    Path(description="Nobody has taken it; the caller has; somebody else has; others are to answer; handed over or finished."),
]
Text = Annotated[str | None, Query(max_length=20, description="Part of a code, a reference or a registry number.")]
Last = Annotated[int | None, Query(alias="lastUrgency", ge=0, le=1, description="The last row's urgency, for the next page.")]
LastReceived = Annotated[
    AwareDatetime | None,
    Query(alias="lastReceivedAt", description="When the last row came in, with `lastUrgency`.", examples=["2026-11-22T02:40:00Z"]),
]
LastId = Annotated[UUID | None, Query(alias="lastId", description="The last row's id, with `lastUrgency`.")]


@router.get(
    "/zones/{zone}",
    response_model=list[BoardRow],
    tags=["board"],
    summary="One zone of your unit's board",
    description="What is pressing first, then what has waited longest; what is done newest first. Narrowed by category, danger and text.",
)
async def get_zone(
    zone: ZoneName,
    request: Request,
    caller: Who,
    category: Annotated[Category | None, Query(description="Only this category.")] = None,
    danger: Annotated[bool, Query(description="Only children in immediate danger.")] = False,
    text: Text = None,
    limit: Limit = 20,
    last_urgency: Last = None,
    last_received_at: LastReceived = None,
    last_id: LastId = None,
) -> Response:
    """Rows."""
    given = {"category": category, "danger": danger or None, "text": (text or "").strip().upper() or None}
    wanted = {name: value for name, value in given.items() if value is not None}
    last = _last(last_urgency, last_received_at, last_id)
    question = SCREEN.zone(zone, frozenset(wanted), limit=limit, further=bool(last))
    rows = await reading_of(request).rows(caller, question, zone=Zone.OURS if zone == MINE else zone, **wanted, **last)
    return Response(BoardRow.listed(rows), media_type="application/json")


def _last(urgency: int | None, received_at: datetime | None, referral: UUID | None) -> dict[str, object]:
    """Where the page before ended; nothing for the first page. Raises Malformed for half a place."""
    last: dict[str, object] = {"last_urgency": urgency, "last_received_at": received_at, "last_referral": referral}
    missing = [name for name, value in last.items() if value is None]
    if 0 < len(missing) < len(last):
        raise Malformed
    return {} if missing else last


@router.get(
    "/colleagues",
    tags=["board"],
    summary="Who works with cases in your unit",
    description="By the register. Names only of those who have used the hub since it started: they stand in no table and no event.",
)
async def get_colleagues(request: Request, caller: Who) -> list[Colleague]:
    """Colleagues, the caller first."""
    allow(caller, *CASE_ROLES)
    register: Register = request.app.state.register
    present: Present = request.app.state.present
    found = [
        Colleague(actor=each.holder, role=each.role, name=present.name(each.holder), you=each.holder == caller.actor)
        for each in register.directory.assignments.values()
        if each.unit == caller.unit and each.role in CASE_ROLES
    ]
    return sorted(found, key=lambda each: (not each.you, each.name or "~", each.actor))
