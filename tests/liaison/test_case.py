"""A case is registered and seen, by who has it."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.case import ReferralRegistered, ReferralSeen
from contracts.event import REPORTER, SOCIAL_SERVICES
from contracts.law import STOCKHOLM
from contracts.refusals import Missing
from services.liaison.case import Case, HandedOver, fold, holders, register, see
from tests.given import given
from tests.liaison.cases import (
    FARSTA,
    JOUR,
    JOUR_UNIT,
    MORNING,
    NIGHT,
    assessed,
    at_farsta,
    offered,
    received,
    registered,
    registered_as,
)


def test_a_received_referral_is_registered_once() -> None:
    after = given(fold).when(lambda case: register(case, received(), 42)).then(registered_as())
    after.when(lambda case: register(case, received(), 43)).nothing()
    assert (after.state.owner_agency, after.state.owner_unit) == (JOUR, JOUR_UNIT)


def test_its_clocks_start_when_it_reached_the_authority() -> None:
    (event,) = register(Case(), received(received_at=NIGHT - timedelta(days=3)), 7)
    assert isinstance(event, ReferralRegistered)
    assert event.received_at == NIGHT - timedelta(days=3)
    assert event.safety_assessment_due.due.date().isoformat() == "2026-11-19"
    assert event.preliminary_assessment_due.due.date().isoformat() == "2026-12-03"


def test_a_registry_number_has_the_year_and_no_personal_data() -> None:
    (event,) = register(Case(), received(received_at=datetime(2026, 12, 31, 23, 59, tzinfo=STOCKHOLM)), 1234567)
    assert event.registry_number == "2026-1234567"
    (event,) = register(Case(), received(received_at=datetime(2026, 12, 31, 23, 0, tzinfo=UTC)), 1234568)
    assert event.registry_number == "2027-1234568", "the year begins at midnight here, not in Greenwich"


def test_opening_is_news_once() -> None:
    first = ReferralSeen(unit=JOUR_UNIT, seen_at=NIGHT)
    after = registered().when(lambda case: see(case, JOUR, JOUR_UNIT, NIGHT)).then(first)
    after.when(lambda case: see(case, JOUR, JOUR_UNIT, MORNING)).nothing()


def test_another_unit_of_the_same_agency_has_no_part_in_it() -> None:
    registered().when(lambda case: see(case, JOUR, "another-unit", NIGHT)).refused(Missing)


@pytest.mark.parametrize("agency", ["polisen", FARSTA, ""])
def test_who_does_not_have_the_case_does_not_learn_that_it_exists(agency: str) -> None:
    registered().when(lambda case: see(case, agency, "unit", NIGHT)).refused(Missing)
    given(fold).when(lambda case: see(case, agency, "unit", NIGHT)).refused(Missing)


def test_the_former_owner_has_it_no_more() -> None:
    at_farsta().when(lambda case: see(case, JOUR, JOUR_UNIT, MORNING)).refused(HandedOver)


def test_keys_are_for_the_reporter_and_the_owner_only() -> None:
    assert holders(assessed().state, REPORTER) == {"polisen", JOUR}
    assert holders(assessed().state, SOCIAL_SERVICES) == {JOUR}
    assert holders(assessed().and_given(offered()).state, "offer:1") == {JOUR, FARSTA}
    assert holders(at_farsta().state, "district:farsta") == {FARSTA}
    assert holders(at_farsta().state, SOCIAL_SERVICES) == {FARSTA}
