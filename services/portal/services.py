"""The services that social services offer, as the hub's directory describes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from services.portal.hub import Hub
from services.portal.sessions import Session


class Service(BaseModel):
    """One service: projections' row. Without `district` it is for the whole city."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    id: str
    district: str | None
    name: str
    what: str
    telephone: str | None
    functional_address: str | None
    open_hours: str | None
    closed_from: str | None


@dataclass(frozen=True)
class Area:
    """The services of one district, or of the whole city (`district` is empty); `name` is the district's."""

    district: str
    name: str
    services: tuple[Service, ...]


async def services_of(hub: Hub, session: Session, after: str = "") -> list[Service]:
    """Those offered now: the whole city's first, then by district."""
    return [Service.model_validate(row) for row in await hub.read(session, "/services", after)]


async def service_named(hub: Hub, session: Session, service: str | None) -> Service | None:
    """The service that advice names, also one that is offered no more; None when there is none, or no such one."""
    if not service:
        return None
    try:
        return Service.model_validate(await hub.read(session, f"/services/{service}"))
    except HTTPException:  # what nobody knows any more is shown as its id is: as nothing
        return None


def areas(services: Iterable[Service], districts: Mapping[str, str]) -> list[Area]:
    """The services by area, the whole city first and then the districts by name."""
    of: dict[str, list[Service]] = {}
    for service in services:
        of.setdefault(service.district or "", []).append(service)
    found = [Area(district, districts.get(district, district), tuple(listed)) for district, listed in of.items()]
    return sorted(found, key=lambda area: (area.district != "", area.name))


def choices(services: Iterable[Service], districts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The services for a form, each with the district that it is for."""
    return [
        (service.id, f"{area.name}: {service.name}" if area.district else service.name)
        for area in areas(services, districts)
        for service in area.services
    ]
