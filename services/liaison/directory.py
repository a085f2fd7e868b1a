"""The directory's decisions: agencies, units and who works in them."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from contracts.agencies import AgencyKind, Role
from contracts.directory import AgencyRegistered, AssignmentEnded, AssignmentGiven, UnitClosed, UnitRegistered
from contracts.event import Event
from contracts.refusals import Missing

Same = Sequence[Event]
"""A stream of the directory needs no state but its last event: what it says holds."""


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
) -> Iterator[UnitRegistered]:
    """A unit opens, or is described anew. What it is described as already is no news, also when the unit was closed since."""
    event = UnitRegistered(
        unit=unit, agency=agency, name=name, functional_address=functional_address, district=district, valid_from=valid_from
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
