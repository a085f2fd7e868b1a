"""The keys that go with a case: what a new owner lacks, and nothing that it holds already."""

from contracts.event import REPORTER, SOCIAL_SERVICES, social_services
from contracts.handover import HandoverAccepted
from services.liaison.case import handed_over
from tests.liaison.cases import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, MORNING, assessed, at_farsta


def test_a_new_owner_gets_what_was_reported_and_what_was_assessed() -> None:
    assert handed_over(assessed().state, FARSTA) == {REPORTER, SOCIAL_SERVICES}


def test_who_has_had_the_case_before_holds_its_keys_and_gets_what_came_since() -> None:
    assert handed_over(at_farsta().state, JOUR) == {social_services(1)}


def test_whoever_comes_last_gets_all_of_it() -> None:
    back = at_farsta().and_given(HandoverAccepted(offer=2, from_unit=FARSTA_UNIT, to_agency=JOUR, to_unit=JOUR_UNIT, accepted_at=MORNING))
    assert handed_over(back.state, "bromma") == {REPORTER, SOCIAL_SERVICES, social_services(1), social_services(2)}
    assert handed_over(back.state, FARSTA) == {social_services(2)}


def test_who_reported_holds_the_key_of_its_own_report() -> None:
    assert handed_over(assessed(from_agency=FARSTA).state, FARSTA) == {SOCIAL_SERVICES}
