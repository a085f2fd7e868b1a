"""The call to the scene (Islandsmodellen): a patrol asks Socialjouren to come to children and is answered; `scene_work` goes on."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from contracts.agencies import AgencyKind
from contracts.event import REPORTER, Event, SealedEvent
from contracts.law import Deadline
from contracts.model import Model
from contracts.referral import AgeBand

MOST_CHILDREN = 20


class SceneQueue(StrEnum):
    """Where a call waits, and so who is to act: nobody has answered, Socialjouren works with it, it is closed. Always exactly one.

    A call that the patrol calls off waits for no answer and is Socialjouren's to close: the children were seen all the same.
    """

    UNANSWERED = "unanswered"
    UNDER_WAY = "under_way"
    CLOSED = "closed"


class ScenePhase(StrEnum):
    """The model's three phases: larmfas, omhändertagandefas, samordningsfas."""

    ALARM = "alarm"
    CARE = "care"
    COORDINATION = "coordination"


class SceneTime(StrEnum):
    """Moments that are measured, in the order in which they usually come (t0 to t5)."""

    ALARM = "alarm"
    NOTIFIED = "notified"
    ARRIVED = "arrived"
    CHILD_SPOKEN_WITH = "child_spoken_with"
    MEDICAL_EXAMINATION = "medical_examination"
    HANDED_OVER = "handed_over"


PER_CHILD = frozenset({SceneTime.CHILD_SPOKEN_WITH, SceneTime.MEDICAL_EXAMINATION})
"""Moments that each child has of its own."""
FROM_THE_CALL = frozenset({SceneTime.ALARM, SceneTime.NOTIFIED})
"""Moments that a call has from its beginning: they are corrected, never taken back."""


class SceneAnswer(StrEnum):
    """What Socialjouren answers."""

    COMING = "coming"
    NOBODY_CAN_COME = "nobody_can_come"


class Exposure(StrEnum):
    """What the violence was to the child. A child who only saw it is a victim of crime too (SoL 2025:400 18 kap. 7 §)."""

    SAW = "saw"
    SUFFERED = "suffered"
    SAW_AND_SUFFERED = "saw_and_suffered"
    NOT_KNOWN = "not_known"


class SceneOutcome(StrEnum):
    """What came of it for the family or for one child."""

    SHELTER = "shelter"
    TALKS = "talks"
    FAMILY_TREATMENT = "family_treatment"
    COMPANY_TO_HOSPITAL = "company_to_hospital"
    LINK_TO_CHILD_PSYCHIATRY = "link_to_child_psychiatry"


class SceneStep(StrEnum):
    """What a time limit runs for."""

    ANSWER = "answer"
    CHILD_SPOKEN_WITH = "child_spoken_with"


class SeenChild(Model):
    """A child as a patrol sees it in a hurry: about how old, and a word that tells it from the others."""

    age_years: int | None = Field(default=None, ge=0, le=25)
    description: str | None = Field(default=None, max_length=200)


class SceneCall(Model):
    """The personal data of a call: where, which children, what was seen. `interpreter` is the language, as far as it is known."""

    place: str = Field(max_length=500)
    district: str | None = Field(default=None, max_length=100)
    children: tuple[SeenChild, ...] = ()
    interpreter: str | None = Field(default=None, max_length=100)
    seen: str | None = Field(default=None, max_length=5000)
    contact: str | None = Field(default=None, max_length=200)
    caller_name: str


class SceneCallRequested(SealedEvent[SceneCall]):
    """A patrol asks Socialjouren to come. `alarm_at` is when it called, by its own clock if that is no later than ours.

    The calling unit and Socialjouren can read where and which children; `age_bands` has one band for each child that was seen.
    """

    audience = REPORTER
    published_by = "intake"

    receipt_code: str
    from_kind: AgencyKind
    from_agency: str
    from_unit: str
    to_kind: AgencyKind
    to_agency: str
    to_unit: str
    danger: bool
    interpreter: bool
    age_bands: tuple[AgeBand, ...] = Field(max_length=MOST_CHILDREN)
    alarm_at: AwareDatetime
    requested_at: AwareDatetime


class SceneCallQueued(Event):
    """The call stands in Socialjouren's queue, with its limits and the version of the checklist that it is worked by."""

    receipt_code: str
    from_agency: str
    from_unit: str
    to_agency: str
    to_unit: str
    age_bands: tuple[AgeBand, ...]
    alarm_at: AwareDatetime
    requested_at: AwareDatetime
    answer_due: Deadline
    child_spoken_with_due: Deadline
    checklist: str


class SceneCallSeen(Event):
    """A person at Socialjouren has opened the call, or read what the patrol has written since; the patrol sees that."""

    unit: str
    seen_at: AwareDatetime


class SceneAmendment(Model):
    """What the patrol has changed or adds; what is absent stands as it did. `seen` is an addition, the rest replaces."""

    place: str | None = Field(default=None, max_length=500)
    interpreter: str | None = Field(default=None, max_length=100)
    seen: str | None = Field(default=None, max_length=5000)
    contact: str | None = Field(default=None, max_length=200)


class SceneCallAmended(SealedEvent[SceneAmendment]):
    """The patrol has corrected its call or added to it, such as another address; Socialjouren is to read it before it drives on."""

    audience = REPORTER

    danger: bool | None = None
    interpreter: bool = False
    unit: str
    amended_at: AwareDatetime


class WithdrawalReasons(Model):
    """Why the patrol calls it off, and where the children are now."""

    reasons: str


class SceneCallWithdrawn(SealedEvent[WithdrawalReasons]):
    """The patrol has called it off: nobody need come. Socialjouren reads why, and closes the call."""

    audience = REPORTER

    unit: str
    withdrawn_at: AwareDatetime


class SceneAnswerText(Model):
    """Who comes, as a function; and what the patrol is to know, or to do instead."""

    who: str | None = None
    message: str | None = None


class SceneCallAnswered(SealedEvent[SceneAnswerText]):
    """Socialjouren has answered the patrol: somebody comes, about when, or nobody can, and what instead. The last answer holds."""

    audience = REPORTER

    answer: SceneAnswer
    arrives_at: AwareDatetime | None = None
    unit: str
    answered_at: AwareDatetime
