"""The keys that go with a case: what a new owner lacks, and nothing that it holds already."""

from contracts.event import REPORTER, SOCIAL_SERVICES
from services.liaison.case import handed_over
from tests.liaison.cases import FARSTA, JOUR, assessed, at_farsta


def test_a_new_owner_gets_what_was_reported_and_what_was_assessed() -> None:
    assert handed_over(assessed().state, FARSTA) == {REPORTER, SOCIAL_SERVICES}


def test_who_has_had_the_case_before_holds_its_keys() -> None:
    assert handed_over(at_farsta().state, JOUR) == frozenset()


def test_who_reported_holds_the_key_of_its_own_report() -> None:
    assert handed_over(assessed(from_agency=FARSTA).state, FARSTA) == {SOCIAL_SERVICES}
