"""Consultations over HTTP: opened, answered, asked back by who answers, asked again by who asked."""

from collections.abc import Callable, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import ADVICE_ROLES, Role
from contracts.event import Event
from contracts.nameless import pieces
from services.kit.recorded import Provenance
from services.kit.register import Caller, Register
from services.kit.web import IdempotencyKey, RepeatKey, Who, allow, said
from services.liaison.advising import Answer, answer, ask_again, ask_back, see
from services.liaison.after import after_policies
from services.liaison.bodies import AnswerIn, Done, Spoken, WordsIn
from services.liaison.consultation import Consultation, fold, holders
from services.liaison.routes.carrying import Carrier

router = APIRouter(prefix="/liaison/v1/consultations", tags=["consultations"], dependencies=[Depends(after_policies)])
ConsultationId = Annotated[UUID, Path(alias="consultationId")]


on_consultation = Carrier(fold, holders)
"""On a consultation."""


def _spoken(stream: UUID, *texts: str | None) -> Spoken:
    """The answer to what somebody has said: it is stored, and these kinds may tell who somebody is."""
    found = {piece.kind for text in texts if text for piece in pieces(text)}
    return Spoken(id=stream, may_tell=tuple(sorted(found)))


@router.post(
    "/{consultationId}/openings",
    status_code=201,
    summary="Open a consultation",
    description="A person reads what was asked; the one who asked is told so. After a further question it is opened again.",
)
async def open_consultation(stream: ConsultationId, request: Request, response: Response, caller: Who) -> Done:
    """Opened."""
    allow(caller, *ADVICE_ROLES)
    return await on_consultation(request, response, caller, stream, lambda it, by: see(it, caller.agency, caller.unit, by.at))


@router.post(
    "/{consultationId}/answers",
    status_code=201,
    summary="Answer a consultation",
    description="Refer now, refer if (with the condition), another service (of the directory), or no further action, with the advice in"
    " words. Once for each question; an identity number, a telephone number or an e-mail address in it is refused.",
)
async def answer_consultation(
    stream: ConsultationId,
    body: AnswerIn,
    request: Request,
    response: Response,
    caller: Who,
    key: RepeatKey = None,
) -> Spoken:
    """Answered."""
    allow(caller, *ADVICE_ROLES)
    advised = _advised(body, request.app.state.register)
    await on_consultation(
        request, response, caller, stream, lambda it, by: answer(it, caller.agency, caller.unit, advised, by.at), said(key, body)
    )
    return _spoken(stream, body.text, body.condition)


def _advised(body: AnswerIn, register: Register) -> Answer:
    """The answer. Raises UnknownService for one that the directory does not offer now."""
    service = register.directory.service(body.service).described.service if body.service else None
    return Answer(body.advice, body.text, body.condition, service)


@router.post(
    "/{consultationId}/counter-questions",
    status_code=201,
    summary="Ask the one who asked",
    description="Socialjouren asks or tells something, before or after its answer, and waits for the other. The same rules for the text.",
)
async def ask_the_asker(
    stream: ConsultationId, body: WordsIn, key: IdempotencyKey, request: Request, response: Response, caller: Who
) -> Spoken:
    """Asked back."""
    allow(caller, *ADVICE_ROLES)
    return await _say(
        request, response, caller, stream, body, key, lambda it, by: ask_back(it, caller.agency, caller.unit, body.text, by.at)
    )


@router.post(
    "/{consultationId}/questions",
    status_code=201,
    summary="Ask or tell more in a consultation",
    description="By the unit that asked, before or after an answer. The same rules for the text as for the first question.",
)
async def ask_more(stream: ConsultationId, body: WordsIn, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> Spoken:
    """Asked again."""
    allow(caller, Role.REPORTER)
    return await _say(
        request, response, caller, stream, body, key, lambda it, by: ask_again(it, caller.agency, caller.unit, body.text, by.at)
    )


async def _say(
    request: Request,
    response: Response,
    caller: Caller,
    stream: UUID,
    body: WordsIn,
    key: UUID,
    says: Callable[[Consultation, Provenance], Iterable[Event]],
) -> Spoken:
    await on_consultation(request, response, caller, stream, says, said(key, body))
    return _spoken(stream, body.text)
