"""Which facts may be recorded before their reasons are written."""

from contracts.case import ImmediateSafetyAssessed
from contracts.police_report import PoliceReportDecided
from contracts.prosecutor import GuardianHoldPlaced
from contracts.reasons import Reasoned
from contracts.report_meeting import ReportMeetingRecorded

Owing = ImmediateSafetyAssessed | PoliceReportDecided | ReportMeetingRecorded | GuardianHoldPlaced
"""Each says in `owed` which unit owes the reasons, if any does."""


def reasoned(event: Owing) -> Reasoned:
    """What the reasons of such a fact are called."""
    match event:
        case ImmediateSafetyAssessed():
            return Reasoned.SAFETY_ASSESSMENT
        case PoliceReportDecided():
            return Reasoned.POLICE_REPORT
        case ReportMeetingRecorded():
            return Reasoned.REPORT_MEETING
        case GuardianHoldPlaced():
            return Reasoned.GUARDIAN_HOLD
