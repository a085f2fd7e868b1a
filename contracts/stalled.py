"""A referral that has not moved in time: which step is late, and who has been told."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.event import Event


class Step(StrEnum):
    """A step that the watchdog waits for."""

    SEEN = "seen"
    ASSESSED = "assessed"
    TAKEN_OVER = "taken_over"
    DECIDED = "decided"
    SIGNAL_ANSWERED = "signal_answered"


CHAIN = frozenset({Step.SEEN, Step.ASSESSED, Step.TAKEN_OVER, Step.DECIDED})
"""The steps of the receipt chain: that one of these was escalated, the reporting unit may know; the others are the social services' own."""


class Level(StrEnum):
    """How far the delay has been carried: to everybody at the unit's board, out of hours to Socialjouren, then to its team lead."""

    BOARD = "board"
    OUT_OF_HOURS = "out_of_hours"
    TEAM_LEAD = "team_lead"


ESCALATED = frozenset({Level.OUT_OF_HOURS, Level.TEAM_LEAD})
"""Levels above the board: that it came so far, the reporting unit may know."""


class ReferralStalled(Event):
    """A step is late: raised by the watchdog, once for each level. `rule` is the limit's row in the table of rules.

    `to_agency` and `to_unit` are whom it was carried to out of hours: another unit than the one that has the case.
    """

    step: Step
    level: Level
    due: AwareDatetime
    rule: str
    unit: str
    raised_at: AwareDatetime
    to_agency: str | None = None
    to_unit: str | None = None
