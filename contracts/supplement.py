"""The supplement (komplettering): what the reporting unit adds to its referral afterwards, and that somebody has read it."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import REPORTER, Event, SealedEvent
from contracts.model import Model
from contracts.told import LINES, PAGE


class SupplementContent(Model):
    """The personal data of an addition: what is new, where the child is now, and who adds it."""

    text: str = Field(max_length=PAGE)
    child_location: str | None = Field(default=None, max_length=LINES)
    reporter_name: str


class ReferralSupplemented(SealedEvent[SupplementContent]):
    """The reporting unit has added something to its referral. `supplement` counts them from 1; what stood before stands."""

    audience = REPORTER
    published_by = "intake"

    submission: UUID
    supplement: int = Field(ge=1)
    immediate_danger: bool
    supplemented_at: AwareDatetime


class SupplementRegistered(Event):
    """The addition stands in the case, unread until somebody of the unit that has the case opens it."""

    supplement: int = Field(ge=1)
    immediate_danger: bool
    received_at: AwareDatetime


class SupplementSeen(Event):
    """A person has opened every addition up to this one; the reporting unit sees it."""

    supplement: int = Field(ge=1)
    unit: str
    seen_at: AwareDatetime
