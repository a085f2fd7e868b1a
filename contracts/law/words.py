"""A time limit in words, Swedish and English: from when it is counted, when it ends, and which rule says so."""

from dataclasses import dataclass
from datetime import datetime, time

from contracts.law.calendar import STOCKHOLM
from contracts.law.deadlines import Deadline, rule
from contracts.law.office import office
from contracts.law.rules import Rule

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Language:
    """How a language says days and moments, and what it says about limits."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    moment: str
    last_day: str
    at_latest: str
    closed: str


SWEDISH = Language(
    ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"),
    "{weekday} {day} {month} {year}",
    "{date} kl. {time:%H.%M}",
    "Sista dag är {due}.",
    "Senast {due}.",
    "Den dagen är kontoret stängt: sikta på att vara klar före.",
)
ENGLISH = Language(
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "{weekday} {day} {month} {year}",
    "{date} at {time:%H:%M}",
    "The last day is {due}.",
    "At the latest {due}.",
    "The office is closed that day: aim to be done before.",
)


@dataclass(frozen=True)
class Explained:
    """The same in both languages."""

    swedish: str
    english: str


def explained(limit: Deadline) -> Explained:
    """How the limit came about. For one stored without its beginning, only when it ends and where that stands."""
    held = rule(limit.rule, (limit.since or limit.due).astimezone(STOCKHOLM).date())
    counted = held.counted
    return Explained(
        _said(limit, held, counted.swedish if counted else "", SWEDISH),
        _said(limit, held, counted.english if counted else "", ENGLISH),
    )


def _said(limit: Deadline, held: Rule, counted: str, language: Language) -> str:
    due = limit.due.astimezone(STOCKHOLM)
    whole_day = due.time() == LAST_SECOND
    ends = language.last_day.format(due=_day(due, language)) if whole_day else language.at_latest.format(due=_moment(due, language))
    parts = (
        counted.format(since=_moment(limit.since, language)) if limit.since else "",
        ends,
        language.closed if held.status == "law" and not office().hours(due.date()) else "",
        f"{limit.section}." if limit.section else "",
    )
    return " ".join(part for part in parts if part)


def _day(at: datetime, language: Language) -> str:
    return language.day.format(weekday=language.weekdays[at.weekday()], day=at.day, month=language.months[at.month - 1], year=at.year)


def _moment(at: datetime, language: Language) -> str:
    local = at.astimezone(STOCKHOLM)
    return language.moment.format(date=_day(local, language), time=local)
