"""The directory: agencies, their units and who works in them, as events like everything else."""

from datetime import date
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.agencies import AgencyKind, Role
from contracts.event import Event


class AgencyRegistered(Event):
    """An authority is part of the hub."""

    agency: str
    kind: AgencyKind
    swedish: str
    english: str
    org_number: str | None = None


class UnitRegistered(Event):
    """A unit is a function in an agency, addressed as a function, never as a person."""

    unit: str
    agency: str
    name: str
    functional_address: str
    district: str | None = None
    valid_from: date | None = None
    telephone: str | None = None
    """A function's number, for when nobody answers here."""


class UnitClosed(Event):
    """The unit is no more from this day; its successor takes what comes."""

    unit: str
    valid_to: date
    successor: str | None = None


class AssignmentGiven(Event):
    """A person or machine works in this unit in this role. `holder` is opaque: see `holder_id`."""

    holder: UUID
    agency: str
    unit: str
    role: Role


class AssignmentEnded(Event):
    """The person or machine no longer works there."""

    holder: UUID


class ServiceRegistered(Event):
    """A service that social services offer beside what a referral leads to: for one city district (its agency), or for the whole city.

    `what` says what it is and for whom; it is reached by telephone or at a functional address, never as a person.
    """

    service: str
    district: str | None = None
    name: str
    what: str
    telephone: str | None = None
    functional_address: str | None = None
    open_hours: str | None = None


class ServiceClosed(Event):
    """The service is offered no more from this day. Advice that named it still says which it was."""

    service: str
    valid_to: date


class Feature(StrEnum):
    """What is tried in some city districts before it holds in all of them."""

    SCENE_CALLS = "scene_calls"


class DistrictFeatureSet(Event):
    """Something is in use in a city district from this day, or is no more. `district` is the district's agency."""

    district: str
    feature: Feature
    in_use: bool
    since: date


DIRECTORY_EVENTS = (
    AgencyRegistered,
    UnitRegistered,
    UnitClosed,
    AssignmentGiven,
    AssignmentEnded,
    ServiceRegistered,
    ServiceClosed,
    DistrictFeatureSet,
)


def holder_id(issuer: str, subject: str) -> UUID:
    """The opaque id under which the hub knows a token's subject: logs and events never carry the subject itself."""
    return uuid5(NAMESPACE_URL, f"{issuer}#{subject}")


def directory_stream(kind: str, name: str) -> UUID:
    """The stream of one agency, unit or holder: the same name is always the same stream."""
    return uuid5(NAMESPACE_URL, f"nattljus:directory:{kind}:{name}")
