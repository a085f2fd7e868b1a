"""The directory, whatever a steward says in whatever order: the register knows what was said last, and news is said once."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.agencies import CASE_ROLES, AgencyKind, Role
from contracts.directory import ServiceRegistered, UnitRegistered, directory_stream, holder_id
from contracts.event import Event
from contracts.refusals import Missing
from services.kit.register import Directory
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
)

AGENCIES = some.sampled_from(("polisen", "socialjouren", "farsta"))
UNITS = some.sampled_from(("lpo-farsta", "socialjouren-jour", "farsta-mottagning", "farsta-familj"))
HOLDERS = some.sampled_from([holder_id("https://issuer.example.se", name) for name in ("ett", "två", "tre")])


class DirectoryMachine(RuleBasedStateMachine):
    """Three agencies, some units, three people."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: dict[UUID, list[Event]] = defaultdict(list)
        self.directory = Directory()
        self.kinds: dict[str, AgencyKind] = {}
        self.closed: dict[str, tuple[date, str | None] | None] = {}
        self.work: dict[UUID, tuple[str, Role]] = {}
        self.offered: dict[str, tuple[str, date | None]] = {}

    @rule(agency=AGENCIES, kind=some.sampled_from(AgencyKind))
    def agency_joins(self, agency: str, kind: AgencyKind) -> None:
        """Or is described anew."""
        self._carry_out("agency", agency, lambda history: register_agency(history, agency, kind, agency, agency, None))
        self.kinds[agency] = kind

    @rule(agency=AGENCIES, unit=UNITS, name=some.sampled_from(("A", "B")))
    def unit_opens(self, agency: str, unit: str, name: str) -> None:
        """In an agency that is known, as the route sees to; said as it was said last it opens no closed unit."""
        if agency in self.kinds:
            events = self._carry_out("unit", unit, lambda history: register_unit(history, unit, agency, name, name, None, None))
            if events:
                self.closed[unit] = None

    @rule(unit=UNITS, day=some.dates(), successor=some.none() | UNITS)
    def unit_closes(self, unit: str, day: date, successor: str | None) -> None:
        """A unit that never was cannot close."""
        try:
            self._carry_out("unit", unit, lambda history: close_unit(history, unit, day, successor))
        except Missing:
            assert unit not in self.closed
        else:
            self.closed[unit] = (day, successor)

    @rule(holder=HOLDERS, unit=UNITS, role=some.sampled_from(Role))
    def somebody_works(self, holder: UUID, unit: str, role: Role) -> None:
        """There, and nowhere else from now on."""
        self._carry_out("holder", str(holder), lambda history: give_assignment(history, holder, "farsta", unit, role))
        self.work[holder] = (unit, role)

    @rule(holder=HOLDERS)
    def somebody_stops(self, holder: UUID) -> None:
        """Who never worked cannot stop."""
        try:
            self._carry_out("holder", str(holder), lambda history: end_assignment(history, holder))
        except Missing:
            assert self.streams[directory_stream("holder", str(holder))] == []
        self.work.pop(holder, None)

    @rule(service=some.sampled_from(("groups", "talks")), what=some.sampled_from(("A", "B")))
    def service_is_offered(self, service: str, what: str) -> None:
        """Or is described anew, or is offered again after it was closed."""
        said = ServiceRegistered(service=service, name=service, what=what, telephone="020-12 34 56")
        self._carry_out("service", service, lambda history: register_service(history, said))
        self.offered[service] = (what, None)

    @rule(service=some.sampled_from(("groups", "talks")), day=some.dates())
    def service_ends(self, service: str, day: date) -> None:
        """A service that never was cannot end."""
        try:
            self._carry_out("service", service, lambda history: close_service(history, service, day))
        except Missing:
            assert service not in self.offered
        else:
            self.offered[service] = (self.offered[service][0], day)

    def _carry_out(self, what: str, name: str, decision: Callable[[Same], Iterable[Event]]) -> list[Event]:
        history = self.streams[directory_stream(what, name)]
        events = list(decision(fold(history)))
        for each in events:
            history.append(each)
            self.directory.apply(each)
        assert list(decision(fold(history))) == [], "the same said twice"
        return events

    @invariant()
    def the_register_knows_what_was_said_last(self) -> None:
        """Kinds, closings and who works where; nobody works in two places."""
        assert {agency.id: agency.kind for agency in self.directory.agencies.values()} == self.kinds
        closings = {unit.id: (unit.valid_to, unit.successor) if unit.valid_to else None for unit in self.directory.units.values()}
        assert closings == self.closed
        assert {holder: (given.unit, given.role) for holder, given in self.directory.assignments.items()} == self.work

    @invariant()
    def the_services_are_those_that_were_described_last(self) -> None:
        """Each as it was described last, and closed if it was."""
        known = {id_: (service.described.what, service.valid_to) for id_, service in self.directory.services.items()}
        assert known == self.offered

    @invariant()
    def cases_go_only_where_somebody_works_with_them(self) -> None:
        """At least one person in a role for cases."""
        manned = {unit for unit, role in self.work.values() if role in CASE_ROLES}
        assert {unit for unit in self.directory.units if self.directory.takes_cases(unit)} == manned & set(self.closed)

    @invariant()
    def a_unit_is_of_the_kind_that_its_agency_was_when_it_was_described(self) -> None:
        """Each unit belongs to the agency that it was described with last."""
        for unit in self.directory.units.values():
            said = [each for each in self.streams[directory_stream("unit", unit.id)] if isinstance(each, UnitRegistered)][-1]
            assert (unit.agency, unit.name) == (said.agency, said.name)


TestDirectory = DirectoryMachine.TestCase
