"""The calendar and the office: holidays as the almanac has them, and the share of time when nobody is there."""

from datetime import date, datetime, time, timedelta

import pytest

from contracts.law import STOCKHOLM, Office, office
from contracts.law.calendar import easter, eves, moved, name_of, public_holidays
from contracts.law.office import office_from

HOLIDAYS = {
    2026: "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26",
    2027: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26",
}
EVES = {2026: "06-19 12-24 12-31", 2027: "06-25 12-24 12-31"}


def days(year: int, text: str) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for day in text.split()]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_holidays_of_a_year(year: int) -> None:
    assert sorted(public_holidays(year)) == days(year, HOLIDAYS[year])
    assert sorted(eves(year)) == days(year, EVES[year])


@pytest.mark.parametrize("day", ["1961-04-02", "1999-04-04", "2000-04-23", "2008-03-23", "2011-04-24", "2038-04-25", "2049-04-18"])
def test_easter_is_where_the_almanac_has_it(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("year", range(2020, 2100))
def test_midsummer_and_all_saints_are_saturdays_of_their_weeks(year: int) -> None:
    days_of = {name: day for day, name in public_holidays(year).items()}
    assert date(year, 6, 20) <= days_of["midsommardagen"] <= date(year, 6, 26)
    assert date(year, 10, 31) <= days_of["alla helgons dag"] <= date(year, 11, 6)
    assert {days_of["midsommardagen"].weekday(), days_of["alla helgons dag"].weekday()} == {5}
    assert days_of["långfredagen"].weekday() == 4
    assert days_of["Kristi himmelsfärdsdag"].weekday() == 3


def test_a_day_has_its_name_and_an_ordinary_one_has_none() -> None:
    assert (name_of(date(2026, 6, 19)), name_of(date(2026, 4, 3)), name_of(date(2026, 11, 23))) == ("midsommarafton", "långfredagen", None)


def test_a_day_on_which_no_limit_ends_moves_to_the_next_that_may() -> None:
    assert moved(date(2026, 12, 24)) == date(2026, 12, 28)
    assert moved(date(2026, 11, 23)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("year", "eves_worked", "working_days", "share"),
    [(2006, True, 252, 0.7699), (2006, False, 251, 0.7708), (2026, True, 254, 0.7680), (2026, False, 251, 0.7708)],
)
def test_eight_hours_on_working_days_leave_the_77_per_cent_of_the_first_project(
    year: int, eves_worked: bool, working_days: int, share: float
) -> None:
    """Seed 001: "77 % of all time is outside office hours". With 8.5 hours a day it would be 75.4 to 75.8."""
    eight = Office(time(8), time(16), open_on_eves=eves_worked)
    whole = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(eight.hours(day) > timedelta() for day in whole) == working_days
    assert round(eight.share_closed(whole[0], whole[-1]), 4) == share
    longer = Office(time(8), time(16, 30), open_on_eves=eves_worked)
    assert 0.754 <= round(longer.share_closed(whole[0], whole[-1]), 3) <= 0.758


@pytest.mark.parametrize("year", [2006, 2026])
def test_the_office_as_it_is_configured_gives_the_77_per_cent(year: int) -> None:
    assert round(office().share_closed(date(year, 1, 1), date(year, 12, 31)), 2) == 0.77


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-23T07:59:59", False),
        ("2026-11-23T08:00", True),
        ("2026-11-23T15:59:59", True),
        ("2026-11-23T16:00", False),
        ("2026-11-22T12:00", False),
        ("2026-12-24T12:00", False),
        ("2026-12-23T12:00", True),
    ],
)
def test_somebody_is_there_from_eight_to_four_on_working_days(moment: str, there: bool) -> None:
    assert office().open_at(at(moment)) is there


@pytest.mark.parametrize(
    ("moment", "begins", "ends", "hours"),
    [
        ("2026-11-24T02:40", "2026-11-23T16:00", "2026-11-24T08:00", 16),
        ("2026-11-24T09:00", "2026-11-23T16:00", "2026-11-24T08:00", 16),  # in the morning, the night that was
        ("2026-11-24T16:00", "2026-11-24T16:00", "2026-11-25T08:00", 16),
        ("2026-11-22T12:00", "2026-11-20T16:00", "2026-11-23T08:00", 64),
        ("2026-03-29T12:00", "2026-03-27T16:00", "2026-03-30T08:00", 63),  # summer time begins: an hour less
        ("2026-10-25T12:00", "2026-10-23T16:00", "2026-10-26T08:00", 65),  # and ends: an hour more
        ("2026-04-04T12:00", "2026-04-02T16:00", "2026-04-07T08:00", 112),
    ],
)
def test_the_night_lasts_from_when_the_office_closed_until_it_opens(moment: str, begins: str, ends: str, hours: int) -> None:
    night = office().night(at(moment))
    assert (night.begins, night.ends) == (at(begins), at(ends))
    assert (night.ends.timestamp() - night.begins.timestamp()) / 3600 == hours


HALF = """
opens = 08:00:00
closes = 16:00:00
closed = [2026-12-23]

[half_days]
"skärtorsdagen" = 12:00:00
"04-30" = 13:00:00
"""


def test_half_days_and_further_closed_days_are_configuration() -> None:
    half = office_from(HALF)
    thursday = date(2026, 4, 2)
    assert half.hours(thursday) == timedelta(hours=4)
    assert half.hours(date(2027, 3, 25)) == timedelta(hours=4)
    assert half.hours(date(2026, 4, 30)) == timedelta(hours=5)
    assert half.hours(date(2026, 12, 23)) == timedelta()
    assert half.night(at("2026-04-02T12:30")).begins == at("2026-04-02T12:00")
    assert half.last_closing(at("2026-04-02T11:59")) == at("2026-04-01T16:00")
    assert half.next_opening(at("2026-12-22T17:00")) == at("2026-12-28T08:00")


@pytest.mark.parametrize("wrong", ['"skärfredagen" = 12:00:00', '"02-29" = 12:00:00', '"13-01" = 12:00:00'])
def test_a_day_that_nobody_knows_is_refused_when_the_configuration_is_read(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid|day|month"):
        office_from(f"opens = 08:00:00\ncloses = 16:00:00\n[half_days]\n{wrong}\n")
