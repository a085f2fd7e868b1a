"""What comes in and goes out over HTTP at intake."""

from uuid import UUID

from pydantic import AwareDatetime, Field
from pydantic.config import JsonDict

from contracts.advice import GivenAdvice
from contracts.attachment import FileState
from contracts.model import Model
from contracts.nameless import Revealing
from contracts.referral import AgeBand, Category, Child
from contracts.scene import MOST_CHILDREN, SeenChild
from contracts.told import LINE, LINES, PAGE, Told

DEFAULT_RECIPIENT = "socialjouren-jour"
EXAMPLE_TIME: JsonDict = {"example": "2026-11-22T02:40:00Z"}


class ConsultationOriginIn(Model):
    """The consultation of your unit that became the referral, and the advice as you have read it: it goes along to whoever receives it."""

    id: UUID
    advised: tuple[GivenAdvice, ...] = Field(default=(), max_length=20)


class SceneOriginIn(Model):
    """The call to the scene that a referral comes from; `children` are the call's children that it is about, in its own order."""

    call: UUID
    children: tuple[int, ...] = Field(max_length=MOST_CHILDREN)


class ReferralIn(Told):
    """A referral about one or more children. Only some word of worry and some way to find each child are ever required."""

    recipient: str = Field(default=DEFAULT_RECIPIENT, description="Unit that is to receive it, by its id in the directory.")
    children: tuple[Child, ...] = Field(max_length=20)
    categories: tuple[Category, ...] = ()
    immediate_danger: bool = Field(default=False, description="The child is in danger now. Call 112 first.")
    feedback_requested: bool = True
    occurred_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)
    consultation: ConsultationOriginIn | None = None
    scene: SceneOriginIn | None = None


class PrivateReferralIn(Told):
    """What a private person tells about one or more children; the name is theirs to give or not."""

    children: tuple[Child, ...] = Field(max_length=20)
    categories: tuple[Category, ...] = ()
    immediate_danger: bool = Field(default=False, description="The child is in danger now. Call 112 first.")
    reporter_name: str = Field(default="", max_length=LINE, description="Empty for somebody who wants to be anonymous.")


class ReceivedReferral(Model):
    """One referral of the receipt."""

    id: UUID
    reference: str
    number_looks_wrong: bool = False


class Receipt(Model):
    """Proof that what was sent is durably stored; the code finds it again and holds no personal data."""

    receipt_code: str
    received_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
    to_unit: str
    referrals: tuple[ReceivedReferral, ...]
    place_withheld: bool = Field(
        default=False, description="A child has protected registration: address, school, telephone and place were not stored."
    )


class SupplementIn(Model):
    """An addition to a referral that your unit has sent."""

    text: str = Field(max_length=PAGE, description="What is new. What was sent before need not be sent again.")
    child_location: str | None = Field(default=None, max_length=LINES, description="Where the child is now.")
    immediate_danger: bool = Field(default=False, description="The child is in danger now. Call 112 first.")
    for_siblings: bool = Field(default=False, description="It holds for every child of the same submission.")


class SupplementReceipt(Model):
    """Proof that the addition is stored, and with how many of the children."""

    id: UUID
    children: int


class AttachmentReceipt(Model):
    """Proof that a file is stored, and how it stands: cleared by the antivirus, held until somebody has looked, or infected."""

    id: UUID
    state: FileState
    children: int = Field(description="With how many children's referrals it is stored.")


class ConsultationIn(Model):
    """A question about a worry. There is no field for a name, a number, an address, a school or a file, and there must be none."""

    recipient: str = DEFAULT_RECIPIENT
    question: str = Field(max_length=10_000)
    category: Category = Category.OTHER
    age_band: AgeBand = AgeBand.UNKNOWN


class ConsultationReceipt(Model):
    """Proof that the question is stored and in the queue."""

    id: UUID
    receipt_code: str
    requested_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
    may_tell: tuple[Revealing, ...] = Field(
        default=(), description="What of the text may tell who somebody is, for the writer to look at again: kinds, never the text."
    )


class SceneCallIn(Model):
    """A call to the scene. Only the place is ever required; children that were seen come with what can be told of their age."""

    recipient: str = DEFAULT_RECIPIENT
    place: str = Field(max_length=500, description="Where: an address, or how to find the patrol.")
    district: str | None = Field(
        default=None, max_length=100, description="The city district, by its agency's id; the unit's own when none is given."
    )
    children: tuple[SeenChild, ...] = Field(default=(), max_length=MOST_CHILDREN)
    danger: bool = Field(default=False, description="It is dangerous there for those who come.")
    interpreter: str | None = Field(default=None, max_length=100, description="Language, if an interpreter is needed.")
    seen: str | None = Field(default=None, max_length=5000, description="What was seen and heard.")
    contact: str | None = Field(default=None, max_length=200, description="How the patrol is reached.")
    called_at: AwareDatetime | None = Field(
        default=None,
        json_schema_extra=EXAMPLE_TIME,
        description="When it was made, by the sender's clock, if it had to wait.",
    )


class SceneReceipt(Model):
    """Proof that the call is stored and in Socialjouren's queue."""

    id: UUID
    receipt_code: str
    requested_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
