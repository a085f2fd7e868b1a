"""Handing over a referral (orosanmälan)."""

from fastapi import APIRouter, Request, Response

from contracts.agencies import CASE_ROLES, READING_KINDS, Role
from contracts.event import REPORTER
from contracts.law import STOCKHOLM
from contracts.referral import referral_ids
from services.intake.bodies import Receipt, ReferralIn
from services.intake.consultation import refuse_strange_consultation
from services.intake.identity_numbers import band_of
from services.intake.likeness import KnowingAgain
from services.intake.referral import Report, receive
from services.intake.routes.receipts import receipt
from services.intake.routes.recipient import route_to
from services.intake.scene import SceneOrigin, refuse_strange_origin
from services.kit.commands import create, digest, repeated
from services.kit.direct import Direct
from services.kit.eventstore import EventStore
from services.kit.profile import operation_id
from services.kit.recorded import Recorded
from services.kit.register import UnknownUnit
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, allow_kinds, provenance, told

router = APIRouter(prefix="/intake/v1", route_class=Direct, generate_unique_id_function=operation_id)


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
    allow_kinds(caller, READING_KINDS)
    store: EventStore = request.app.state.store
    submission = agency_stream(caller.agency, key, "referral")
    streams = referral_ids(submission, len(body.children))
    by = provenance(caller, request, digest=digest(key, body))
    try:
        route = route_to(request, caller, body.recipient, CASE_ROLES)
    except UnknownUnit:  # it may have closed since: what was handed over before stays handed over
        if streams and (known := await repeated(store, streams[0], by.digest)):
            return receipt(known, streams, body.children, body)
        raise
    await _refuse_strange_origins(store, body, caller.unit)
    day = by.at.astimezone(STOCKHOLM).date()  # a child's birthday begins at midnight here, not in Greenwich
    report = Report(
        children=body.children,
        bands=[band_of(child, day) for child in body.children],
        told=body,
        categories=body.categories,
        immediate_danger=body.immediate_danger,
        feedback_requested=body.feedback_requested,
        reporter_name=caller.name,
        occurred_at=body.occurred_at,
        consultation=body.consultation.id if body.consultation else None,
        advised=body.consultation.advised if body.consultation else (),
        scene_call=body.scene.call if body.scene else None,
        scene_children=body.scene.children if body.scene else (),
    )
    received = receive(report, route, submission, by.at)
    holders = {(stream, REPORTER): frozenset({route.from_agency, route.to_agency}) for stream in streams}
    new = [Recorded(s, 1, e, by) for s, e in zip(streams, received, strict=True)]
    knowing: KnowingAgain = request.app.state.knowing
    known, positions = await create(store, streams[0], new, holders, knowing.likenesses(streams, report, route, by.at))
    told(response, positions)
    return receipt(known, streams, body.children, body)


async def _refuse_strange_origins(store: EventStore, body: ReferralIn, unit: str) -> None:
    """What it comes from, a consultation or a call to the scene, was its own unit's. Raises as the two decisions do."""
    if origin := body.consultation:
        refuse_strange_consultation([each.event for each in await store.load(origin.id)], unit)
    if scene := body.scene:
        history = [each.event for each in await store.load(scene.call)]
        refuse_strange_origin(SceneOrigin(scene.call, scene.children), len(body.children), history, unit)
