"""A case is taken, given back and assigned, within the unit that has it."""

from uuid import UUID

import pytest

from contracts.agencies import Role
from contracts.handling import CaseAssigned, CaseGivenBack, CaseTaken
from contracts.refusals import Missing
from services.liaison.case import HandedOver
from services.liaison.handling import Handler, NotYours, TakenByColleague, assign_case, give_back, take_case
from tests.liaison.cases import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, MORNING, NIGHT, at_farsta, registered, seen

ANNA, BO, LEAD = (
    Handler(UUID(int=number), JOUR, JOUR_UNIT, role)
    for number, role in ((1, Role.DUTY_OFFICER), (2, Role.DUTY_OFFICER), (3, Role.TEAM_LEAD))
)
DISTRICT = Handler(UUID(int=4), FARSTA, FARSTA_UNIT, Role.DISTRICT_OFFICER)
TAKEN = CaseTaken(actor=ANNA.actor, role=ANNA.role, unit=JOUR_UNIT, taken_at=NIGHT)


def test_somebody_takes_what_nobody_has_opened_or_not() -> None:
    registered().when(lambda case: take_case(case, ANNA, NIGHT)).then(TAKEN)
    seen().when(lambda case: take_case(case, ANNA, NIGHT)).then(TAKEN)


def test_of_two_who_take_it_at_once_the_second_is_told() -> None:
    registered().and_given(TAKEN).when(lambda case: take_case(case, BO, NIGHT)).refused(TakenByColleague)


def test_it_is_taken_over_from_a_colleague_on_purpose_and_from_nobody_else() -> None:
    taken = registered().and_given(TAKEN)
    over = CaseTaken(actor=BO.actor, role=BO.role, unit=JOUR_UNIT, over=ANNA.actor, taken_at=MORNING)
    after = taken.when(lambda case: take_case(case, BO, MORNING, over=ANNA.actor)).then(over)
    after.when(lambda case: take_case(case, LEAD, MORNING, over=ANNA.actor)).refused(TakenByColleague)


def test_who_took_it_from_nobody_says_so_in_the_event() -> None:
    untaken = registered().when(lambda case: take_case(case, BO, NIGHT, over=ANNA.actor)).happens()
    assert untaken.events[-1] == CaseTaken(actor=BO.actor, role=BO.role, unit=JOUR_UNIT, over=None, taken_at=NIGHT)


def test_only_who_has_it_gives_it_back() -> None:
    taken = registered().and_given(TAKEN)
    taken.when(lambda case: give_back(case, BO, MORNING)).refused(NotYours)
    taken.when(lambda case: give_back(case, ANNA, MORNING)).then(CaseGivenBack(actor=ANNA.actor, unit=JOUR_UNIT, given_back_at=MORNING))
    registered().when(lambda case: give_back(case, ANNA, MORNING)).nothing()


def test_the_lead_assigns_it_to_somebody_whoever_has_it() -> None:
    given = CaseAssigned(actor=BO.actor, role=BO.role, unit=JOUR_UNIT, assigned_by=LEAD.actor, assigned_at=MORNING)
    registered().and_given(TAKEN).when(lambda case: assign_case(case, LEAD, BO, MORNING)).then(given)
    registered().when(lambda case: assign_case(case, LEAD, BO, MORNING)).then(given)


def test_with_a_new_owner_it_is_nobodys() -> None:
    moved = at_farsta().and_given()
    assert moved.state.handler is None
    assert at_farsta().when(lambda case: take_case(case, DISTRICT, MORNING)).happens().state.handler == DISTRICT.actor


@pytest.mark.parametrize("stranger", [DISTRICT, Handler(ANNA.actor, JOUR, "another-unit", Role.DUTY_OFFICER)])
def test_who_does_not_have_the_case_does_not_learn_that_it_exists(stranger: Handler) -> None:
    registered().when(lambda case: take_case(case, stranger, NIGHT)).refused(Missing)
    registered().when(lambda case: give_back(case, stranger, NIGHT)).refused(Missing)
    registered().when(lambda case: assign_case(case, stranger, ANNA, NIGHT)).refused(Missing)


def test_the_former_owner_takes_nothing_any_more() -> None:
    at_farsta().when(lambda case: take_case(case, ANNA, MORNING)).refused(HandedOver)
