"""Reasons (skäl): a fact that needs one may be recorded without, and then a unit owes it until somebody there gives it."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import AgencyKind
from contracts.decided import Decided
from contracts.model import Model


class Reasoned(StrEnum):
    """What a reason may be owed for."""

    SAFETY_ASSESSMENT = "safety_assessment"
    POLICE_REPORT = "police_report"
    REPORT_MEETING = "report_meeting"
    GUARDIAN_HOLD = "guardian_hold"


class Owed(Model):
    """A reason that a unit owes: its queue of missing reasons shows it under the referral's reference, without opening anything."""

    kind: AgencyKind
    agency: str
    unit: str
    reference: str


class Reasons(Model):
    """Why, in the words of who decided; nothing, when they are owed."""

    reasons: str


class ReasonsGiven(Decided[Reasons]):
    """The reasons that were owed for an earlier fact of the same case: `of` is that event's id."""

    of: UUID
    given_at: AwareDatetime
