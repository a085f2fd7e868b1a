"""Calls to the scene: made by a patrol's unit, or in Socialjouren's queue; and a month of them in figures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from contracts.agencies import Purpose
from contracts.law import STOCKHOLM
from contracts.refusals import Refused
from contracts.scene import SceneQueue
from services.kit.web import Who, request_id
from services.projections.answers import OpenedScene, SceneFigures, SceneRow
from services.projections.questions import TakenScreen
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.scene_figures import figures, month_of
from services.projections.views.scenetable import TABLE, TO_ANSWER

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = TakenScreen(TABLE, "requested_at", "scene")
MOST = 5000
"""Calls of a month that are counted, some 160 a night."""
OF_A_MONTH = SCREEN.within("requested_at", MOST)
SceneCallId = Annotated[UUID, Path(alias="sceneCallId")]


class CallNotOpened(Refused):
    """Open the call first (in liaison: an opening). Whoever reads it has seen it, and the patrol is told so."""


@router.get(
    "/scene-calls",
    response_model=list[SceneRow],
    tags=["scene-calls"],
    summary="Your unit's calls to the scene",
    description="Made by it or for it to answer, newest first; `queue` chooses those that wait, are under way or are closed. No names.",
)
async def get_scene_calls(
    request: Request,
    caller: Who,
    queue: Annotated[SceneQueue | None, Query(description="Only the calls of this queue.")] = None,
    limit: Limit = 20,
    before: Before = None,
    before_id: BeforeId = None,
) -> Response:
    """Rows."""
    only = {"queue": queue.value} if queue else {}
    return await listed(SceneRow, request, caller, SCREEN, limit, before, before_id, **only)


@router.get(
    "/scene-calls/{sceneCallId}",
    tags=["scene-calls"],
    summary="Read a call to the scene",
    description="Where, which children, what was answered; through the read log. Socialjouren opens it first (liaison: openings).",
)
async def get_scene_call(request: Request, caller: Who, stream: SceneCallId, purpose: Why = Purpose.HANDLING) -> OpenedScene:
    """Opened."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    if row["relation"] == TO_ANSWER and row["seen_at"] is None:
        raise CallNotOpened
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedScene(summary=SceneRow.of(row), entries=entries(opened))


@router.get(
    "/scene-calls/{sceneCallId}/state",
    tags=["scene-calls"],
    summary="How far a call to the scene has come",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_scene_call_state(request: Request, caller: Who, stream: SceneCallId) -> SceneRow:
    """A row."""
    return SceneRow.of(await reading_of(request).one(caller, SCREEN.own(), id=stream))


@router.get(
    "/scene-call-figures",
    tags=["scene-calls"],
    summary="A month of your unit's calls in figures",
    description="How soon patrols were answered and children spoken with, within 24 hours or later. No names.",
)
async def get_scene_call_figures(
    request: Request,
    caller: Who,
    month: Annotated[
        str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Year and month; this month when none is given.")
    ] = None,
) -> SceneFigures:
    """Figures."""
    month = month or f"{datetime.now(STOCKHOLM):%Y-%m}"
    begins, ends = month_of(month)
    rows = await reading_of(request).rows(caller, OF_A_MONTH, begins=begins, ends=ends)
    return figures(month, rows)
