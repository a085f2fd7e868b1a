"""The register: which unit and role a token's holder has, read from the directory's events; a token cannot claim a role."""

import asyncio
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

import structlog

from contracts.agencies import CASE_ROLES, AgencyKind, Role
from contracts.catalogue import topics
from contracts.directory import (
    DIRECTORY_EVENTS,
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
from contracts.law import STOCKHOLM
from contracts.refusals import Malformed, Stranger
from services.kit.auth.verify import Claims
from services.kit.eventlog import EventLog
from services.kit.groupcommit import LOST

log = structlog.get_logger()

REFRESH_SECONDS = 1.0
LEAST_ASSURANCE = 3


@dataclass(frozen=True)
class Agency:
    """An authority."""

    id: str
    kind: AgencyKind
    swedish: str
    english: str
    org_number: str | None


@dataclass(frozen=True)
class Unit:
    """A unit in an agency; closed units have `valid_to` and perhaps a successor."""

    id: str
    agency: str
    kind: AgencyKind
    name: str
    functional_address: str
    district: str | None
    valid_to: date | None = None
    successor: str | None = None
    telephone: str | None = None

    def open_on(self, day: date) -> bool:
        """Whether the unit takes what comes on that day; `valid_to` is its first day closed."""
        return self.valid_to is None or day < self.valid_to


@dataclass(frozen=True)
class Service:
    """A service of social services as it was described last; `valid_to` is its first day closed."""

    described: ServiceRegistered
    valid_to: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether it is offered on that day."""
        return self.valid_to is None or day < self.valid_to


def today() -> date:
    """The day in Stockholm."""
    return datetime.now(STOCKHOLM).date()


@dataclass(frozen=True)
class Caller:
    """Who calls: an opaque actor, the agency and unit it acts for, its role there and its level of assurance (2-4)."""

    actor: UUID
    agency: str
    kind: AgencyKind
    unit: str
    role: Role
    assurance: int
    name: str


class UnknownUnit(Malformed):
    """There is no open unit with this id. Choose one from the directory."""


class UnknownService(Malformed):
    """There is no service with this id that is offered now. Choose one from the directory."""


@dataclass
class Directory:
    """The fold of the directory's events."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    assignments: dict[UUID, AssignmentGiven] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    features: dict[tuple[Feature, str], DistrictFeatureSet] = field(default_factory=dict)
    _held: frozenset[tuple[str, Role]] | None = None
    """Which roles somebody holds in which units, found out when somebody asks for the first time after a change."""

    def apply(self, event: Event) -> None:  # noqa: C901  one arm an event
        """Takes one event of the directory in; any other is not its business."""
        self._held = None
        match event:
            case AgencyRegistered():
                self.agencies[event.agency] = Agency(event.agency, event.kind, event.swedish, event.english, event.org_number)
            case UnitRegistered():
                kind = self.agencies[event.agency].kind
                about = (event.name, event.functional_address, event.district)
                self.units[event.unit] = Unit(event.unit, event.agency, kind, *about, telephone=event.telephone)
            case UnitClosed():
                self.units[event.unit] = replace(self.units[event.unit], valid_to=event.valid_to, successor=event.successor)
            case AssignmentGiven():
                self.assignments[event.holder] = event
            case AssignmentEnded():
                self.assignments.pop(event.holder, None)
            case ServiceRegistered():
                self.services[event.service] = Service(event)
            case ServiceClosed():
                self.services[event.service] = replace(self.services[event.service], valid_to=event.valid_to)
            case DistrictFeatureSet():
                self.features[event.feature, event.district] = event
            case _:
                pass

    def unit(self, unit: str) -> Unit:
        """A unit that is open today. Raises UnknownUnit."""
        found = self.units.get(unit)
        if found is None or not found.open_on(today()):
            raise UnknownUnit
        return found

    def service(self, service: str) -> Service:
        """A service that is offered today. Raises UnknownService."""
        found = self.services.get(service)
        if found is None or not found.open_on(today()):
            raise UnknownService
        return found

    def takes_cases(self, unit: str) -> bool:
        """Whether somebody there works with cases: nothing is sent where nobody would open it."""
        return self.manned(unit, CASE_ROLES)

    def manned(self, unit: str, roles: Collection[Role]) -> bool:
        """Whether somebody there holds one of the roles."""
        if self._held is None:
            self._held = frozenset((given.unit, given.role) for given in self.assignments.values())
        return any((unit, role) in self._held for role in roles)

    def in_use(self, feature: Feature, district: str) -> bool:
        """Whether the feature is in use in this district today."""
        said = self.features.get((feature, district))
        return said is not None and said.in_use and said.since <= today()

    def districts_using(self, feature: Feature) -> list[DistrictFeatureSet]:
        """The districts where the feature is in use today, by id."""
        districts = sorted({district for _, district in self.features})
        return [self.features[feature, district] for district in districts if self.in_use(feature, district)]

    def units_of_kind(self, kinds: Iterable[AgencyKind]) -> list[Unit]:
        """The open units of agencies of these kinds, by name."""
        wanted = frozenset(kinds)
        return sorted((u for u in self.units.values() if u.kind in wanted and u.open_on(today())), key=lambda u: u.name)


class Register:
    """Keeps the directory fresh from the liaison store: a changed role holds everywhere within a second."""

    def __init__(self, store_log: EventLog) -> None:
        self._log, self._position, self._read = store_log, 0, 0.0
        self.directory = Directory()
        self._topics = topics(*DIRECTORY_EVENTS)
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Reads what is new in the directory."""
        async with self._lock:  # two readers at once would take the older page in after the newer one: an ended role would come back
            while page := await self._log.chosen(self._position, self._topics):
                for logged in page:
                    self.directory.apply(logged.envelope.event())
                self._position = page[-1].position
            self._read = time.monotonic()

    async def keep_fresh(self) -> None:
        """Refreshes every second until cancelled; a database that is away for a while changes nothing."""
        while True:
            try:
                await self.refresh()
            except LOST as error:
                log.warning("the register cannot be refreshed now", reason=type(error).__name__)
            await asyncio.sleep(REFRESH_SECONDS)

    async def caller(self, claims: Claims) -> Caller:
        """The holder's unit and role. Raises Stranger when the register knows none, or the token speaks for another agency."""
        holder = claims.holder
        given = self.directory.assignments.get(holder)
        if given is None and time.monotonic() - self._read > 0.2:
            await self.refresh()
            given = self.directory.assignments.get(holder)
        if given is None or claims.assurance < LEAST_ASSURANCE:
            raise Stranger
        agency = self.directory.agencies[given.agency]
        ours = (agency.org_number or "").replace("-", "")
        if claims.agency not in {None, agency.id} or (ours and claims.org_number not in {None, ours}):
            raise Stranger
        return Caller(holder, agency.id, agency.kind, given.unit, given.role, claims.assurance, claims.name)
