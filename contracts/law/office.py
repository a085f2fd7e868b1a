"""When the offices of social services are open: configuration, for no law says it; and the night, which is all other time."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from contracts.law.calendar import DAY, SATURDAY, STOCKHOLM, days_before, eves, public_holidays


@dataclass(frozen=True)
class Night:
    """A time when the offices are closed, from when one closed until one opens: it may last a whole weekend."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Office:
    """When an office is open. `half_days` are days, `04-30` or a name of `days_before`, and when the office closes on them."""

    opens: time
    closes: time
    open_on_eves: bool = False
    half_days: Mapping[str, time] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    def hours(self, day: date) -> timedelta:
        """How long it is open on a day of Stockholm's calendar, by the clock on its wall."""
        return datetime.combine(day, self._closes(day)) - datetime.combine(day, self.opens) if self._works(day) else timedelta()

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody is there at this moment."""
        local = moment.astimezone(STOCKHOLM)
        return self._works(local.date()) and self.opens <= local.time() < self._closes(local.date())

    def next_opening(self, after: datetime) -> datetime:
        """The next time that it opens, later than this moment."""
        local = after.astimezone(STOCKHOLM)
        day = local.date() + (DAY if local.time() >= self.opens else timedelta())
        while not self._works(day):
            day += DAY
        return datetime.combine(day, self.opens, STOCKHOLM)

    def next_closed(self, moment: datetime) -> datetime:
        """The first moment from this one on when nobody is there: this very one, or when it closes that day."""
        if not self.open_at(moment):
            return moment
        day = moment.astimezone(STOCKHOLM).date()
        return datetime.combine(day, self._closes(day), STOCKHOLM)

    def last_closing(self, before: datetime) -> datetime:
        """The last time that it closed, no later than this moment."""
        local = before.astimezone(STOCKHOLM)
        day = local.date()
        while not self._works(day) or datetime.combine(day, self._closes(day), STOCKHOLM) > local:
            day -= DAY
        return datetime.combine(day, self._closes(day), STOCKHOLM)

    def night(self, moment: datetime) -> Night:
        """The night that lasts at this moment; in office hours the one before them."""
        local = moment.astimezone(STOCKHOLM)
        ends = datetime.combine(local.date(), self.opens, STOCKHOLM) if self.open_at(moment) else self.next_opening(moment)
        return Night(self.last_closing(ends), ends)

    def share_closed(self, first: date, last: date) -> float:
        """The share of all time, both days included, when nobody is there: 0 to 1."""
        return 1 - sum((self.hours(day) for day in _days(first, last)), timedelta()) / (last - first + DAY)

    def _works(self, day: date) -> bool:
        free = day.weekday() >= SATURDAY or day in public_holidays(day.year) or day in self.closed
        return not free and (self.open_on_eves or day not in eves(day.year))

    def _closes(self, day: date) -> time:
        return next((closes for name, closes in self.half_days.items() if day == day_called(name, day.year)), self.closes)


def day_called(name: str, year: int) -> date:
    """The day of a year that a configuration names: `04-30`, or `skärtorsdagen`. Raises ValueError for a name that is none."""
    return days_before(year).get(name) or date.fromisoformat(f"{year}-{name}")


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def office_from(text: str) -> Office:
    """The office that a configuration describes. Raises ValueError when it cannot be understood, KeyError when an hour is missing."""
    told = tomllib.loads(text)
    half_days: Mapping[str, time] = told.get("half_days", {})
    for name in half_days:
        day_called(name, 2027)
    return Office(told["opens"], told["closes"], told.get("open_on_eves", False), half_days, frozenset(told.get("closed", ())))


@cache
def office() -> Office:
    """The office hours of the city's social services, as `contracts/law/office.toml` has them."""
    return office_from((files(__package__) / "office.toml").read_text("utf-8"))
