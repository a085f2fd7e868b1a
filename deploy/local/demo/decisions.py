"""The decisions in a case, by Socialjouren's duty officer or the district: each taken if it is not taken already."""

from dataclasses import dataclass

from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.report_meeting import ReportMeeting
from deploy.local.api import Api
from deploy.local.demo.asking import JOUR, Filed, board_row, command, key_of
from services.liaison.bodies import DecisionIn
from services.liaison.decision_bodies import AssessmentIn, ConsultedIn, NoticeIn, PoliceReportIn, ReportMeetingIn

PROSECUTOR = "jouraklagaren"


@dataclass(frozen=True)
class Assess:
    """Socialjouren assesses whether the child needs protection at once."""

    needs_protection: bool
    reasons: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Assess."""
        if (await board_row(api, JOUR, filed)).assessed_at:
            return False
        body = AssessmentIn(needs_immediate_protection=self.needs_protection, reasons=self.reasons)
        return await command(api, JOUR, filed, "immediate-safety-assessments", body)


@dataclass(frozen=True)
class Report:
    """Who has the case decides on a police report. `by` is a machine; without reasons they are owed."""

    decision: PoliceReport
    barnahus_consulted: bool = False
    reasons: str = ""
    by: str = JOUR

    async def take(self, api: Api, filed: Filed) -> bool:
        """Decide, unless it is decided."""
        if "police" not in (await board_row(api, self.by, filed)).todo:
            return False
        body = PoliceReportIn(decision=self.decision, barnahus_consulted=self.barnahus_consulted, reasons=self.reasons)
        return await command(api, self.by, filed, "police-report-decisions", body)


@dataclass(frozen=True)
class Meet:
    """The district says how it stands with the report meeting; who reported is invited to one that is offered."""

    by: str
    outcome: ReportMeeting

    async def take(self, api: Api, filed: Filed) -> bool:
        """Say it, unless it is said."""
        if "meeting" not in (await board_row(api, self.by, filed)).todo:
            return False
        body = ReportMeetingIn(outcome=self.outcome, reporter_invited=self.outcome is ReportMeeting.OFFERED)
        return await command(api, self.by, filed, "report-meetings", body)


@dataclass(frozen=True)
class Notify:
    """Socialjouren has rung the on-call prosecutor. No row tells of it, so the same call goes under the same key: twice is once."""

    note: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Record it."""
        body = NoticeIn(to_unit=PROSECUTOR, note=self.note)
        return await command(api, JOUR, filed, "prosecutor-notices", body, key=key_of(JOUR, body))


@dataclass(frozen=True)
class Hold:
    """The on-call prosecutor asks Socialjouren to wait with the guardians: their notice is held from then on."""

    answer: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Record it, unless they are held back already."""
        if (await board_row(api, JOUR, filed)).on_hold:
            return False
        body = ConsultedIn(to_unit=PROSECUTOR, guardian=GuardianNotice.WAIT, answer=self.answer)
        return await command(api, JOUR, filed, "prosecutor-consultations", body, key=key_of(JOUR, body))


@dataclass(frozen=True)
class Decide:
    """The district decides on an investigation; feedback goes out by itself."""

    by: str
    decision: LawfulFact
    reasons: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Decide."""
        if (await board_row(api, self.by, filed)).decision:
            return False
        return await command(api, self.by, filed, "decisions", DecisionIn(decision=self.decision, reasons=self.reasons))
