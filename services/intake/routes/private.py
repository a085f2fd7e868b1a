"""What private persons tell, by way of the portal's own door: who they are is their own business, and stands nowhere."""

import time

from fastapi import APIRouter, Request, Response

from contracts.agencies import CASE_ROLES, AgencyKind, Role
from contracts.event import REPORTER
from contracts.law import STOCKHOLM
from contracts.referral import referral_ids
from contracts.refusals import Unavailable
from services.intake.bodies import DEFAULT_RECIPIENT, PrivateReferralIn, Receipt
from services.intake.identity_numbers import band_of
from services.intake.likeness import KnowingAgain
from services.intake.pace import Bucket
from services.intake.referral import Report, receive
from services.intake.routes.receipts import receipt
from services.intake.routes.recipient import route_to
from services.kit.commands import create, digest, repeated
from services.kit.direct import Direct
from services.kit.eventstore import EventStore
from services.kit.profile import operation_id
from services.kit.recorded import Recorded
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, allow_kinds, provenance, told

router = APIRouter(prefix="/intake/v1", route_class=Direct, generate_unique_id_function=operation_id)

BURST, SECONDS = 60, 5.0
"""Sixty at once and then one every five seconds, of all private persons together: in Stockholm some ten a day are usual."""
TOO_MANY = "Very many write just now. Nothing is stored: send the same again in a minute, with the same key. If a child cannot wait, ring."


@router.post(
    "/private-referrals",
    status_code=201,
    response_model=Receipt,
    tags=["referrals"],
    summary="Hand over what a private person tells (SoL 2025:400 19 kap. 4 §)",
    description="For the hub's own page for private persons. They may be anonymous; there is a receipt and no feedback.",
)
async def hand_over_privately(body: PrivateReferralIn, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> Receipt:
    """As a referral, without anybody who holds a key on the sender's side."""
    allow(caller, Role.REPORTER)
    allow_kinds(caller, {AgencyKind.PRIVATE})
    store: EventStore = request.app.state.store
    submission = agency_stream(caller.agency, key, "referral")
    streams = referral_ids(submission, len(body.children))
    by = provenance(caller, request, digest=digest(key, body))
    if streams and (known := await repeated(store, streams[0], by.digest)):
        return receipt(known, streams, body.children, body)
    day = by.at.astimezone(STOCKHOLM).date()
    report = Report(
        children=body.children,
        bands=[band_of(child, day) for child in body.children],
        told=body,
        categories=body.categories,
        immediate_danger=body.immediate_danger,
        feedback_requested=False,
        reporter_name=body.reporter_name,
    )
    route = route_to(request, caller, DEFAULT_RECIPIENT, CASE_ROLES)
    received = receive(report, route, submission, by.at)
    pace: Bucket = request.app.state.private_pace
    if not pace.take(time.monotonic()):
        raise Unavailable(TOO_MANY)
    holders = {(stream, REPORTER): frozenset({route.to_agency}) for stream in streams}
    new = [Recorded(s, 1, e, by) for s, e in zip(streams, received, strict=True)]
    knowing: KnowingAgain = request.app.state.knowing
    known, positions = await create(store, streams[0], new, holders, knowing.children_alone(streams, report, route, by.at))
    told(response, positions)
    return receipt(known, streams, body.children, body)
