"""The report meeting (anmälningsmöte) of child, guardian and reporter (SoL 2025:400 19 kap. 5 §)."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.decided import Decided
from contracts.reasons import Owed, Reasons


class ReportMeeting(StrEnum):
    """How it stands with the meeting. It should be offered where that is good for the child: not offering it needs reasons."""

    OFFERED = "offered"
    HELD = "held"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    NOT_RELEVANT = "not_relevant"


class ReportMeetingRecorded(Decided[Reasons]):
    """How it stands with the meeting, from now on. Of all this the reporting unit gets to know that it is invited, and to when."""

    outcome: ReportMeeting
    reporter_invited: bool
    meets_at: AwareDatetime | None = None
    recorded_at: AwareDatetime
    owed: Owed | None = None
