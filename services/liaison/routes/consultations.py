"""Consultations over HTTP: the answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import ADVICE_ROLES
from services.kit.commands import decide
from services.kit.web import RepeatKey, Who, allow, provenance, said, told
from services.liaison.after import after_policies
from services.liaison.bodies import AnswerIn, Done
from services.liaison.consultation import answer, fold, holders

router = APIRouter(prefix="/liaison/v1/consultations", tags=["consultations"], dependencies=[Depends(after_policies)])


@router.post(
    "/{consultationId}/answers",
    status_code=201,
    summary="Answer a consultation",
    description="Refer now, refer if, another service, or no further action, with the advice in words. Once.",
)
async def answer_consultation(
    stream: Annotated[UUID, Path(alias="consultationId")],
    body: AnswerIn,
    request: Request,
    response: Response,
    caller: Who,
    key: RepeatKey = None,
) -> Done:
    """Answered."""
    allow(caller, *ADVICE_ROLES)
    says = said(key, body)
    by = provenance(caller, request, digest=says.digest)
    _, positions = await decide(
        request.app.state.store,
        stream,
        fold,
        lambda consultation: answer(consultation, caller.agency, caller.unit, body.advice, body.text, by.at),
        by,
        holders,
    )
    told(response, positions)
    return Done(id=stream)
