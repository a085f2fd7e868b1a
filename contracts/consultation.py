"""The consultation (rådgörande samtal): advice about a worry without naming anybody; no field for a name exists."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.advice import Advice
from contracts.agencies import AgencyKind
from contracts.event import REPORTER, Event, SealedEvent
from contracts.model import Model
from contracts.referral import AgeBand, Category


class Side(StrEnum):
    """The two who talk: the unit that asks and the unit that answers. Also whose turn it is."""

    ASKED = "asked"
    TO_ANSWER = "to_answer"


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


class ConsultationSeen(Event):
    """A person has opened what was asked so far; the one who asked sees that. `questions` is how many there were, from 1."""

    questions: int = Field(ge=1)
    unit: str
    seen_at: AwareDatetime


class AdviceText(Model):
    """The advice in words, and when it says to refer if something happens, what that is."""

    text: str
    condition: str | None = None


class ConsultationAnswered(SealedEvent[AdviceText]):
    """The duty officer has answered; the one who asked can read it. `service` is the id of the directory's service that it names."""

    audience = REPORTER

    advice: Advice
    unit: str
    answered_at: AwareDatetime
    service: str | None = None


class ConsultationAskedBack(SealedEvent[ConsultationQuestion]):
    """The duty officer asks or tells something, and waits for the one who asked."""

    audience = REPORTER

    unit: str
    asked_at: AwareDatetime


class ConsultationAskedAgain(SealedEvent[ConsultationQuestion]):
    """The one who asked asks or tells more, and waits for the answer. `questions` counts them, the first one included."""

    audience = REPORTER

    questions: int = Field(ge=2)
    unit: str
    asked_at: AwareDatetime


class ConsultationBecameReferral(Event):
    """The unit that asked has made a referral of it. Only the unit that asked is shown which: the other one is not led to a child."""

    submission: UUID
    referral_code: str
    became_at: AwareDatetime
