"""The directory: the open units by authority, each a function and never a person. Read-only."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from services.portal.hub import HubClient
from services.portal.labels import AGENCY_KINDS
from services.portal.login import LoggedIn
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import Unit, Units, units_of

router = APIRouter()
READERS = frozenset({Role.STEWARD, Role.INSPECTOR, Role.TEAM_LEAD})


async def require_reader(session: LoggedIn) -> Session:
    """For those who look after the directory or oversee the hub. Raises NotLoggedIn, HTTPException 403."""
    if session.person.role not in READERS:
        raise HTTPException(403)
    return session


def by_kind(units: Units) -> list[tuple[AgencyKind, str, list[Unit]]]:
    """The kinds of authority that have open units, each with its message id and its units by name."""
    kinds = [
        (kind, name, sorted((unit for unit in units.values() if unit.kind is kind), key=lambda unit: unit.name))
        for kind, name in AGENCY_KINDS.items()
    ]
    return [(kind, name, found) for kind, name, found in kinds if found]


@router.get("/directory")
async def directory(
    request: Request, session: Annotated[Session, Depends(require_reader)], portal: PortalParts, hub: HubClient
) -> Response:
    """All open units."""
    return portal.render.page(request, "directory.html", {"kinds": by_kind(await units_of(hub, session, AgencyKind))})
