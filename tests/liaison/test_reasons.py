"""Reasons that are owed are given once, by the unit that decided, whoever has the case by then."""

from uuid import UUID

from contracts.case import ImmediateSafetyAssessed
from contracts.event import Event
from contracts.reasons import Reasons, ReasonsGiven
from contracts.refusals import Missing
from services.liaison.case import Case, NoReasons
from services.liaison.officer import Officer
from services.liaison.reasons import NothingOwed, OthersReasons, give_reasons
from services.liaison.safety import Assessment, assess_immediate_safety
from tests.given import Given
from tests.liaison.cases import DISTRICT_OFFICER, DUTY_OFFICER, MORNING, accepted, assessed, offered, seen
from tests.properties.world import SKARHOLMEN

ID = UUID("5f0f1a52-6a0e-4c1f-9d43-0f3f5a1b2c3d")


def given_by(officer: Officer) -> ReasonsGiven:
    """The event that says so."""
    return ReasonsGiven(of=ID, unit=officer.unit, role=officer.role, given_at=MORNING, content=Reasons(reasons="Far var kvar."))


def assessed_without() -> tuple[Given[Case], Event]:
    """A case that was assessed without reasons, and the assessment."""
    case = seen()
    (event,) = assess_immediate_safety(case.state, DUTY_OFFICER, Assessment(needs_protection=True), MORNING)
    return case.and_given(event), event


def test_they_are_given_once() -> None:
    case, fact = assessed_without()
    case.when(lambda it: give_reasons(it, DUTY_OFFICER, ID, fact, "", MORNING)).refused(NoReasons)
    case.when(lambda it: give_reasons(it, DUTY_OFFICER, ID, fact, "Far var kvar.", MORNING)).then(given_by(DUTY_OFFICER))


def test_who_decided_still_gives_them_when_the_case_is_with_another_and_nothing_of_the_case_changes() -> None:
    case, fact = assessed_without()
    handed_over = case.and_given(offered(), accepted())
    after = handed_over.when(lambda it: give_reasons(it, DUTY_OFFICER, ID, fact, "Far var kvar.", MORNING)).then(given_by(DUTY_OFFICER))
    assert (after.state.owner_unit, after.state.needs_protection) == (handed_over.state.owner_unit, True)


def test_nobody_gives_another_units_reasons() -> None:
    case, fact = assessed_without()
    handed_over = case.and_given(offered(), accepted())
    handed_over.when(lambda it: give_reasons(it, DISTRICT_OFFICER, ID, fact, "x", MORNING)).refused(OthersReasons)
    stranger = Officer(SKARHOLMEN.kind, SKARHOLMEN.agency, SKARHOLMEN.unit, DISTRICT_OFFICER.role)
    handed_over.when(lambda it: give_reasons(it, stranger, ID, fact, "x", MORNING)).refused(Missing)
    case.when(lambda it: give_reasons(it, DISTRICT_OFFICER, ID, fact, "x", MORNING)).refused(Missing)


def test_where_nothing_is_owed_nothing_is_given() -> None:
    fact = next(each for each in assessed().events if isinstance(each, ImmediateSafetyAssessed))
    assessed().when(lambda it: give_reasons(it, DUTY_OFFICER, ID, fact, "x", MORNING)).refused(NothingOwed)
    assessed().when(lambda it: give_reasons(it, DUTY_OFFICER, ID, assessed().events[0], "x", MORNING)).refused(NothingOwed)
    assessed().when(lambda it: give_reasons(it, DUTY_OFFICER, ID, None, "x", MORNING)).refused(Missing)
