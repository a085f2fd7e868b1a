"""Brothers and sisters of one submission move together, all or none, or are split on purpose."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5

import pytest

from contracts.event import Event
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.refusals import Missing, Refused
from services.liaison import siblings
from services.liaison.case import HandedOver, NoReasons, fold
from services.liaison.handover import NoOffer, NotAssessed, OfferPending, OfferReplaced
from services.liaison.siblings import Cases, SiblingNotAssessed, Siblings, SiblingsUnsaid
from tests.given import Given, given
from tests.liaison.cases import (
    FARSTA,
    FARSTA_UNIT,
    JOUR,
    JOUR_UNIT,
    MORNING,
    SUBMISSION,
    TO_BROMMA,
    TO_FARSTA,
    assessed,
    at_farsta,
    decided,
    offered,
    registered,
    seen,
)

ALMA, BO, CIA = (uuid5(SUBMISSION, str(number)) for number in (1, 2, 3))
FAMILY = dict.fromkeys((ALMA, BO, CIA))
TOGETHER, SPLIT = Siblings.TOGETHER, Siblings.SPLIT


def family(**changed: Given) -> dict[UUID, Given]:  # type: ignore[type-arg]
    """Three children, assessed and at hand; any of them otherwise."""
    names = {"alma": ALMA, "bo": BO, "cia": CIA}
    return {names[name]: changed.get(name, assessed(siblings=2)) for name in names}


def cases(given: Mapping[UUID, Given]) -> Cases:  # type: ignore[type-arg]
    return {stream: each.state for stream, each in given.items()}


def after(given: Mapping[UUID, Given], decided: Iterable[tuple[UUID, Event]]) -> dict[UUID, Given]:  # type: ignore[type-arg]
    """What the decision leaves."""
    grown = dict(given)
    for stream, event in decided:
        grown[stream] = grown[stream].and_given(event)
    return grown


def offer(given: Mapping[UUID, Given], how: Siblings | None, stream: UUID = ALMA) -> list[tuple[UUID, HandoverOffered]]:  # type: ignore[type-arg]
    return list(siblings.offer(cases(given), stream, JOUR, JOUR_UNIT, TO_FARSTA, "Ring.", MORNING, how))


def test_everybody_of_a_submission_is_found_from_any_of_them() -> None:
    assert siblings.siblings(registered(siblings=2).state) == [ALMA, BO, CIA]
    assert siblings.siblings(registered().state) == []
    assert siblings.siblings(fold([])) == []


def test_together_they_are_offered_in_one_go_and_each_offer_names_them_all() -> None:
    made = offer(family(), TOGETHER, BO)
    assert [stream for stream, _ in made] == [BO, ALMA, CIA]
    assert {event.together for _, event in made} == {(BO, ALMA, CIA)}
    assert {event.split_from for _, event in made} == {()}
    assert offer(after(family(), made), TOGETHER, BO) == [], "the same again is nothing"
    assert offer(after(family(), made), TOGETHER, CIA) == []


def test_split_on_purpose_one_goes_alone_and_the_event_says_who_stayed() -> None:
    [(stream, event)] = offer(family(), SPLIT)
    assert (stream, event.together, event.split_from) == (ALMA, (), (BO, CIA))


def test_who_has_them_all_says_what_becomes_of_the_others() -> None:
    with pytest.raises(SiblingsUnsaid):
        offer(family(), None)


@pytest.mark.parametrize("how", [None, TOGETHER, SPLIT])
def test_an_only_child_needs_no_word_about_it(how: Siblings | None) -> None:
    [(_, event)] = offer({ALMA: assessed()}, how)
    assert (event.together, event.split_from) == ((), ())


@pytest.mark.parametrize(
    "gone",
    [
        assessed(siblings=2).and_given(offered(TO_BROMMA)),  # offered elsewhere
        decided(siblings=2),  # with Farsta, and decided
        registered(siblings=2, to_agency="farsta", to_unit="farsta-mottagning"),  # came in to another unit
    ],
)
def test_who_is_not_at_hand_neither_moves_nor_is_asked_about(gone: Given) -> None:  # type: ignore[type-arg]
    [(stream, _)] = offer(family(bo=gone, cia=gone), None)
    assert stream == ALMA
    made = offer(family(bo=gone), TOGETHER)
    assert [stream for stream, _ in made] == [ALMA, CIA]


def test_nobody_moves_while_one_of_them_is_not_assessed() -> None:
    with pytest.raises(SiblingNotAssessed):
        offer(family(cia=seen(siblings=2)), TOGETHER)
    assert len(offer(family(cia=seen(siblings=2)), SPLIT)) == 1
    with pytest.raises(NotAssessed):
        offer(family(alma=seen(siblings=2)), TOGETHER)


def test_a_sister_who_is_not_registered_yet_is_not_forgotten() -> None:
    """What reached intake in one go is registered one by one, and one may wait in quarantine."""
    late = given(fold)
    with pytest.raises(SiblingsUnsaid):
        offer(family(bo=late), None)
    with pytest.raises(SiblingNotAssessed):
        offer(family(bo=late), TOGETHER)
    [(_, event)] = offer(family(bo=late), SPLIT)
    assert event.split_from == (BO, CIA)


def test_in_a_district_that_took_one_over_the_others_are_not_at_hand() -> None:
    theirs = {ALMA: at_farsta(siblings=2), BO: given(fold), CIA: assessed(siblings=2)}
    made = siblings.offer(cases(theirs), ALMA, FARSTA, FARSTA_UNIT, TO_BROMMA, "", MORNING, None)
    assert [stream for stream, _ in made] == [ALMA]


def test_one_accepts_for_all_and_the_same_again_is_nothing() -> None:
    waiting = after(family(), offer(family(), TOGETHER))
    made = list(siblings.accept(cases(waiting), CIA, FARSTA, FARSTA_UNIT, MORNING, None))
    assert {stream for stream, _ in made} == set(FAMILY)
    assert {type(event) for _, event in made} == {HandoverAccepted}
    theirs = after(waiting, made)
    assert {case.owner_unit for case in cases(theirs).values()} == {FARSTA_UNIT}
    for each in FAMILY:
        assert list(siblings.accept(cases(theirs), each, FARSTA, FARSTA_UNIT, MORNING, None)) == []


def test_one_refuses_for_all_with_the_reason_in_each() -> None:
    waiting = after(family(), offer(family(), TOGETHER))
    with pytest.raises(NoReasons):
        list(siblings.refuse(cases(waiting), BO, FARSTA, FARSTA_UNIT, "", MORNING, None))
    made = list(siblings.refuse(cases(waiting), BO, FARSTA, FARSTA_UNIT, "Bor i Bromma.", MORNING, None))
    assert {stream for stream, _ in made} == set(FAMILY)
    assert all(isinstance(event, HandoverRefused) for _, event in made)
    back = after(waiting, made)
    assert {(case.owner_unit, case.pending) for case in cases(back).values()} == {(JOUR_UNIT, None)}
    assert len(offer(back, SPLIT, BO)) == 1, "what was refused together may be split"


def test_one_is_taken_back_for_all() -> None:
    waiting = after(family(), offer(family(), TOGETHER))
    made = list(siblings.withdraw(cases(waiting), CIA, JOUR, JOUR_UNIT, "", MORNING, None))
    assert [type(event) for _, event in made] == [HandoverWithdrawn] * 3
    for each in FAMILY:
        assert list(siblings.withdraw(cases(after(waiting, made)), each, JOUR, JOUR_UNIT, "", MORNING, None)) == []


def test_the_number_that_was_read_is_that_of_the_child_it_was_read_about() -> None:
    """Cia was offered and refused alone before: her offers have other numbers than her brothers' and sisters'."""
    alone = after(family(), offer(family(), SPLIT, CIA))
    back = after(alone, siblings.refuse(cases(alone), CIA, FARSTA, FARSTA_UNIT, "Nej.", MORNING, None))
    waiting = after(back, offer(back, TOGETHER))
    assert [cases(waiting)[each].offers for each in FAMILY] == [1, 1, 2]
    with pytest.raises(OfferReplaced):
        list(siblings.accept(cases(waiting), CIA, FARSTA, FARSTA_UNIT, MORNING, 1))
    assert len(list(siblings.accept(cases(waiting), CIA, FARSTA, FARSTA_UNIT, MORNING, 2))) == 3
    assert len(list(siblings.accept(cases(waiting), ALMA, FARSTA, FARSTA_UNIT, MORNING, 1))) == 3


@pytest.mark.parametrize(
    ("agency", "unit", "refusal"),
    [("bromma", "bromma-mottagning", Missing), (FARSTA, "farsta-annan", Missing), (JOUR, JOUR_UNIT, NoOffer)],
)
def test_who_was_not_offered_them_answers_for_none(agency: str, unit: str, refusal: type[Refused]) -> None:
    waiting = cases(after(family(), offer(family(), TOGETHER)))
    with pytest.raises(refusal):
        list(siblings.accept(waiting, ALMA, agency, unit, MORNING, None))
    with pytest.raises(refusal):
        list(siblings.refuse(waiting, ALMA, agency, unit, "Nej.", MORNING, None))


def test_after_they_have_moved_nobody_takes_them_back_or_offers_them_anew() -> None:
    waiting = after(family(), offer(family(), TOGETHER))
    theirs = after(waiting, siblings.accept(cases(waiting), ALMA, FARSTA, FARSTA_UNIT, MORNING, None))
    with pytest.raises(HandedOver):
        list(siblings.withdraw(cases(theirs), BO, JOUR, JOUR_UNIT, "", MORNING, None))
    with pytest.raises(HandedOver):
        offer(theirs, TOGETHER)


def test_two_families_offers_do_not_mix_and_another_unit_waits_its_turn() -> None:
    waiting = after(family(), offer(family(), SPLIT))
    with pytest.raises(OfferPending):
        list(siblings.offer(cases(waiting), ALMA, JOUR, JOUR_UNIT, TO_BROMMA, "", MORNING, SPLIT))
