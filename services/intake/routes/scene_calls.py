"""Intake's API for calls to the scene."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from contracts.agencies import ADVICE_ROLES, AgencyKind, Role
from contracts.directory import Feature
from contracts.event import REPORTER
from contracts.refusals import Stranger
from contracts.scene import SceneCall, SceneCallRequested
from services.intake.bodies import SceneCallIn, SceneReceipt
from services.intake.routes.recipient import route_to
from services.intake.scene import NotInUse, request_scene_call
from services.kit.commands import create, digest, repeated
from services.kit.direct import Direct
from services.kit.eventstore import EventStore
from services.kit.profile import operation_id
from services.kit.recorded import Recorded
from services.kit.register import Caller, Register, UnknownUnit
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, provenance, told

router = APIRouter(prefix="/intake/v1", route_class=Direct, generate_unique_id_function=operation_id)
ANSWERING = frozenset({AgencyKind.SOCIALJOUR})
"""Who comes to a scene at any hour."""


@router.post(
    "/scene-calls",
    status_code=201,
    response_model=SceneReceipt,
    tags=["scene-calls"],
    summary="Call Socialjouren to a scene (Islandsmodellen)",
    description="By a patrol, in the districts where it is in use. Answers 201 only when it is durably stored; the same key is one call.",
)
async def call_to_scene(body: SceneCallIn, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> SceneReceipt:
    """A call for Socialjouren's duty officers."""
    allow(caller, Role.REPORTER)
    if caller.kind is not AgencyKind.POLICE:
        raise Stranger
    store: EventStore = request.app.state.store
    stream = agency_stream(caller.agency, key, "scene-call")
    by = provenance(caller, request, digest=digest(key, body))
    try:
        route = route_to(request, caller, body.recipient, ADVICE_ROLES, ANSWERING)
        called = request_scene_call(
            _scene_call(body, caller.name),
            route,
            stream,
            by.at,
            in_use=_in_use(request, caller, body.district),
            danger=body.danger,
            called_at=body.called_at,
        )
    except (UnknownUnit, NotInUse):  # either may have changed since: what was called before stays called
        if known := await repeated(store, stream, by.digest):
            return _scene_receipt(known)
        raise
    known, positions = await create(
        store, stream, [Recorded(stream, 1, called, by)], {(stream, REPORTER): frozenset({route.from_agency, route.to_agency})}
    )
    told(response, positions)
    return _scene_receipt(known)


def _in_use(request: Request, caller: Caller, district: str | None) -> bool:
    """Whether calls to the scene are in use in the district that is named, or else in the one where the caller's unit works."""
    register: Register = request.app.state.register
    where = district or register.directory.units[caller.unit].district
    return where is not None and register.directory.in_use(Feature.SCENE_CALLS, where)


def _scene_call(body: SceneCallIn, name: str) -> SceneCall:
    return SceneCall(
        place=body.place,
        district=body.district,
        children=body.children,
        interpreter=body.interpreter or None,
        seen=body.seen or None,
        contact=body.contact or None,
        caller_name=name,
    )


def _scene_receipt(known: Sequence[Recorded]) -> SceneReceipt:
    first = known[0].event
    assert isinstance(first, SceneCallRequested)  # noqa: S101  the stream's first event by construction
    return SceneReceipt(id=known[0].originator_id, receipt_code=first.receipt_code, requested_at=first.requested_at)
