"""What officers have decided on a case, read from its opened events: one line of the history for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from contracts.case import ImmediateSafetyAssessed
from contracts.decided import Decided
from contracts.event import Ciphertext
from contracts.model import Model
from contracts.owing import Owing
from contracts.police_report import PoliceReport, PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced, ProsecutorConsulted, ProsecutorNotified
from contracts.reasons import ReasonsGiven
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from services.portal.labels import DISCLOSURE_BASES, GUARDIAN_NOTICES
from services.portal.language import N_
from services.portal.pages.happened import Happened

Officers = (
    ImmediateSafetyAssessed
    | PoliceReportDecided
    | ReportMeetingRecorded
    | ProsecutorNotified
    | ProsecutorConsulted
    | GuardianHoldPlaced
    | GuardianHoldLifted
    | ReasonsGiven
)
OFFICERS: dict[str, type[Officers]] = {each.__name__: each for each in get_args(Officers)}
"""What an officer decides, by the event's name."""

ASSESSED = {
    (False, True): N_("Assessed: needs immediate protection"),
    (False, False): N_("Assessed: does not need immediate protection"),
    (True, True): N_("Assessment corrected: needs immediate protection"),
    (True, False): N_("Assessment corrected: does not need immediate protection"),
}
"""Whether it corrects another, and whether the child needs protection."""
POLICE = {
    PoliceReport.MADE: N_("Reported to the police"),
    PoliceReport.NOT_MADE: N_("Not reported to the police"),
    PoliceReport.NO_SUSPICION: N_("No crime suspected, nothing reported to the police"),
}
MEETING = {
    ReportMeeting.OFFERED: N_("Report meeting offered"),
    ReportMeeting.HELD: N_("Report meeting held"),
    ReportMeeting.DECLINED: N_("Report meeting declined"),
    ReportMeeting.NOT_OFFERED: N_("Report meeting not offered"),
    ReportMeeting.NOT_RELEVANT: N_("Report meeting not relevant"),
}
BARNAHUS = {True: N_("Barnahus was consulted"), False: N_("Barnahus was not consulted")}
CONTACTED = {True: N_("A guardian had been contacted already"), False: N_("No guardian had been contacted yet")}
INVITED = N_("The reporting unit is invited, and sees that")
OWED = N_("Why is not written yet")


def decided(entry: Mapping[str, Any]) -> Officers | None:
    """The decision that an opened event is; None for one that is another's."""
    event = OFFICERS.get(entry["event"])
    return event.model_validate(entry["data"]) if event else None


def told(decision: Officers) -> Happened:  # noqa: C901, PLR0911  one arm a decision
    """The decision as a line of the history."""
    match decision:
        case ImmediateSafetyAssessed():
            return _assessed(decision)
        case PoliceReportDecided():
            ground = [DISCLOSURE_BASES[decision.basis]] if decision.basis else []
            notes = [BARNAHUS[decision.barnahus_consulted], *ground, *_owed(decision)]
            return _line(POLICE[decision.decision], decision, decision.decided_at, notes)
        case ReportMeetingRecorded():
            notes = [*([INVITED] if decision.reporter_invited else []), *_owed(decision)]
            return _line(MEETING[decision.outcome], decision, decision.recorded_at, notes, meets_at=decision.meets_at)
        case ProsecutorNotified():
            return _line(N_("%(unit)s notified"), decision, decision.notified_at, unit=decision.to_unit)
        case ProsecutorConsulted():
            answer = [GUARDIAN_NOTICES[decision.guardian]]
            return _line(N_("%(unit)s consulted"), decision, decision.consulted_at, answer, unit=decision.to_unit)
        case GuardianHoldPlaced():
            return _line(N_("The guardians are not to be told yet"), decision, decision.placed_at, _owed(decision))
        case GuardianHoldLifted():
            return _line(N_("The guardians may be told"), decision, decision.lifted_at)
        case ReasonsGiven():
            return _line(N_("Written afterwards, why"), decision, decision.given_at)


def _assessed(decision: ImmediateSafetyAssessed) -> Happened:
    contacted = [CONTACTED[decision.guardian_contacted]] if decision.guardian_contacted is not None else []
    return Happened(
        what=ASSESSED[decision.corrects is not None, decision.needs_immediate_protection],
        at=decision.assessed_at,
        unit=decision.unit,
        text=_text(decision.content, "correction", "reasons"),
        by=decision.unit,
        role=decision.role,
        notes=(*contacted, *_owed(decision)),
    )


def _line(what: str, decision: Decided[Any], at: datetime, notes: Sequence[str] = (), *, unit: str = "", **more: Any) -> Happened:
    text = _text(decision.content, "note", "answer", "reasons")
    return Happened(what, at, unit or decision.unit, text, by=decision.unit, role=decision.role, notes=tuple(notes), **more)


def _owed(decision: Owing) -> list[str]:
    return [OWED] if decision.owed else []


def _text(content: Model | Ciphertext, *fields: str) -> str | None:
    """What was written, or None when nothing was, or when its key is destroyed."""
    written = [getattr(content, field) for field in fields if field in type(content).model_fields]
    return "\n\n".join(each for each in written if each) or None
