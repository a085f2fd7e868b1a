"""Consultations: asked by a unit, or waiting for its answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import Purpose
from services.kit.web import Who, request_id
from services.projections.answers import ConsultationRow, OpenedConsultation
from services.projections.questions import Screen
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.views import consultations

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = Screen(consultations.TABLE, "requested_at", "consultation")


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
    description="The question and, when it has come, the answer.",
)
async def get_consultation(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")], purpose: Why = Purpose.ADVICE
) -> OpenedConsultation:
    """Opened."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedConsultation(summary=ConsultationRow.of(row), entries=entries(opened))


@router.get(
    "/consultations/{consultationId}/state",
    tags=["consultations"],
    summary="Whether a consultation is answered",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_consultation_state(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")]) -> ConsultationRow:
    """A row."""
    return ConsultationRow.of(await reading_of(request).one(caller, SCREEN.own(), id=stream))
