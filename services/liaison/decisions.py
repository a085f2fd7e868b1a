"""What duty officers have decided on a case, beside who has it: a part of the case's state."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.case import ImmediateSafetyAssessed
from contracts.police_report import PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced, ProsecutorConsulted, ProsecutorNotified
from contracts.reasons import ReasonsGiven
from contracts.report_meeting import ReportMeetingRecorded

DecisionEvent = (
    ImmediateSafetyAssessed
    | PoliceReportDecided
    | ReportMeetingRecorded
    | ProsecutorNotified
    | ProsecutorConsulted
    | GuardianHoldPlaced
    | GuardianHoldLifted
    | ReasonsGiven
)


@dataclass(frozen=True)
class Decisions:
    """`assessments` is how many immediate safety assessments were made: the first, and those that corrected the one before.

    `told` are the calls to the prosecutor, which unit was reached and when; `reasons_given` are the events whose owed reasons have come.
    """

    assessments: int = 0
    police: PoliceReportDecided | None = None
    meeting: ReportMeetingRecorded | None = None
    notified: frozenset[tuple[str, datetime]] = frozenset()
    consulted: frozenset[tuple[str, datetime]] = frozenset()
    on_hold: bool = False
    reasons_given: frozenset[UUID] = frozenset()


def decided(decisions: Decisions, event: DecisionEvent) -> Decisions:  # noqa: C901, PLR0911  one line an event
    """The decisions after the event."""
    match event:
        case ImmediateSafetyAssessed():
            return replace(decisions, assessments=decisions.assessments + 1)
        case PoliceReportDecided():
            return replace(decisions, police=event)
        case ReportMeetingRecorded():
            return replace(decisions, meeting=event)
        case ProsecutorNotified():
            return replace(decisions, notified=decisions.notified | {(event.to_unit, event.notified_at)})
        case ProsecutorConsulted():
            return replace(decisions, consulted=decisions.consulted | {(event.to_unit, event.consulted_at)})
        case GuardianHoldPlaced():
            return replace(decisions, on_hold=True)
        case GuardianHoldLifted():
            return replace(decisions, on_hold=False)
        case ReasonsGiven():
            return replace(decisions, reasons_given=decisions.reasons_given | {event.of})
