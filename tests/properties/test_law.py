"""The clocks, at any moment of any day: held against a calendar that knows Stockholm's summer time by its rule, not by our zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.law import (
    LATE_IN_THE_DAY,
    RULES,
    STOCKHOLM,
    deadline,
    explained,
    handover_deadline,
    office,
    rule,
    safety_assessment_deadline,
)
from contracts.law.calendar import ends_limits
from tests.properties.world import FIRST_DAY, LAST_DAY, MOMENTS

LIMITS = [each for each in RULES if each.days is not None and each.valid_to is None]
MONTHS = [each for each in RULES if each.months is not None and each.valid_to is None]
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def ahead(utc: datetime) -> timedelta:
    """Stockholm's clock over UTC: summer time from 01:00 UTC on March's last Sunday to 01:00 UTC on October's (2000/84/EC)."""
    begins, ends = (datetime.combine(last_sunday(utc.year, month), time(1), UTC) for month in (3, 10))
    return 2 * HOUR if begins <= utc < ends else HOUR


def on_the_wall(moment: datetime) -> datetime:
    """What the clock on a wall in Stockholm shows, without a zone."""
    utc = moment.astimezone(UTC)
    return (utc + ahead(utc)).replace(tzinfo=None)


@given(MOMENTS, some.sampled_from(LIMITS))
def test_a_limit_ends_with_the_last_second_of_its_day_in_stockholm(start: datetime, limit: object) -> None:
    held = next(each for each in LIMITS if each == limit)
    found = deadline(held.id, start)
    end = on_the_wall(found.due)
    assert end.date() == on_the_wall(start).date() + (held.days or 0) * DAY
    assert end.time() == time(23, 59, 59)
    assert on_the_wall(found.due + SECOND).time() == time(0, 0)
    assert found.due > start - SECOND
    assert (found.rule, found.section) == (held.id, held.section)


@given(MOMENTS)
def test_safety_is_assessed_the_same_day_or_the_next_if_it_came_late(start: datetime) -> None:
    wall, due = on_the_wall(start), safety_assessment_deadline(start).due
    assert on_the_wall(due).date() == wall.date() + (1 if wall.time() >= LATE_IN_THE_DAY else 0) * DAY
    assert on_the_wall(due).time() == time(23, 59, 59)


@given(MOMENTS, MOMENTS, some.sampled_from(LIMITS))
def test_who_comes_later_is_never_due_earlier(one: datetime, other: datetime, limit: object) -> None:
    held = next(each for each in LIMITS if each == limit)
    first, second = sorted((one, other))
    assert deadline(held.id, first).due <= deadline(held.id, second).due
    assert safety_assessment_deadline(first).due <= safety_assessment_deadline(second).due


@given(MOMENTS)
def test_the_zone_of_the_clock_that_tells_the_moment_does_not_matter(start: datetime) -> None:
    for limit in LIMITS:
        assert deadline(limit.id, start.astimezone(UTC)) == deadline(limit.id, start.astimezone(STOCKHOLM))
    assert safety_assessment_deadline(start.astimezone(UTC)) == safety_assessment_deadline(start.astimezone(STOCKHOLM))


@given(MOMENTS)
def test_fourteen_days_end_on_the_same_weekday_also_when_it_is_a_sunday(start: datetime) -> None:
    """The raw day is the target; whether it moves past a holiday (lag 1930:173, 2 §) is not ours to promise."""
    assert on_the_wall(deadline("preliminary-assessment", start).due).weekday() == on_the_wall(start).weekday()


@given(some.dates(FIRST_DAY, LAST_DAY), some.sampled_from(sorted({each.id for each in RULES})))
def test_exactly_one_row_of_a_rule_holds_on_a_day(day: date, name: str) -> None:
    held = [each for each in RULES if each.id == name and each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)]
    assert held == [rule(name, day)]


@given(some.dates(max_value=min(each.valid_from for each in RULES) - DAY), some.sampled_from(sorted({each.id for each in RULES})))
def test_no_rule_holds_before_its_act(day: date, name: str) -> None:
    with pytest.raises(LookupError):
        rule(name, day)


@given(MOMENTS, some.sampled_from(MONTHS))
def test_a_limit_in_months_ends_on_the_same_number_or_on_the_months_last_day(start: datetime, limit: object) -> None:
    held = next(each for each in MONTHS if each == limit)
    begins, ends = on_the_wall(start).date(), on_the_wall(deadline(held.id, start).due).date()
    assert (ends.year - begins.year) * 12 + ends.month - begins.month == held.months
    assert ends.day == begins.day or (ends.day < begins.day and (ends + DAY).day == 1)


@given(MOMENTS, some.sampled_from([*LIMITS, *MONTHS]))
def test_a_day_moves_forward_only_and_only_when_no_limit_ends_on_it(start: datetime, limit: object) -> None:
    held = next(each for each in RULES if each == limit)
    found = deadline(held.id, start)
    last = on_the_wall(found.due).date()
    assert found.moved_to is None or (found.moved_to > last and ends_limits(found.moved_to) and not ends_limits(last))
    assert found.moved_to is not None or ends_limits(last) or not (held.days or held.months) or held.status == "practice"


@given(MOMENTS)
def test_an_offer_has_its_answer_at_eight_on_a_working_day_and_never_in_an_office_hour_that_is_missed(start: datetime) -> None:
    due = handover_deadline(start).due
    assert due > start
    assert on_the_wall(due).time() == time(8)
    assert office().open_at(due)
    assert on_the_wall(due).weekday() < 5
    assert handover_deadline(due - SECOND).due == due


@given(MOMENTS)
def test_the_night_is_the_time_when_nobody_is_there(at: datetime) -> None:
    night = office().night(at)
    assert night.begins < night.ends
    assert not office().open_at(night.begins)
    assert not office().open_at(night.ends - SECOND)
    assert office().open_at(night.begins - SECOND)
    assert office().open_at(night.ends)
    assert (night.begins <= at < night.ends) != office().open_at(at)


@given(MOMENTS, some.sampled_from([*LIMITS, *MONTHS]))
def test_every_limit_says_in_words_when_it_began_and_when_it_ends(start: datetime, limit: object) -> None:
    held = next(each for each in RULES if each == limit)
    words, begins = explained(deadline(held.id, start)), on_the_wall(start)
    assert f"{begins.day} " in words.swedish
    assert begins.strftime("%H.%M") in words.swedish
    assert begins.strftime("%H:%M") in words.english
    assert held.section in words.swedish
    assert held.section in words.english
