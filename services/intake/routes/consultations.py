"""Asking for advice without naming anybody (rådgörande samtal)."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from contracts.agencies import ADVICE_ROLES, READING_KINDS, Role
from contracts.consultation import ConsultationRequested
from contracts.event import REPORTER
from contracts.nameless import pieces
from services.intake.bodies import ConsultationIn, ConsultationReceipt
from services.intake.consultation import request_consultation
from services.intake.routes.recipient import route_to
from services.kit.commands import create, digest, repeated
from services.kit.direct import Direct
from services.kit.eventstore import EventStore
from services.kit.profile import operation_id
from services.kit.recorded import Recorded
from services.kit.register import UnknownUnit
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, allow_kinds, provenance, told

router = APIRouter(prefix="/intake/v1", route_class=Direct, generate_unique_id_function=operation_id)


@router.post(
    "/consultations",
    status_code=201,
    response_model=ConsultationReceipt,
    tags=["consultations"],
    summary="Ask for advice without naming anybody (rådgörande samtal)",
    description="The duty to report stays with the one who asks."
    " Text with an identity number, a telephone number or an e-mail address is refused.",
)
async def ask_for_advice(
    body: ConsultationIn, key: IdempotencyKey, request: Request, response: Response, caller: Who
) -> ConsultationReceipt:
    """A question for Socialjouren's duty officers."""
    allow(caller, Role.REPORTER)
    allow_kinds(caller, READING_KINDS)
    store: EventStore = request.app.state.store
    stream = agency_stream(caller.agency, key, "consultation")
    by = provenance(caller, request, digest=digest(key, body))
    try:
        route = route_to(request, caller, body.recipient, ADVICE_ROLES)
    except UnknownUnit:
        if known := await repeated(store, stream, by.digest):
            return _receipt(known, body)
        raise
    asked = request_consultation(body.question, body.category, body.age_band, route, stream, by.at)
    known, positions = await create(
        store, stream, [Recorded(stream, 1, asked, by)], {(stream, REPORTER): frozenset({route.from_agency, route.to_agency})}
    )
    told(response, positions)
    return _receipt(known, body)


def _receipt(known: Sequence[Recorded], body: ConsultationIn) -> ConsultationReceipt:
    first = known[0].event
    assert isinstance(first, ConsultationRequested)  # noqa: S101  the stream's first event by construction
    return ConsultationReceipt(
        id=known[0].originator_id,
        receipt_code=first.receipt_code,
        requested_at=first.requested_at,
        may_tell=tuple(sorted({piece.kind for piece in pieces(body.question)})),
    )
