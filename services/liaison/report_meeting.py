"""The report meeting (SoL 2025:400 19 kap. 5 §): offered, held, declined, not offered with reasons, or not relevant."""

from collections.abc import Iterator
from datetime import datetime

from contracts.reasons import Reasons
from contracts.refusals import Refused
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from services.liaison.case import Case
from services.liaison.officer import Officer


class MeetingHeld(Refused):
    """The report meeting has been held. What comes after it is no report meeting: write it in your own file."""


class NoMandatedReporter(Refused):
    """Who made this referral is not under the duty to report, so the law offers no report meeting. Record it as not relevant."""


TOGETHER = frozenset({ReportMeeting.OFFERED, ReportMeeting.HELD})
"""Outcomes with a meeting in them: it is for the reporters of 19 kap. 1-3 §§ alone."""


def record_report_meeting(
    case: Case,
    by: Officer,
    outcome: ReportMeeting,
    reasons: str,
    recorded_at: datetime,
    *,
    reporter_invited: bool = False,
    meets_at: datetime | None = None,
) -> Iterator[ReportMeetingRecorded]:
    """Records how it stands. Only who is offered a meeting is invited, and only a meeting has a time.

    Raises what `owned` raises, NotSeen, NoMandatedReporter, MeetingHeld.
    """
    registered, before = by.read(case), case.decisions.meeting
    if outcome in TOGETHER and not registered.mandated:
        raise NoMandatedReporter
    invited = reporter_invited and outcome is ReportMeeting.OFFERED
    when = meets_at if outcome in TOGETHER else None
    if before and (before.outcome, before.reporter_invited, before.meets_at) == (outcome, invited, when):
        return
    if before and before.outcome is ReportMeeting.HELD:
        raise MeetingHeld
    yield ReportMeetingRecorded(
        outcome=outcome,
        reporter_invited=invited,
        meets_at=when,
        unit=by.unit,
        role=by.role,
        handovers=case.handovers,
        recorded_at=recorded_at,
        owed=by.owes(registered, reasons) if outcome is ReportMeeting.NOT_OFFERED else None,
        content=Reasons(reasons=reasons),
    )
