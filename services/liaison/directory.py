"""The directory's decisions: agencies, units and who works in them."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from contracts.agencies import AgencyKind, Role
from contracts.directory import (
    AgencyRegistered,
    AssignmentEnded,
    AssignmentGiven,
    DistrictFeatureSet,
    Feature,
    ServiceClosed,
    ServiceRegistered,
    UnitClosed,
    UnitRegistered,
)
from contracts.event import Event
from contracts.refusals import Malformed, Missing

Same = Sequence[Event]
"""A stream of the directory needs no state but its last event: what it says holds."""


class Unreachable(Malformed):
    """Write a telephone number or a functional address, so that people can reach the service."""


class Undescribed(Malformed):
    """Write what the service is called, and what it is and for whom, so that people know when to turn to it."""


def fold(events: Sequence[Event]) -> Same:
    """The stream itself."""
    return events


def _news(history: Same, event: Event) -> bool:
    return not history or history[-1] != event


def register_agency(
    history: Same,
    agency: str,
    kind: AgencyKind,
    swedish: str,
    english: str,
    org_number: str | None,
) -> Iterator[AgencyRegistered]:
    """An authority joins, or is described anew."""
    event = AgencyRegistered(agency=agency, kind=kind, swedish=swedish, english=english, org_number=org_number)
    if _news(history, event):
        yield event


def register_unit(
    history: Same,
    unit: str,
    agency: str,
    name: str,
    functional_address: str,
    district: str | None,
    valid_from: date | None,
    telephone: str | None = None,
) -> Iterator[UnitRegistered]:
    """A unit opens, or is described anew. What it is described as already is no news, also when the unit was closed since."""
    event = UnitRegistered(
        unit=unit,
        agency=agency,
        name=name,
        functional_address=functional_address,
        district=district,
        valid_from=valid_from,
        telephone=telephone,
    )
    if event != next((each for each in reversed(history) if isinstance(each, UnitRegistered)), None):
        yield event


def close_unit(history: Same, unit: str, valid_to: date, successor: str | None) -> Iterator[UnitClosed]:
    """A unit closes; its successor takes what comes. Raises Missing when there is no such unit."""
    if not history:
        raise Missing
    event = UnitClosed(unit=unit, valid_to=valid_to, successor=successor)
    if _news(history, event):
        yield event


def give_assignment(history: Same, holder: UUID, agency: str, unit: str, role: Role) -> Iterator[AssignmentGiven]:
    """A person or machine works in this unit in this role, and nowhere else."""
    event = AssignmentGiven(holder=holder, agency=agency, unit=unit, role=role)
    if _news(history, event):
        yield event


def end_assignment(history: Same, holder: UUID) -> Iterator[AssignmentEnded]:
    """The person or machine works there no more. Raises Missing when it never did."""
    if not history:
        raise Missing
    event = AssignmentEnded(holder=holder)
    if _news(history, event):
        yield event


def register_service(history: Same, described: ServiceRegistered) -> Iterator[ServiceRegistered]:
    """A service is offered, or described anew; one that was closed is offered again. Raises Undescribed, Unreachable."""
    if not (described.name and described.what):
        raise Undescribed
    if not (described.telephone or described.functional_address):
        raise Unreachable
    if _news(history, described):
        yield described


def close_service(history: Same, service: str, valid_to: date) -> Iterator[ServiceClosed]:
    """The service is offered no more. Raises Missing when there is no such service."""
    if not history:
        raise Missing
    event = ServiceClosed(service=service, valid_to=valid_to)
    if _news(history, event):
        yield event


def set_feature(history: Same, district: str, feature: Feature, since: date, *, in_use: bool) -> Iterator[DistrictFeatureSet]:
    """Something is tried in a city district from this day, or no more."""
    event = DistrictFeatureSet(district=district, feature=feature, in_use=in_use, since=since)
    if _news(history, event):
        yield event
