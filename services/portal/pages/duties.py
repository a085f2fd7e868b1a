"""The duty officer's list: what must be done with a case now, in the order of the work, and what is done, by whom and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.case import ImmediateSafetyAssessed
from contracts.owing import Owing, reasoned
from contracts.police_report import PoliceReport, PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced, ProsecutorConsulted, ProsecutorNotified
from contracts.reasons import Reasoned, ReasonsGiven
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from services.portal.labels import REPORT_MEETINGS
from services.portal.language import N_
from services.portal.pages.decided import Officers, decided, told
from services.portal.pages.happened import Happened


class Duty(StrEnum):
    """What a duty officer does with a referral on its way, in the order of the work."""

    SAFETY = "safety"
    POLICE = "police"
    PROSECUTOR = "prosecutor"
    GUARDIANS = "guardians"
    MEETING = "meeting"


DUTIES: dict[Duty, str] = {
    Duty.SAFETY: N_("Immediate safety assessment"),
    Duty.POLICE: N_("Police report"),
    Duty.PROSECUTOR: N_("On-call prosecutor"),
    Duty.GUARDIANS: N_("Telling the guardians"),
    Duty.MEETING: N_("Report meeting"),
}
PROTECTION = {True: N_("Needs protection now"), False: N_("No protection needed now")}
REPORTED = {
    PoliceReport.MADE: N_("Report made"),
    PoliceReport.NOT_MADE: N_("No report is made"),
    PoliceReport.NO_SUSPICION: N_("No crime suspected"),
}


@dataclass(frozen=True)
class Done:
    """One thing that is done: its duty, in short how it came out (a message id), and its line of the history."""

    duty: Duty
    outcome: str
    line: Happened


@dataclass(frozen=True)
class Debt:
    """Reasons that a unit owes for an event of the case."""

    event: UUID
    what: Reasoned
    unit: str


@dataclass(frozen=True)
class Duties:
    """What is to be done and what is done. `assessments` counts the safety assessments; while `on_hold` guardians are not to be told."""

    now: tuple[Duty, ...] = ()
    done: tuple[Done, ...] = ()
    owed: tuple[Debt, ...] = ()
    assessments: int = 0
    on_hold: bool = False
    meeting: ReportMeeting | None = None


def duties(entries: Sequence[Mapping[str, Any]], *, mandated: bool) -> Duties:
    """The list that these opened events make. The law offers a report meeting to `mandated` reporters alone (19 kap. 5 §)."""
    decisions = [(UUID(entry["id"]), decision) for entry in entries if (decision := decided(entry))]
    done = [Done(*outcome, told(decision)) for _, decision in decisions if (outcome := outcome_of(decision))]
    made = {each.duty for each in done}
    asked = [Duty.SAFETY, Duty.POLICE, *([Duty.MEETING] if mandated else [])]
    holds = [decision for _, decision in decisions if isinstance(decision, GuardianHoldPlaced | GuardianHoldLifted)]
    meetings = [decision for _, decision in decisions if isinstance(decision, ReportMeetingRecorded)]
    return Duties(
        now=tuple(duty for duty in asked if duty not in made),
        done=tuple(sorted(done, key=lambda each: (list(Duty).index(each.duty), each.line.at))),
        owed=tuple(_owed(decisions)),
        assessments=sum(isinstance(decision, ImmediateSafetyAssessed) for _, decision in decisions),
        on_hold=bool(holds) and isinstance(holds[-1], GuardianHoldPlaced),
        meeting=meetings[-1].outcome if meetings else None,
    )


def outcome_of(decision: Officers) -> tuple[Duty, str] | None:  # noqa: C901, PLR0911  one line a decision
    """Which duty the decision does, and how it came out; giving reasons afterwards does none anew."""
    match decision:
        case ImmediateSafetyAssessed():
            return Duty.SAFETY, PROTECTION[decision.needs_immediate_protection]
        case PoliceReportDecided():
            return Duty.POLICE, REPORTED[decision.decision]
        case ProsecutorNotified():
            return Duty.PROSECUTOR, N_("Notified")
        case ProsecutorConsulted():
            return Duty.PROSECUTOR, N_("Consulted")
        case GuardianHoldPlaced():
            return Duty.GUARDIANS, N_("Not yet")
        case GuardianHoldLifted():
            return Duty.GUARDIANS, N_("They may be told now")
        case ReportMeetingRecorded():
            return Duty.MEETING, REPORT_MEETINGS[decision.outcome]
        case ReasonsGiven():
            return None


def _owed(decisions: Sequence[tuple[UUID, Officers]]) -> list[Debt]:
    given = {decision.of for _, decision in decisions if isinstance(decision, ReasonsGiven)}
    return [
        Debt(event, reasoned(decision), decision.owed.unit)
        for event, decision in decisions
        if isinstance(decision, Owing) and decision.owed and event not in given
    ]
