"""The law as data: sections, time limits and their validity in one table, so that a change of law is a change of rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from contracts.model import Model

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Rule:
    """One rule: where it stands, from when to when it holds, and how sure we are of it.

    `days` is the time limit where the rule has one in days; `status` says whether the limit is law or only practice.
    """

    id: str
    section: str
    swedish: str
    english: str
    valid_from: date
    source: str
    verified: Literal["statute", "secondary"]
    status: Literal["law", "practice"] = "law"
    days: int | None = None
    valid_to: date | None = None


class Deadline(Model):
    """A time limit as it was computed: stored with the event, so that history does not change when the law does."""

    due: AwareDatetime
    rule: str
    section: str


NEW_ACT = date(2025, 7, 1)

RULES = (
    Rule("duty-to-report", "SoL 2025:400 19 kap. 1 §", "anmälningsskyldighet", "duty to report", NEW_ACT, "statute text", "statute"),
    Rule(
        "immediate-safety-assessment",
        "SoL 2025:400 20 kap. 1 §",
        "omedelbar skyddsbedömning: genast",
        "immediate safety assessment: at once",
        NEW_ACT,
        "statute text; same day, or the next if it came late: prop. 2012/13:10 p. 60",
        "secondary",
        status="practice",
        days=0,
    ),
    Rule(
        "preliminary-assessment",
        "SoL 2025:400 20 kap. 2 §",
        "förhandsbedömning inom 14 dagar",
        "preliminary assessment within 14 days",
        NEW_ACT,
        "statute text",
        "statute",
        days=14,
    ),
    Rule(
        "feedback",
        "SoL 2025:400 19 kap. 6 §",
        "återkoppling till anmälaren inom en vecka från beslutet",
        "feedback to the reporter within a week of the decision",
        NEW_ACT,
        "statute text",
        "statute",
        days=7,
    ),
    Rule(
        "feedback-at-once",
        "SoL 2025:400 19 kap. 6 §",
        "återkoppling till anmälaren genast, när en utredning redan pågår",
        "feedback to the reporter at once, when an investigation already runs",
        NEW_ACT,
        "statute text",
        "statute",
        days=0,
    ),
    Rule(
        "coordinated-individual-plan",
        "SoL 2025:400 10 kap. 8 §",
        "samordnad individuell plan (SIP) med samtycke",
        "coordinated individual plan, with consent",
        NEW_ACT,
        "statute text",
        "statute",
    ),
)
"""A new version of a rule is a new row with the same id; the old row gets its `valid_to`."""

LATE_IN_THE_DAY = time(18, 0)
"""From this time of day a referral has come late, and the assessment may be made the next day. A local aim, not law."""


def rule(rule_id: str, on: date) -> Rule:
    """The rule of this id that held on that day. Raises LookupError when none did."""
    for each in RULES:
        if each.id == rule_id and each.valid_from <= on and (each.valid_to is None or on <= each.valid_to):
            return each
    raise LookupError(f"no rule {rule_id} held on {on}")


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, STOCKHOLM) - timedelta(seconds=1)


def deadline(rule_id: str, start: datetime) -> Deadline:
    """When the limit in days ends that began to run at `start`: the end of that calendar day in Stockholm (lag 1930:173)."""
    day = start.astimezone(STOCKHOLM).date()
    held = rule(rule_id, day)
    return Deadline(due=_end_of_day(day + timedelta(days=held.days or 0)), rule=held.id, section=held.section)


def safety_assessment_deadline(received_at: datetime) -> Deadline:
    """The same calendar day, the next only when it came late in the day: practice, never shown as law (20 kap. 1 § says at once)."""
    local = received_at.astimezone(STOCKHOLM)
    late = timedelta(days=1 if local.time() >= LATE_IN_THE_DAY else 0)
    return deadline("immediate-safety-assessment", local + late)  # on the wall: the eve of summer time is followed by a day of 23 hours
