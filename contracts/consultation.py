"""The consultation (rådgörande samtal): advice about a worry without naming anybody; no field for a name exists."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.agencies import AgencyKind
from contracts.event import REPORTER, Event, SealedEvent
from contracts.model import Model
from contracts.referral import AgeBand, Category


class ConsultationQuestion(Model):
    """The question, without anything that tells who the child is."""

    question: str


class ConsultationRequested(SealedEvent[ConsultationQuestion]):
    """A unit asks Socialjouren for advice. Counted apart from referrals; the duty to report stays with the one who asks."""

    audience = REPORTER
    published_by = "intake"

    receipt_code: str
    from_kind: AgencyKind
    from_agency: str
    from_unit: str
    to_kind: AgencyKind
    to_agency: str
    to_unit: str
    category: Category
    age_band: AgeBand
    requested_at: AwareDatetime


class ConsultationQueued(Event):
    """The question stands in the queue of the unit that is to answer."""

    receipt_code: str
    from_agency: str
    from_unit: str
    to_agency: str
    to_unit: str
    requested_at: AwareDatetime


class Advice(StrEnum):
    """What the answer comes to."""

    REFER_NOW = "refer_now"
    REFER_IF = "refer_if"
    OTHER_SERVICE = "other_service"
    NO_FURTHER_ACTION = "no_further_action"


class AdviceText(Model):
    """The advice in words."""

    text: str


class ConsultationAnswered(SealedEvent[AdviceText]):
    """The duty officer has answered; the one who asked can read it."""

    audience = REPORTER

    advice: Advice
    unit: str
    answered_at: AwareDatetime
