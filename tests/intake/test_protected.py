"""Protected registration: nothing that tells where the child is gets past the door, whoever sends it and for whichever child."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.referral import AgeBand, Child, IdentityKind, ReferralContent
from contracts.told import Guardian, Protection, Told
from services.intake.protected import strongest, told_without_place, withholds
from services.intake.referral import NoChild, Report, receive
from tests.intake.test_referral import ROUTE, SUBMISSION
from tests.liaison.cases import NIGHT
from tests.properties.instances import instances

PLACES: dict[str, Any] = {"address": "Gatan 1", "phone": "070-1", "school": "Testskolan", "place": "Torget"}
HIDDEN = Child(kind=IdentityKind.UNKNOWN, name="Alva", protection=Protection.PROTECTED_REGISTRATION, **PLACES)
SIBLING = Child(kind=IdentityKind.UNKNOWN, name="Nils", **PLACES)
TOLD = Told(
    worry="Oro.",
    child_location="Hos moster",
    guardians="Moa, Gatan 1",
    known_guardians=(Guardian(name="Moa", relation="mor", contact="070-1", same_household=True),),
)


def report(*children: Child, told: Told = TOLD) -> Report:
    return Report(
        children=children,
        bands=[AgeBand.UNKNOWN for _ in children],
        told=told,
        categories=(),
        immediate_danger=False,
        feedback_requested=True,
        reporter_name="Polis i yttre tjänst",
    )


def test_address_school_telephone_and_place_are_not_stored() -> None:
    (event,) = receive(report(HIDDEN), ROUTE, SUBMISSION, NIGHT)
    assert isinstance(event.content, ReferralContent)
    assert event.protection is Protection.PROTECTED_REGISTRATION
    assert not [word for word in ("Gatan", "070-1", "Testskolan", "Torget", "moster") if word in event.model_dump_json()]
    assert event.content.child.name == "Alva"
    assert event.content.known_guardians == (Guardian(name="Moa", relation="mor", same_household=True),)


def test_what_tells_where_one_is_tells_where_the_brothers_and_sisters_are() -> None:
    for event in receive(report(SIBLING, HIDDEN), ROUTE, SUBMISSION, NIGHT):
        assert event.protection is Protection.PROTECTED_REGISTRATION
        assert not [word for word in ("Gatan", "070-1", "Testskolan", "Torget", "moster") if word in event.model_dump_json()]


@pytest.mark.parametrize("protection", [Protection.NONE, Protection.CONFIDENTIALITY_MARK])
def test_a_mark_is_a_warning_and_hides_nothing_from_who_must_find_the_child(protection: Protection) -> None:
    child = HIDDEN.model_copy(update={"protection": protection})
    (event,) = receive(report(child), ROUTE, SUBMISSION, NIGHT)
    assert isinstance(event.content, ReferralContent)
    assert (event.protection, event.content.child, event.content.child_location) == (protection, child, "Hos moster")
    assert not withholds([child], TOLD)


def test_a_place_alone_does_not_find_a_child_whose_place_may_not_be_known() -> None:
    with pytest.raises(NoChild):
        receive(report(HIDDEN.model_copy(update={"name": None})), ROUTE, SUBMISSION, NIGHT)


def test_the_receipt_says_that_something_was_left_out_when_something_was() -> None:
    assert withholds([SIBLING, HIDDEN], Told(worry="Oro."))
    assert withholds([HIDDEN.without_place], TOLD)
    assert not withholds([HIDDEN.without_place], told_without_place(TOLD))


@given(some.lists(instances(Child), max_size=3), instances(Told))
def test_leaving_out_twice_is_leaving_out_once_and_the_words_stay(children: list[Child], told: Told) -> None:
    once = told_without_place(told)
    assert told_without_place(once) == once
    assert [child.without_place.without_place for child in children] == [child.without_place for child in children]
    assert (once.worry, once.seen_heard, once.child_words) == (told.worry, told.seen_heard, told.child_words)
    assert strongest([child.without_place for child in children]) is strongest(children)
