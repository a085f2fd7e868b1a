"""Intake's API: hand over a referral, ask for advice."""

from collections.abc import Collection, Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.agencies import ADVICE_ROLES, CASE_ROLES, MANDATED_KINDS, SOCIAL_SERVICES_KINDS, Role
from contracts.consultation import ConsultationRequested
from contracts.event import REPORTER
from contracts.law import STOCKHOLM
from contracts.referral import ReferralReceived, referral_ids
from services.intake.bodies import ConsultationIn, ConsultationReceipt, Receipt, ReceivedReferral, ReferralIn
from services.intake.consultation import request_consultation
from services.intake.identity_numbers import band_of, looks_wrong
from services.intake.likeness import KnowingAgain
from services.intake.referral import Report, Route, receive, references
from services.kit.commands import create, digest, repeated
from services.kit.direct import Direct
from services.kit.eventstore import EventStore
from services.kit.profile import operation_id
from services.kit.recorded import Recorded
from services.kit.register import Caller, Register, UnknownUnit
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, provenance, told

router = APIRouter(prefix="/intake/v1", route_class=Direct, generate_unique_id_function=operation_id)


def _route(request: Request, caller: Caller, recipient: str, roles: Collection[Role]) -> Route:
    """From the caller's unit to the recipient, where somebody must hold one of the roles. Raises UnknownUnit."""
    register: Register = request.app.state.register
    unit = register.directory.unit(recipient)
    if unit.kind not in SOCIAL_SERVICES_KINDS or not register.directory.manned(unit.id, roles):
        raise UnknownUnit
    return Route(caller.kind, caller.agency, caller.unit, unit.kind, unit.agency, unit.id, caller.kind in MANDATED_KINDS)


@router.post(
    "/referrals",
    status_code=201,
    response_model=Receipt,
    tags=["referrals"],
    summary="Hand over a referral (orosanmälan)",
    description="Answers 201 only when everything is durably stored. Repeating the request with the same key gives the same receipt.",
)
async def hand_over_referral(body: ReferralIn, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> Receipt:
    """One referral a child; siblings are linked and share the receipt's code."""
    allow(caller, Role.REPORTER)
    store: EventStore = request.app.state.store
    submission = agency_stream(caller.agency, key, "referral")
    streams = referral_ids(submission, len(body.children))
    by = provenance(caller, request, digest=digest(key, body))
    try:
        route = _route(request, caller, body.recipient, CASE_ROLES)
    except UnknownUnit:  # it may have closed since: what was handed over before stays handed over
        if streams and (known := await repeated(store, streams[0], by.digest)):
            return _receipt(known, streams, body)
        raise
    day = by.at.astimezone(STOCKHOLM).date()  # a child's birthday begins at midnight here, not in Greenwich
    bands = [band_of(child, day) for child in body.children]
    report = _report(body, bands, caller.name)
    received = receive(report, route, submission, by.at)
    holders = {(stream, REPORTER): frozenset({route.from_agency, route.to_agency}) for stream in streams}
    knowing: KnowingAgain = request.app.state.knowing
    known, positions = await create(
        store,
        streams[0],
        [Recorded(s, 1, e, by) for s, e in zip(streams, received, strict=True)],
        holders,
        knowing.likenesses(streams, report, route, by.at),
    )
    told(response, positions)
    return _receipt(known, streams, body)


def _report(body: ReferralIn, bands: list, name: str) -> Report:  # type: ignore[type-arg]
    return Report(
        children=body.children,
        bands=bands,
        worry=body.worry,
        categories=body.categories,
        immediate_danger=body.immediate_danger,
        feedback_requested=body.feedback_requested,
        reporter_name=name,
        occurred_at=body.occurred_at,
        child_location=body.child_location,
        guardians=body.guardians,
        guardians_informed=body.guardians_informed,
        not_informed_reason=body.not_informed_reason,
        reporter_contact=body.reporter_contact,
    )


def _receipt(known: Sequence[Recorded], streams: Sequence[UUID], body: ReferralIn) -> Receipt:
    first = known[0].event
    assert isinstance(first, ReferralReceived)  # noqa: S101  the stream's first event by construction
    named = zip(streams, references(first.receipt_code, len(streams)), body.children, strict=True)
    return Receipt(
        receipt_code=first.receipt_code,
        received_at=first.received_at,
        to_unit=first.to_unit,
        referrals=tuple(
            ReceivedReferral(id=s, reference=reference, number_looks_wrong=looks_wrong(child)) for s, reference, child in named
        ),
    )


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
    store: EventStore = request.app.state.store
    stream = agency_stream(caller.agency, key, "consultation")
    by = provenance(caller, request, digest=digest(key, body))
    try:
        route = _route(request, caller, body.recipient, ADVICE_ROLES)
    except UnknownUnit:
        if known := await repeated(store, stream, by.digest):
            return _consultation_receipt(known)
        raise
    asked = request_consultation(body.question, body.category, body.age_band, route, stream, by.at)
    known, positions = await create(
        store, stream, [Recorded(stream, 1, asked, by)], {(stream, REPORTER): frozenset({route.from_agency, route.to_agency})}
    )
    told(response, positions)
    return _consultation_receipt(known)


def _consultation_receipt(known: Sequence[Recorded]) -> ConsultationReceipt:
    first = known[0].event
    assert isinstance(first, ConsultationRequested)  # noqa: S101  the stream's first event by construction
    return ConsultationReceipt(id=known[0].originator_id, receipt_code=first.receipt_code, requested_at=first.requested_at)
