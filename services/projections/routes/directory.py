"""Units to send to, and who the caller is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from contracts.agencies import SOCIAL_SERVICES_KINDS, AgencyKind
from services.kit.register import Register
from services.kit.web import Who
from services.projections.answers import Me, UnitOut
from services.projections.routes.asking import after_views

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])


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
            kind=unit.kind,
            name=unit.name,
            functional_address=unit.functional_address,
            district=unit.district,
            takes_cases=directory.takes_cases(unit.id),
        )
        for unit in directory.units_of_kind(kind or SOCIAL_SERVICES_KINDS)
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
