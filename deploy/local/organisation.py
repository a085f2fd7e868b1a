"""The organisation the local stack is seeded with: `organisation.toml`, read and checked."""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.agencies import AgencyKind, Role
from contracts.directory import Feature

SOURCE = Path(__file__).with_name("organisation.toml")

Identifier = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Row):
    """A function in an agency. Valid from `valid_from` and until, not including, `valid_to`."""

    id: str = Identifier
    name: str
    functional_address: str
    district: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    @model_validator(mode="after")
    def _closed_means_succeeded(self) -> Self:
        if (self.valid_to is None) != (self.successor is None):
            raise ValueError(f"{self.id}: a closed unit has both valid_to and successor, an open one neither")
        return self


class Agency(_Row):
    """An authority with a key of its own, and its units. `org_number` is ten digits without hyphen."""

    id: str = Identifier
    kind: AgencyKind
    swedish: str
    english: str
    org_number: str = Field(pattern=r"^\d{10}$")
    units: tuple[Unit, ...]


class Service(_Row):
    """Something that social services offer, in a district or (without one) in the whole city."""

    id: str = Identifier
    district: str | None = None
    name: str
    what: str
    functional_address: str
    open_hours: str | None = None


class Person(_Row):
    """Someone invented who logs in locally. `loa` is the level of assurance of the login, 2 to 4."""

    subject: str = Identifier
    name: str
    unit: str
    role: Role
    loa: int = Field(default=3, ge=2, le=4)


class Machine(_Row):
    """An agency's own system, which logs in with a private key. Its subject is its client id."""

    client_id: str = Identifier
    unit: str
    role: Role


class Tried(_Row):
    """Something that is in use in these districts from a day on, before it holds in all of them."""

    feature: Feature
    since: date
    districts: tuple[str, ...]


class Organisation(_Row):
    """Everyone in the local hub. A name used twice, or one that nobody has, is refused when the file is read."""

    people: tuple[Person, ...]
    machines: tuple[Machine, ...]
    agencies: tuple[Agency, ...]
    services: tuple[Service, ...]
    features: tuple[Tried, ...] = ()

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Every unit by id, closed ones too."""
        return {unit.id: unit for agency in self.agencies for unit in agency.units}

    @cached_property
    def people_by_subject(self) -> dict[str, Person]:
        """Everyone who can log in, by subject."""
        return {person.subject: person for person in self.people}

    @cached_property
    def machines_by_client(self) -> dict[str, Machine]:
        """Every machine by client id."""
        return {machine.client_id: machine for machine in self.machines}

    @cached_property
    def _agency_by_unit(self) -> dict[str, Agency]:
        return {unit.id: agency for agency in self.agencies for unit in agency.units}

    def agency_of(self, unit: str) -> Agency:
        """The agency that a unit belongs to. Raises KeyError for a unit that does not exist."""
        return self._agency_by_unit[unit]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        districts = {agency.id for agency in self.agencies if agency.kind is AgencyKind.DISTRICT}
        refuse_doubles("agency", (agency.id for agency in self.agencies))
        refuse_doubles("unit", (unit.id for agency in self.agencies for unit in agency.units))
        # A person's subject and a machine's client id are both subjects of the same issuer.
        refuse_doubles("subject", [p.subject for p in self.people] + [m.client_id for m in self.machines])
        refuse_unknown("successor", (u.successor for u in self.units.values() if u.successor), set(self.units))
        refuse_doubles("service", (service.id for service in self.services))
        named = [unit.district for unit in self.units.values()] + [service.district for service in self.services]
        tried = [district for each in self.features for district in each.districts]
        refuse_unknown("district", (district for district in (*named, *tried) if district), districts)
        open_units = {unit.id for unit in self.units.values() if unit.valid_to is None}
        refuse_unknown("open unit", [p.unit for p in self.people] + [m.unit for m in self.machines], open_units)
        return self


def refuse_doubles(what: str, names: Iterable[str]) -> None:
    """Raise ValueError when a name is used twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name!r} is used twice")
        seen.add(name)


def refuse_unknown(what: str, names: Iterable[str], known: set[str]) -> None:
    """Raise ValueError when a name is used that nothing has."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}")


def read(source: Path) -> Organisation:
    """Read and check an organisation file. Raises pydantic's ValidationError saying what is wrong in it."""
    return Organisation.model_validate(tomllib.loads(source.read_text("utf-8")))


@lru_cache
def load() -> Organisation:
    """The organisation of the local stack."""
    return read(SOURCE)
