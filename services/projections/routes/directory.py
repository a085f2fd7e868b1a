"""Units to send to, and who the caller is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from contracts.agencies import SOCIAL_SERVICES_KINDS, AgencyKind
from contracts.directory import Feature
from contracts.refusals import Missing
from services.kit.register import Register, Service, today
from services.kit.web import After, Who
from services.projections.answers import FeatureOut, Me, ServiceOut, UnitOut
from services.projections.routes.asking import after_views


async def after_register(request: Request, _waited: Annotated[None, Depends(after_views)], after: After = "") -> None:
    """Reads the directory as it is now for who has just written in it: the register's own second may not have passed."""
    if after:
        register: Register = request.app.state.register
        await register.refresh()


router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_register)])


@router.get(
    "/units",
    tags=["directory"],
    summary="Open units",
    description="Functions to send to, by kind of agency; all kinds of social services when none is given.",
)
async def get_units(
    request: Request, caller: Who, kind: Annotated[list[AgencyKind] | None, Query(description="Kinds of agency.")] = None
) -> list[UnitOut]:
    """Units."""
    del caller
    register: Register = request.app.state.register
    directory = register.directory
    return [
        UnitOut(
            id=unit.id,
            agency=unit.agency,
            agency_swedish=directory.agencies[unit.agency].swedish,
            agency_english=directory.agencies[unit.agency].english,
            kind=unit.kind,
            name=unit.name,
            functional_address=unit.functional_address,
            district=unit.district,
            telephone=unit.telephone,
            takes_cases=directory.takes_cases(unit.id),
        )
        for unit in directory.units_of_kind(kind or SOCIAL_SERVICES_KINDS)
    ]


@router.get(
    "/services",
    tags=["directory"],
    summary="Services that social services offer",
    description="Those offered now, the whole city's first, then district by district. For advice, and for whoever looks for support.",
)
async def get_services(request: Request, caller: Who) -> list[ServiceOut]:
    """Services."""
    del caller
    register: Register = request.app.state.register
    offered = [each for each in register.directory.services.values() if each.open_on(today())]
    return [_service(each) for each in sorted(offered, key=lambda each: (each.described.district or "", each.described.name))]


@router.get(
    "/services/{service}",
    tags=["directory"],
    summary="One service",
    description="Also one that is offered no more: advice may have named it.",
)
async def get_service(service: str, request: Request, caller: Who) -> ServiceOut:
    """A service."""
    del caller
    register: Register = request.app.state.register
    found = register.directory.services.get(service)
    if found is None:
        raise Missing
    return _service(found)


def _service(service: Service) -> ServiceOut:
    said = service.described
    return ServiceOut(
        id=said.service,
        district=said.district,
        name=said.name,
        what=said.what,
        telephone=said.telephone,
        functional_address=said.functional_address,
        open_hours=said.open_hours,
        closed_from=service.valid_to,
    )


@router.get(
    "/features",
    tags=["directory"],
    summary="What is in use where",
    description="The city districts where something that is not in use everywhere is in use today.",
)
async def get_features(
    request: Request, caller: Who, feature: Annotated[Feature, Query(description="What it is.")] = Feature.SCENE_CALLS
) -> list[FeatureOut]:
    """Districts."""
    del caller
    register: Register = request.app.state.register
    agencies = register.directory.agencies
    return [
        FeatureOut(
            feature=said.feature,
            district=said.district,
            swedish=agencies[said.district].swedish,
            english=agencies[said.district].english,
            since=said.since,
        )
        for said in register.directory.districts_using(feature)
    ]


@router.get("/me", tags=["directory"], summary="Who you are to the hub", description="Unit and role as the register gives them.")
async def get_me(request: Request, caller: Who) -> Me:
    """The caller."""
    register: Register = request.app.state.register
    agency, unit = register.directory.agencies[caller.agency], register.directory.units[caller.unit]
    return Me(
        name=caller.name,
        agency=agency.id,
        agency_swedish=agency.swedish,
        agency_english=agency.english,
        kind=agency.kind,
        unit=unit.id,
        unit_name=unit.name,
        role=caller.role,
        assurance=caller.assurance,
    )
