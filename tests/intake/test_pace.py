"""How much comes in from private persons: a burst goes through, a flood does not, and nobody is remembered for it."""

from dataclasses import fields

from services.intake.pace import Bucket


def test_a_burst_goes_through_and_then_one_for_each_span() -> None:
    bucket = Bucket(3, 5.0)
    assert [bucket.take(100.0) for _ in range(5)] == [True, True, True, False, False]
    assert [bucket.take(at) for at in (104.9, 105.0, 105.1, 110.0)] == [False, True, False, True]


def test_what_was_turned_away_costs_nothing_and_a_quiet_night_fills_it_again() -> None:
    bucket = Bucket(2, 5.0)
    assert [bucket.take(0.0) for _ in range(100)].count(True) == 2
    assert [bucket.take(1000.0) for _ in range(3)] == [True, True, False]


def test_all_that_it_remembers_is_one_time() -> None:
    bucket = Bucket(2, 5.0)
    bucket.take(7.0)
    assert {field.name: type(getattr(bucket, field.name)) for field in fields(bucket)} == {
        "burst": int,
        "seconds": float,
        "_full_at": float,
    }
