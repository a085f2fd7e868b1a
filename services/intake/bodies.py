"""What comes in and goes out over HTTP at intake."""

from uuid import UUID

from pydantic import AwareDatetime, Field
from pydantic.config import JsonDict

from contracts.model import Model
from contracts.referral import AgeBand, Category, Child

DEFAULT_RECIPIENT = "socialjouren-jour"
EXAMPLE_TIME: JsonDict = {"example": "2026-11-22T02:40:00Z"}


class ReferralIn(Model):
    """A referral about one or more children. Only the worry and some way to find each child are ever required."""

    recipient: str = Field(default=DEFAULT_RECIPIENT, description="Unit that is to receive it, by its id in the directory.")
    children: tuple[Child, ...] = Field(max_length=20)
    worry: str = Field(max_length=20_000, description="What you have seen, heard or been told. Describe; you need no proof.")
    categories: tuple[Category, ...] = ()
    immediate_danger: bool = Field(default=False, description="The child is in danger now. Call 112 first.")
    child_location: str | None = Field(default=None, max_length=2000, description="Where the child is now.")
    guardians: str | None = Field(default=None, max_length=2000)
    guardians_informed: bool | None = None
    not_informed_reason: str | None = Field(default=None, max_length=2000)
    reporter_contact: str | None = Field(default=None, max_length=500)
    feedback_requested: bool = True
    occurred_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)


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
