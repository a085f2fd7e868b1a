"""Signals are registered with a referral, weighed by a person with reasons, linked or held apart; the machine merges nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.agencies import Role
from contracts.case import ReferralSeen
from contracts.refusals import Missing
from contracts.signals import Bearing, BearingReasons, QuietSignalAnswered, QuietSignalRaised, ReferralHeldApart, ReferralLinked
from services.liaison.case import Case, NoReasons, NotSeen, fold
from services.liaison.likeness import Signal
from services.liaison.signals import (
    AlreadyWeighed,
    NoSignals,
    NotAlike,
    SameReferral,
    hold_apart,
    link,
    receive,
    weigh_signals,
)
from tests.given import Given, given
from tests.liaison.cases import (
    DISTRICT_OFFICER,
    DUTY_OFFICER,
    FARSTA,
    FARSTA_UNIT,
    JOUR,
    JOUR_UNIT,
    MORNING,
    NIGHT,
    received,
    registered,
    registered_as,
    seen,
)

THIS, OTHER, OLDER = UUID(int=1), UUID(int=2), UUID(int=3)
SIGNALS = [
    Signal(OLDER, "region-stockholm", NIGHT - timedelta(days=20), same_child=True),
    Signal(OTHER, "polisen", NIGHT - timedelta(hours=1), same_child=True),
]
RAISED = QuietSignalRaised(signals=3, agencies=2, since=NIGHT - timedelta(days=90), rule="quiet-signal", raised_at=NIGHT)


def many() -> Given[Case]:
    """Seen, with many signals about the child."""
    return registered().and_given(RAISED, ReferralSeen(unit=JOUR_UNIT, seen_at=NIGHT))


def pair(**changed: tuple[UUID, ...]) -> dict[UUID, Case]:
    """Two of Socialjouren's, of which this one looks like the other."""
    return {THIS: fold([registered_as().model_copy(update={"alike": (OTHER,), **changed})]), OTHER: fold([registered_as()])}


def test_a_referral_is_registered_with_what_came_before_and_many_signals_are_raised_at_once() -> None:
    known = registered_as().model_copy(update={"earlier": (OLDER, OTHER), "alike": (OTHER,)})
    after = given(fold).when(lambda case: receive(case, received(), 42, SIGNALS, NIGHT)).then(known, RAISED)
    after.when(lambda case: receive(case, received(), 43, [], MORNING)).nothing()


def test_a_referral_that_stands_alone_has_nothing_before_it() -> None:
    given(fold).when(lambda case: receive(case, received(), 42, [], NIGHT)).then(registered_as())


@pytest.mark.parametrize("bearing", Bearing)
def test_a_person_says_with_reasons_what_the_signals_mean(bearing: Bearing) -> None:
    reasons = BearingReasons(reasons="Skäl.")
    answered = QuietSignalAnswered(bearing=bearing, unit=JOUR_UNIT, role=Role.DUTY_OFFICER, answered_at=MORNING, content=reasons)
    many().when(lambda case: weigh_signals(case, DUTY_OFFICER, bearing, "Skäl.", MORNING)).then(answered)
    many().when(lambda case: weigh_signals(case, DUTY_OFFICER, bearing, "", MORNING)).refused(NoReasons)


def test_nobody_weighs_what_was_not_raised_or_what_nobody_has_read() -> None:
    seen().when(lambda case: weigh_signals(case, DUTY_OFFICER, Bearing.NO_BEARING, "x", NIGHT)).refused(NoSignals)
    unread = registered().and_given(RAISED)
    unread.when(lambda case: weigh_signals(case, DUTY_OFFICER, Bearing.NO_BEARING, "x", NIGHT)).refused(NotSeen)


def test_what_was_weighed_is_not_weighed_otherwise() -> None:
    done = many().when(lambda case: weigh_signals(case, DUTY_OFFICER, Bearing.WEIGHED_IN, "Skäl.", MORNING)).happens()
    done.when(lambda case: weigh_signals(case, DUTY_OFFICER, Bearing.NO_BEARING, "x", MORNING)).refused(AlreadyWeighed)


def test_a_stranger_does_not_learn_that_there_are_signals() -> None:
    many().when(lambda case: weigh_signals(case, DISTRICT_OFFICER, Bearing.NO_BEARING, "x", NIGHT)).refused(Missing)


def test_two_that_are_linked_are_each_told_of_the_other_and_twice_is_once() -> None:
    linked = dict(link(pair(), JOUR, JOUR_UNIT, NIGHT))
    assert linked == {
        stream: ReferralLinked(other=other, unit=JOUR_UNIT, linked_at=NIGHT) for stream, other in ((THIS, OTHER), (OTHER, THIS))
    }
    after = {stream: fold([registered_as().model_copy(update={"alike": (OTHER,)}), event]) for stream, event in linked.items()}
    assert list(link(after, JOUR, JOUR_UNIT, MORNING)) == []


def test_a_person_may_change_their_mind() -> None:
    apart = dict(hold_apart(pair(), JOUR, JOUR_UNIT, NIGHT))
    assert set(apart.values()) == {ReferralHeldApart(other=other, unit=JOUR_UNIT, held_apart_at=NIGHT) for other in (THIS, OTHER)}
    after = {stream: fold([registered_as().model_copy(update={"alike": (OTHER,)}), event]) for stream, event in apart.items()}
    assert list(hold_apart(after, JOUR, JOUR_UNIT, MORNING)) == []
    assert [stream for stream, _ in link(after, JOUR, JOUR_UNIT, MORNING)] == [THIS, OTHER]


def test_only_what_looks_alike_is_compared_and_only_by_who_has_both() -> None:
    with pytest.raises(NotAlike):
        list(link(pair(alike=()), JOUR, JOUR_UNIT, NIGHT))
    with pytest.raises(Missing):
        list(link(pair(), FARSTA, FARSTA_UNIT, NIGHT))
    with pytest.raises(Missing):
        list(link({**pair(), OTHER: Case()}, JOUR, JOUR_UNIT, NIGHT))
    with pytest.raises(SameReferral):
        list(link({THIS: pair()[THIS]}, JOUR, JOUR_UNIT, NIGHT))
