"""The directory over HTTP, for its steward."""

from collections.abc import Callable, Iterable
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contracts.agencies import AgencyKind, Role
from contracts.directory import ServiceRegistered, directory_stream, holder_id
from contracts.event import Event
from contracts.refusals import Malformed
from services.kit.commands import decide
from services.kit.eventstore import EventStore
from services.kit.register import Caller, Register
from services.kit.web import Who, allow, provenance, told
from services.liaison.bodies import AgencyIn, AssignmentIn, ClosingIn, Done, FeatureIn, ServiceClosingIn, ServiceIn, UnitIn
from services.liaison.directory import (
    Same,
    close_service,
    close_unit,
    end_assignment,
    fold,
    give_assignment,
    register_agency,
    register_service,
    register_unit,
    set_feature,
)

router = APIRouter(prefix="/liaison/v1/directory", tags=["directory"])


class UnknownAgency(Malformed):
    """There is no agency with this id. Register the agency first."""


async def _carry_out(
    request: Request, response: Response, caller: Caller, stream: UUID, decision: Callable[[Same], Iterable[Event]]
) -> Done:
    allow(caller, Role.STEWARD)
    store: EventStore = request.app.state.store
    _, positions = await decide(store, stream, fold, decision, provenance(caller, request))
    register: Register = request.app.state.register
    await register.refresh()
    told(response, positions)
    return Done(id=stream)


def _refuse_other_than_district(request: Request, agency: str) -> None:
    register: Register = request.app.state.register
    found = register.directory.agencies.get(agency)
    if found is None or found.kind is not AgencyKind.DISTRICT:
        raise UnknownAgency


@router.put("/agencies/{agency}", summary="Register an agency", description="Or describe it anew. The same twice is once.")
async def put_agency(agency: str, body: AgencyIn, request: Request, response: Response, caller: Who) -> Done:
    """Registered."""
    return await _carry_out(
        request,
        response,
        caller,
        directory_stream("agency", agency),
        lambda history: register_agency(history, agency, body.kind, body.swedish, body.english, body.org_number),
    )


@router.put("/units/{unit}", summary="Register a unit", description="A function in an agency; never a person.")
async def put_unit(unit: str, body: UnitIn, request: Request, response: Response, caller: Who) -> Done:
    """Registered."""
    allow(caller, Role.STEWARD)
    register: Register = request.app.state.register
    if body.agency not in register.directory.agencies:
        raise UnknownAgency
    return await _carry_out(
        request,
        response,
        caller,
        directory_stream("unit", unit),
        lambda history: register_unit(
            history, unit, body.agency, body.name, body.functional_address, body.district, body.valid_from, body.telephone
        ),
    )


@router.post("/units/{unit}/closings", status_code=201, summary="Close a unit", description="Its successor takes what comes.")
async def post_closing(unit: str, body: ClosingIn, request: Request, response: Response, caller: Who) -> Done:
    """Closed."""
    return await _carry_out(
        request, response, caller, directory_stream("unit", unit), lambda history: close_unit(history, unit, body.valid_to, body.successor)
    )


@router.put(
    "/services/{service}",
    summary="Register a service",
    description="What social services offer beside what a referral leads to, in a city district or in the whole city. Or describe it anew.",
)
async def put_service(service: str, body: ServiceIn, request: Request, response: Response, caller: Who) -> Done:
    """Registered."""
    allow(caller, Role.STEWARD)
    if body.district is not None:
        _refuse_other_than_district(request, body.district)
    described = ServiceRegistered(service=service, **body.model_dump())
    return await _carry_out(
        request, response, caller, directory_stream("service", service), lambda history: register_service(history, described)
    )


@router.post("/services/{service}/closings", status_code=201, summary="Close a service", description="It is offered no more from that day.")
async def post_service_closing(service: str, body: ServiceClosingIn, request: Request, response: Response, caller: Who) -> Done:
    """Closed."""
    return await _carry_out(
        request, response, caller, directory_stream("service", service), lambda history: close_service(history, service, body.valid_to)
    )


@router.put("/features", summary="Say what is in use in a district", description="What is tried in some city districts, from which day.")
async def put_feature(body: FeatureIn, request: Request, response: Response, caller: Who) -> Done:
    """Set."""
    allow(caller, Role.STEWARD)
    _refuse_other_than_district(request, body.district)
    return await _carry_out(
        request,
        response,
        caller,
        directory_stream("feature", f"{body.feature}:{body.district}"),
        lambda history: set_feature(history, body.district, body.feature, body.since, in_use=body.in_use),
    )


@router.put("/assignments", summary="Give an assignment", description="A token's holder works in this unit in this role, and nowhere else.")
async def put_assignment(body: AssignmentIn, request: Request, response: Response, caller: Who) -> Done:
    """Given."""
    allow(caller, Role.STEWARD)
    register: Register = request.app.state.register
    holder, unit = holder_id(body.issuer, body.subject), register.directory.unit(body.unit)
    return await _carry_out(
        request,
        response,
        caller,
        directory_stream("holder", str(holder)),
        lambda history: give_assignment(history, holder, unit.agency, unit.id, body.role),
    )


@router.delete("/assignments/{holder}", summary="End an assignment", description="It holds everywhere within a second.")
async def delete_assignment(holder: UUID, request: Request, response: Response, caller: Who) -> Done:
    """Ended."""
    return await _carry_out(
        request, response, caller, directory_stream("holder", str(holder)), lambda history: end_assignment(history, holder)
    )
