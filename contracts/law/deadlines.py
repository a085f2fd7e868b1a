"""Time limits: when they end, counted in Stockholm's days, and how they came about in words."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from pydantic import AwareDatetime

from contracts.law import table
from contracts.law.calendar import DAY, STOCKHOLM, moved
from contracts.law.office import office
from contracts.law.rules import Rule, row_of
from contracts.model import Model


class Deadline(Model):
    """A time limit as it was computed: stored with the event, so that history does not change when the law does.

    `since` is when it began to run. `moved_to` is the day to which lag (1930:173) 2 § would move a last day that is a Sunday, a holiday or
    an eve: stored, and not what people are told to aim at, for whether it holds for this limit is not settled.
    """

    due: AwareDatetime
    rule: str
    section: str
    since: AwareDatetime | None = None
    moved_to: date | None = None


LATE_IN_THE_DAY = time(18, 0)
"""From this time of day a referral has come late, and the assessment may be made the next day. A local aim, not law."""


class NoLimit(LookupError):
    """The rule that held had no time limit."""


def rule(rule_id: str, on: date) -> Rule:
    """The rule of this id that held on that day. Raises LookupError when none did."""
    return row_of(table.RULES, rule_id, on)


def deadline(rule_id: str, start: datetime) -> Deadline:
    """When the limit ends that began to run at `start`: the end of a calendar day in Stockholm (lag 1930:173).

    The rule is the one that held on the day when the limit began to run. Raises LookupError when none did, NoLimit when it had no limit.
    """
    day = start.astimezone(STOCKHOLM).date()
    held = rule(rule_id, day)
    last = last_day(held, day)
    long = held.status == "law" and last > day
    return Deadline(
        due=_end_of_day(last),
        rule=held.id,
        section=held.section,
        since=start.astimezone(UTC),
        moved_to=moved(last) if long and moved(last) != last else None,
    )


def deadline_in_minutes(rule_id: str, start: datetime) -> Deadline:
    """When a limit in minutes ends that began to run at `start`, by the clock alone: minutes are minutes, also in the night of 25 hours.

    Raises LookupError when no such rule held, NoLimit when it had no limit in minutes.
    """
    held = rule(rule_id, start.astimezone(STOCKHOLM).date())
    if held.minutes is None:
        raise NoLimit(held.id)
    since = start.astimezone(UTC)
    return Deadline(due=since + timedelta(minutes=held.minutes), rule=held.id, section=held.section, since=since)


def last_day(held: Rule, day: date) -> date:
    """The last day of the rule's limit: so many days on, or the day of the same number so many months on, or that month's last (1 §)."""
    if held.days is not None:
        return day + held.days * DAY
    if held.months is None:
        raise NoLimit(held.id)
    years, month = divmod(day.month - 1 + held.months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def safety_assessment_deadline(received_at: datetime) -> Deadline:
    """The same calendar day, the next only when it came late in the day: practice, never shown as law (20 kap. 1 § says at once)."""
    local = received_at.astimezone(STOCKHOLM)
    late = timedelta(days=1 if local.time() >= LATE_IN_THE_DAY else 0)
    found = deadline("immediate-safety-assessment", received_at)
    return found.model_copy(update={"due": _end_of_day(local.date() + late)})


def handover_deadline(offered_at: datetime) -> Deadline:
    """When an offered case must have its answer: when the office next opens. An aim of our own."""
    held = rule("handover-answer", offered_at.astimezone(STOCKHOLM).date())
    return Deadline(due=office().next_opening(offered_at), rule=held.id, section=held.section, since=offered_at.astimezone(UTC))


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + DAY, time.min, STOCKHOLM) - timedelta(seconds=1)
