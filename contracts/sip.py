"""SIP, the coordinated individual plan (SoL 2025:400 10 kap. 8 §): consent first, then an invitation to the parties."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import AgencyKind
from contracts.event import PARTIES, SealedEvent, district
from contracts.model import Model


class ConsentGiver(StrEnum):
    """Whose consent it is."""

    CHILD = "child"
    GUARDIAN = "guardian"


class ConsentContent(Model):
    """How the consent was given and what it covers."""

    purpose: str
    note: str | None = None


class ConsentRecorded(SealedEvent[ConsentContent]):
    """Consent to the plan and to the sharing it needs, by one person, on paper or by word; it can be withdrawn."""

    audience = "district"

    agency: str
    referral: UUID
    giver: ConsentGiver
    written: bool
    given_at: AwareDatetime
    valid_until: AwareDatetime | None = None

    def key_audience(self) -> str:
        """The district that leads the plan, alone."""
        return district(self.agency)


class SIPInvitation(Model):
    """What the invited parties read: which child, what the meeting is for, where."""

    child_name: str
    purpose: str
    place: str


class Party(Model):
    """An invited unit, by its function."""

    kind: AgencyKind
    agency: str
    unit: str


class SIPScheduled(SealedEvent[SIPInvitation]):
    """A meeting for the plan is set and the parties are invited. Nothing here leads back to a referral."""

    audience = PARTIES

    led_by_agency: str
    led_by_unit: str
    parties: tuple[Party, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    scheduled_at: AwareDatetime
