"""What comes in over HTTP about the duty officer's decisions. Reasons may be left out everywhere: then they are owed."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.model import Model
from contracts.police_report import DisclosureBasis, PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.report_meeting import ReportMeeting
from services.liaison.bodies import EXAMPLE_TIME, LONG_TEXT


class ReasonsIn(Model):
    """Reasons; empty when they are to be written later."""

    reasons: str = Field(default="", max_length=LONG_TEXT)


class AssessmentIn(ReasonsIn):
    """The immediate safety assessment. A correction says which one it corrects, counted from 1, and why."""

    needs_immediate_protection: bool
    guardian_contacted: bool | None = Field(default=None, description="Whether a guardian had been contacted when it was made.")
    corrects: int | None = Field(default=None, ge=1, description="Which assessment of the referral this one corrects, counted from 1.")
    correction: str = Field(default="", max_length=LONG_TEXT, description="Why it is corrected.")


class PoliceReportIn(ReasonsIn):
    """The decision on a police report."""

    decision: PoliceReport
    barnahus_consulted: bool
    basis: DisclosureBasis | None = None


class ReportMeetingIn(ReasonsIn):
    """How it stands with the report meeting."""

    outcome: ReportMeeting
    reporter_invited: bool = False
    meets_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)


class NoticeIn(Model):
    """A call to the on-call prosecutor. Without a time it is made now."""

    to_unit: str
    notified_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)
    note: str = Field(default="", max_length=LONG_TEXT)


class ConsultedIn(Model):
    """What the on-call prosecutor was asked and answered. Without a time it was now."""

    to_unit: str
    consulted_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)
    guardian: GuardianNotice = GuardianNotice.NOT_ASKED
    answer: str = Field(default="", max_length=LONG_TEXT)


class OwedReasonsIn(Model):
    """The reasons that were owed for an earlier fact, by that event's id."""

    of: UUID
    reasons: str = Field(max_length=LONG_TEXT)
