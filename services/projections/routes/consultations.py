"""Consultations: asked by a unit, or waiting for its answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import ADVICE_ROLES, Purpose
from contracts.consultation import Side
from contracts.refusals import Missing, Refused
from services.kit.register import Caller
from services.kit.web import Who, request_id
from services.projections.answers import ConsultationRow, OpenedConsultation
from services.projections.questions import Screen
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.rows import Row
from services.projections.views import consultations

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = Screen(consultations.TABLE, "requested_at", "consultation")


def side_of(caller: Caller) -> Side:
    """On which side of a consultation somebody in this role stands."""
    return Side.TO_ANSWER if caller.role in ADVICE_ROLES else Side.ASKED


async def _row(request: Request, caller: Caller, stream: UUID) -> Row:
    """The unit's row; a unit that has asked itself has two, and its people look at theirs. Raises Missing."""
    rows = await reading_of(request).rows(caller, SCREEN.own(), id=stream)
    if not rows:
        raise Missing
    return min(rows, key=lambda row: row["relation"] != side_of(caller))


class QuestionNotOpened(Refused):
    """Open the question first (in liaison: an opening). Whoever reads it has seen it, and the one who asked is told so."""


@router.get(
    "/consultations",
    response_model=list[ConsultationRow],
    tags=["consultations"],
    summary="Your unit's consultations",
    description="Asked by it or waiting for its answer, newest first.",
)
async def get_consultations(
    request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None
) -> Response:
    """Rows."""
    return await listed(ConsultationRow, request, caller, SCREEN, limit, before, before_id)


@router.get(
    "/consultations/{consultationId}",
    tags=["consultations"],
    summary="Read a consultation",
    description="Everything that was said, through the read log. Who answers opens it first (liaison: openings), and again after more.",
)
async def get_consultation(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")], purpose: Why = Purpose.ADVICE
) -> OpenedConsultation:
    """Opened."""
    row = await _row(request, caller, stream)
    if row["relation"] == Side.TO_ANSWER and row["seen_at"] is None:
        raise QuestionNotOpened
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedConsultation(summary=ConsultationRow.of(row), entries=entries(opened))


@router.get(
    "/consultations/{consultationId}/state",
    tags=["consultations"],
    summary="Who waits for whom in a consultation",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_consultation_state(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")]) -> ConsultationRow:
    """A row."""
    return ConsultationRow.of(await _row(request, caller, stream))
