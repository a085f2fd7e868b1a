"""The hub's own aims as data: limits that no law sets, in rows like the law's, always marked practice, for a city to change."""

from datetime import UTC, date, datetime, timedelta

from contracts.law import STOCKHOLM, Rule
from contracts.law.rules import row_of

BEGINNING = date.min
AT_ONCE = "the hub's own aim; SoL 2025:400 20 kap. 1 § says at once and names no hour"


def _of_assessment(rule_id: str, minutes: int, swedish: str, english: str) -> Rule:
    return Rule(rule_id, "", swedish, english, BEGINNING, AT_ONCE, "own", status="practice", minutes=minutes)


def _of_signals(rule_id: str, swedish: str, english: str, *, minutes: int | None = None, days: int | None = None, least: int = 1) -> Rule:
    source = "the hub's own aim; no law counts signals"
    return Rule(rule_id, "", swedish, english, BEGINNING, source, "own", status="practice", minutes=minutes, days=days, at_least=least)


AIMS = (
    _of_assessment("seen", 15, "öppnad av en människa inom 15 minuter", "opened by a person within 15 minutes"),
    _of_assessment("seen-escalated", 30, "annars till gruppledaren efter 30 minuter", "else to the team lead after 30 minutes"),
    _of_assessment("seen-in-danger", 5, "vid fara: öppnad inom 5 minuter", "in danger: opened within 5 minutes"),
    _of_assessment(
        "seen-in-danger-escalated", 10, "vid fara: till gruppledaren efter 10 minuter", "in danger: to the lead after 10 minutes"
    ),
    _of_assessment("assessed", 60, "skyddsbedömd inom en timme", "assessed for safety within an hour"),
    _of_assessment("assessed-escalated", 120, "annars till gruppledaren efter två timmar", "else to the team lead after two hours"),
    _of_assessment("assessed-in-danger", 30, "vid fara: skyddsbedömd inom 30 minuter", "in danger: assessed within 30 minutes"),
    _of_assessment(
        "assessed-in-danger-escalated", 60, "vid fara: till gruppledaren efter en timme", "in danger: to the lead after an hour"
    ),
    _of_assessment(
        "assessed-out-of-hours",
        60,
        "i en stadsdel: annars till Socialjouren efter en timme, när kontoret är stängt",
        "in a district: else to Socialjouren after an hour, when the office is closed",
    ),
    _of_assessment(
        "assessed-in-danger-out-of-hours",
        15,
        "vid fara i en stadsdel: till Socialjouren efter 15 minuter, när kontoret är stängt",
        "in danger in a district: to Socialjouren after 15 minutes, when the office is closed",
    ),
    Rule(
        "taken-over",
        "",
        "överlämnad inom en timme efter att kontoren öppnat",
        "handed over within an hour of the offices' opening",
        BEGINNING,
        "the hub's own aim: the night's children have somebody in the morning",
        "own",
        status="practice",
        minutes=60,
    ),
    Rule(
        "taken-over-escalated",
        "",
        "annars till gruppledaren efter tre timmar",
        "else to the team lead after three hours",
        BEGINNING,
        "the hub's own aim",
        "own",
        status="practice",
        minutes=180,
    ),
    Rule(
        "scene-call-answer-escalated",
        "",
        "annars till gruppledaren efter tio minuter",
        "else to the team lead after ten minutes",
        BEGINNING,
        "the hub's own aim: a patrol stands with children and waits",
        "own",
        status="practice",
        minutes=10,
    ),
    Rule(
        "scene-child-near",
        "",
        "fyra timmar kvar av de 24 då varje barn ska vara talat med",
        "four hours are left of the 24 in which each child is spoken with",
        BEGINNING,
        "the hub's own aim, so that the model's window of 24 hours is kept",
        "own",
        status="practice",
        minutes=20 * 60,
    ),
    Rule(
        "decision-near",
        "",
        "tre dagar kvar av förhandsbedömningens fjorton",
        "three days are left of the preliminary assessment's fourteen",
        BEGINNING,
        "the hub's own aim, so that the limit of SoL 2025:400 20 kap. 2 § is kept",
        "own",
        status="practice",
        days=3,
    ),
    _of_signals(
        "quiet-signal",
        "minst tre signaler om ett barn, från två myndigheter eller fler, inom 90 dagar",
        "three signals or more about one child, from two agencies or more, within 90 days",
        days=90,
        least=3,
    ),
    _of_signals("signal-answered", "signalerna vägda samman inom ett dygn", "the signals weighed together within a day", minutes=24 * 60),
    _of_signals(
        "signal-answered-escalated", "annars till gruppledaren efter två dygn", "else to the team lead after two days", minutes=48 * 60
    ),
    _of_signals(
        "same-night", "anmälningar inom 12 timmar kan vara samma", "referrals within 12 hours may be the same", minutes=12 * 60, least=2
    ),
)
"""A new version of an aim is a new row with the same id; the old row gets its `valid_to`."""


def aim(rule_id: str, on: datetime) -> Rule:
    """The aim of this id that held at that moment, by Stockholm's calendar. Raises LookupError when none did."""
    return row_of(AIMS, rule_id, on.astimezone(STOCKHOLM).date())


def within(rule_id: str, start: datetime) -> datetime:
    """When an aim in minutes ends that began to run at `start`, in UTC: minutes are minutes, also in the night of 25 hours."""
    return start.astimezone(UTC) + timedelta(minutes=aim(rule_id, start).minutes or 0)


def window(rule_id: str, until: datetime) -> datetime:
    """When the window of an aim began that ends at `until`, in UTC."""
    found = aim(rule_id, until)
    return until.astimezone(UTC) - timedelta(days=found.days or 0, minutes=found.minutes or 0)
