"""What is known of earlier signals when a referral comes in."""

from datetime import timedelta
from uuid import UUID

from contracts.aims import aim
from services.liaison.likeness import MOST, MOST_ALIKE, Signal, alike, earlier, quiet_signal
from tests.liaison.cases import MORNING, NIGHT, received

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REFERRAL = received()
"""From the police, at night."""


def signal(number: int, agency: str = "polisen", ago: timedelta = DAY, *, child: bool = True, text: bool = False) -> Signal:
    return Signal(UUID(int=number), agency, NIGHT - ago, same_child=child, same_text=text)


def test_earlier_are_those_about_the_same_child_in_order_however_old() -> None:
    signals = [signal(1, ago=1000 * DAY), signal(2, child=False, text=True), signal(3)]
    assert earlier(signals) == (UUID(int=1), UUID(int=3))


def test_alike_are_those_of_the_same_night_by_child_or_by_words() -> None:
    signals = [signal(1, ago=13 * HOUR), signal(2, ago=12 * HOUR), signal(3, ago=HOUR, child=False, text=True)]
    assert alike(REFERRAL, signals) == (UUID(int=2), UUID(int=3))


def test_of_very_many_the_latest_are_named() -> None:
    many = [signal(number, ago=timedelta(minutes=99 - number)) for number in range(99)]
    assert earlier(many) == tuple(UUID(int=number) for number in range(99 - MOST, 99))
    assert alike(REFERRAL, many) == tuple(UUID(int=number) for number in range(99 - MOST_ALIKE, 99))


def test_the_third_signal_from_two_agencies_within_ninety_days_is_pointed_out() -> None:
    (raised,) = quiet_signal(REFERRAL, [signal(1, "region-stockholm", 90 * DAY), signal(2)], MORNING)
    assert (raised.signals, raised.agencies, raised.rule, raised.raised_at) == (3, 2, "quiet-signal", MORNING)
    assert raised.since == NIGHT - 90 * DAY


def test_two_signals_are_not_many_and_three_from_one_agency_are_its_own_affair() -> None:
    assert list(quiet_signal(REFERRAL, [signal(1, "region-stockholm")], MORNING)) == []
    assert list(quiet_signal(REFERRAL, [signal(1), signal(2), signal(3)], MORNING)) == []


def test_what_is_older_than_the_window_or_only_worded_alike_does_not_count() -> None:
    old = [signal(1, "region-stockholm", 90 * DAY + HOUR), signal(2), signal(3, "skolan", child=False, text=True)]
    assert list(quiet_signal(REFERRAL, old, MORNING)) == []


def test_the_window_and_the_number_are_practice_and_say_so() -> None:
    rule = aim("quiet-signal", NIGHT)
    assert (rule.days, rule.at_least, rule.status, rule.section) == (90, 3, "practice", "")
