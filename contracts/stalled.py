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
    """How far the delay has been carried: to everybody at the unit's board, then to its team lead."""

    BOARD = "board"
    TEAM_LEAD = "team_lead"


class ReferralStalled(Event):
    """A step is late: raised by the watchdog, once for each level. `rule` is the limit's row in the table of rules."""

    step: Step
    level: Level
    due: AwareDatetime
    rule: str
    unit: str
    raised_at: AwareDatetime
