"""The Swedish calendar: public holidays, the eves beside them, and the days on which no time limit ends. Computed, for any year."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
FRIDAY, SATURDAY = 4, 5
"""As `date.weekday` counts."""


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian calendar (the anonymous algorithm of 1876)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def first(weekday: int, since: date) -> date:
    """The first such weekday on or after a day."""
    return since + (weekday - since.weekday()) % 7 * DAY


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays that are not merely Sundays (lag 1989:253), with their Swedish names."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "nyårsdagen",
        date(year, 1, 6): "trettondedag jul",
        sunday - 2 * DAY: "långfredagen",
        sunday: "påskdagen",
        sunday + DAY: "annandag påsk",
        date(year, 5, 1): "första maj",
        sunday + 39 * DAY: "Kristi himmelsfärdsdag",
        sunday + 49 * DAY: "pingstdagen",
        date(year, 6, 6): "nationaldagen",
        first(SATURDAY, date(year, 6, 20)): "midsommardagen",
        first(SATURDAY, date(year, 10, 31)): "alla helgons dag",
        date(year, 12, 25): "juldagen",
        date(year, 12, 26): "annandag jul",
    }


@cache
def eves(year: int) -> Mapping[date, str]:
    """The three eves that are no public holidays and on which no time limit ends all the same (lag 1930:173, 2 §)."""
    return {
        first(FRIDAY, date(year, 6, 19)): "midsommarafton",
        date(year, 12, 24): "julafton",
        date(year, 12, 31): "nyårsafton",
    }


@cache
def days_before(year: int) -> Mapping[str, date]:
    """Days before a holiday on which an office may close early, by the names that `office.toml` uses for them."""
    sunday = easter(year)
    return {
        "trettondagsafton": date(year, 1, 5),
        "skärtorsdagen": sunday - 3 * DAY,
        "valborgsmässoafton": date(year, 4, 30),
        "dagen före Kristi himmelsfärdsdag": sunday + 38 * DAY,
        "dagen före nationaldagen": date(year, 6, 5),
        "dagen före alla helgons dag": first(SATURDAY, date(year, 10, 31)) - DAY,
    }


def name_of(day: date) -> str | None:
    """What the day is called in Swedish, when it is a public holiday or one of the three eves."""
    return public_holidays(day.year).get(day) or eves(day.year).get(day)


def ends_limits(day: date) -> bool:
    """Whether a time limit may end on the day: not on a Saturday, a Sunday, a public holiday or one of the three eves."""
    return day.weekday() < SATURDAY and name_of(day) is None


def moved(day: date) -> date:
    """The day to which a limit moves that would end on this one: the next that may end it (lag 1930:173, 2 §), or the day itself."""
    while not ends_limits(day):
        day += DAY
    return day
