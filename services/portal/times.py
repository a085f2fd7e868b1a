"""Dates and times as people read them: Stockholm's clock, in the reader's language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from markupsafe import Markup

from services.portal.language import Language, catalogue

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def moment(at: datetime, language: Language) -> Markup:
    """A `<time>` such as "lör 22 nov. 05:40". `at` must know its time zone. Raises ValueError when it does not."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    text = moment_text(at, language)
    machine = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


def moment_text(at: datetime, language: Language, *, year: bool = False) -> str:
    """The same without a tag, for what is no page; with the year for what is kept."""
    return format_datetime(at.astimezone(STOCKHOLM), "EEE d MMM y HH:mm" if year else "EEE d MMM HH:mm", locale=language.locale)


def day(of: date, language: Language) -> Markup:
    """A `<time>` such as "22 november 2026"."""
    text = format_date(of, "d MMMM y", locale=language.locale)
    return Markup('<time datetime="{}">{}</time>').format(of.isoformat(), text)


def span(length: timedelta, language: Language) -> str:
    """A length of time such as "3 dagar", "1 h 11 min" or "9 min"; whole minutes, rounded down. Its sign is left out."""
    minutes = int(abs(length).total_seconds()) // 60
    days = minutes // (24 * 60)
    if days >= 2:
        return catalogue(language).ungettext("%(num)s day", "%(num)s days", days) % {"num": days}
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min"


def stockholm(text: str) -> datetime | None:
    """What a browser's field for day and time says, `2026-11-24T09:00`, by Stockholm's clock, in UTC.

    None when it says no time, or one that the clock skips in the spring; of an hour that comes twice, the first.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = local.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    return at if local.tzinfo is None and at.astimezone(STOCKHOLM).replace(tzinfo=None) == local else None
