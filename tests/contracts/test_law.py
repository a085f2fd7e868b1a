"""The law as data: time limits as people count them in Stockholm, and rules that hold from a day to a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts import law
from contracts.law import NEW_ACT, RULES, STOCKHOLM, deadline, rule, safety_assessment_deadline


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-22T02:40", "2026-12-06T23:59:59+01:00"),
        ("2026-11-22T23:59", "2026-12-06T23:59:59+01:00"),
        ("2026-03-20T12:00", "2026-04-03T23:59:59+02:00"),  # over the night when summer time begins
        ("2026-10-20T12:00", "2026-11-03T23:59:59+01:00"),  # and the one when it ends
        ("2026-12-24T12:00", "2027-01-07T23:59:59+01:00"),
        ("2028-02-20T12:00", "2028-03-05T23:59:59+01:00"),  # a leap year
    ],
)
def test_a_preliminary_assessment_takes_fourteen_days(received: str, due: str) -> None:
    limit = deadline("preliminary-assessment", stockholm(received))
    assert limit.due.isoformat() == due
    assert (limit.rule, limit.section) == ("preliminary-assessment", "SoL 2025:400 20 kap. 2 §")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-22T00:00", "2026-11-22"),
        ("2026-11-22T17:59:59", "2026-11-22"),
        ("2026-11-22T18:00", "2026-11-23"),
        ("2026-11-22T23:59:59", "2026-11-23"),
        ("2026-03-28T23:30", "2026-03-29"),  # the next day has 23 hours
        ("2026-10-24T19:00", "2026-10-25"),  # the next day has 25
        ("2026-12-31T20:00", "2027-01-01"),
    ],
)
def test_safety_is_assessed_the_same_day_or_the_next_if_it_came_late(received: str, due: str) -> None:
    limit = safety_assessment_deadline(stockholm(received))
    assert limit.due.astimezone(STOCKHOLM).date().isoformat() == due
    assert limit.due.astimezone(STOCKHOLM).time().isoformat() == "23:59:59"


def test_a_late_evening_before_the_short_day_is_due_that_day_whatever_clock_it_is_given_in() -> None:
    assert safety_assessment_deadline(datetime(2026, 3, 28, 22, 30, tzinfo=UTC)) == safety_assessment_deadline(
        stockholm("2026-03-28T23:30")
    )


def test_that_limit_is_practice_and_never_shown_as_law() -> None:
    assert rule("immediate-safety-assessment", NEW_ACT).status == "practice"
    assert {each.id for each in RULES if each.status == "law"} >= {"preliminary-assessment", "feedback", "duty-to-report"}


def test_the_day_is_stockholms_whatever_clock_it_is_given_in() -> None:
    night = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight on the 22nd in Stockholm
    assert deadline("preliminary-assessment", night) == deadline("preliminary-assessment", stockholm("2026-11-22T12:00"))


@given(some.datetimes(datetime(2025, 7, 2), datetime(2060, 1, 1)))  # noqa: DTZ001  naive on purpose: the zone comes next
def test_a_limit_always_ends_at_the_end_of_a_day_so_many_days_on(moment: datetime) -> None:
    start = moment.replace(tzinfo=UTC)
    due = deadline("preliminary-assessment", start).due.astimezone(STOCKHOLM)
    assert due.date() - start.astimezone(STOCKHOLM).date() == timedelta(days=14)
    assert (due + timedelta(seconds=1)).date() == due.date() + timedelta(days=1)
    assert safety_assessment_deadline(start).due >= start


def test_no_rule_holds_before_the_act() -> None:
    with pytest.raises(LookupError, match="preliminary-assessment"):
        rule("preliminary-assessment", NEW_ACT - timedelta(days=1))
    with pytest.raises(LookupError):
        rule("no-such-rule", NEW_ACT)


def test_a_change_of_law_is_a_change_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    old = rule("preliminary-assessment", NEW_ACT)
    changed = date(2030, 1, 1)
    rows = (*(each for each in RULES if each != old), replace(old, valid_to=date(2029, 12, 31)), replace(old, valid_from=changed, days=10))
    monkeypatch.setattr(law, "RULES", rows)
    assert rule("preliminary-assessment", date(2029, 12, 31)).days == 14
    assert rule("preliminary-assessment", changed).days == 10
    assert deadline("preliminary-assessment", stockholm("2029-12-31T12:00")).due.date() == date(2030, 1, 14)


def test_no_two_rows_of_a_rule_hold_on_the_same_day() -> None:
    for each in RULES:
        others = [other for other in RULES if other.id == each.id and other is not each]
        assert not [o for o in others if o.valid_from <= (each.valid_to or date.max) and each.valid_from <= (o.valid_to or date.max)]
