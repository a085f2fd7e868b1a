"""What is left to decide on a case, as its unit's board shows it: decisions on the way, and those that do not say why."""

from contracts.owing import Owing
from contracts.police_report import PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced
from contracts.reasons import ReasonsGiven
from contracts.referral import ReferralReceived
from contracts.report_meeting import ReportMeetingRecorded
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.zones import OWNER, Todo

OnTheWay = PoliceReportDecided | ReportMeetingRecorded | GuardianHoldPlaced | GuardianHoldLifted | ReasonsGiven
"""What officers decide besides the assessment, the handover and the investigation."""


def nothing_decided(event: ReferralReceived) -> list[Todo]:
    """All that is to be decided of a referral: the law offers a report meeting to mandated reporters alone (SoL 2025:400 19 kap. 5 §)."""
    return [Todo.POLICE, *([Todo.MEETING] if event.mandated else [])]


def decided(rows: Rows, logged: Logged, event: OnTheWay) -> None:
    """What is decided besides, and what of it does not say why."""
    match event:
        case PoliceReportDecided():
            _done(rows, Todo.POLICE)
            owing(rows, logged, event)
        case ReportMeetingRecorded():
            _done(rows, Todo.MEETING)
            owing(rows, logged, event)
        case GuardianHoldPlaced():
            rows.change(rows.matching(relation=OWNER), on_hold=True)
            owing(rows, logged, event)
        case GuardianHoldLifted():
            rows.change(rows.matching(relation=OWNER), on_hold=False)
        case ReasonsGiven():
            for row in rows:
                rows.change((row,), owed=[each for each in row["owed"] if each != event.of])


def _done(rows: Rows, what: Todo) -> None:
    for row in rows.matching(relation=OWNER):
        rows.change((row,), todo=[each for each in row["todo"] if each != what])


def owing(rows: Rows, logged: Logged, event: Owing) -> None:
    """The unit that decided owes its reasons, also when the case is with another one by then."""
    for row in rows.matching(unit=event.owed.unit) if event.owed else ():
        rows.change((row,), owed=[*row["owed"], logged.whole.id])
