"""The case: what social services do with a referral, from the register to the safety assessment."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import Role
from contracts.event import SOCIAL_SERVICES, Event, SealedEvent, social_services
from contracts.law import Deadline
from contracts.model import Model
from contracts.reasons import Owed
from contracts.referral import AgeBand, Category


class ReferralRegistered(Event):
    """The referral has a registry number and its clocks run from when it reached the authority (OSL 2009:400 5 kap. 1 §).

    `earlier` are the latest referrals about the same child before it, whoever has them; `alike` those that may be this very one.
    """

    registry_number: str
    submission: UUID
    reference: str
    from_agency: str
    from_unit: str
    to_agency: str
    to_unit: str
    mandated: bool
    feedback_requested: bool
    categories: tuple[Category, ...]
    immediate_danger: bool
    age_band: AgeBand
    received_at: AwareDatetime
    siblings: int = 0
    safety_assessment_due: Deadline
    preliminary_assessment_due: Deadline
    earlier: tuple[UUID, ...] = ()
    alike: tuple[UUID, ...] = ()


class ReferralSeen(Event):
    """A person at the social services has opened the referral: the human receipt, shown to the reporting unit."""

    unit: str
    seen_at: AwareDatetime


class SafetyReasons(Model):
    """Why the child does or does not need immediate protection, in the assessor's words; and why an earlier assessment is corrected."""

    reasons: str
    correction: str | None = None


class ImmediateSafetyAssessed(SealedEvent[SafetyReasons]):
    """The immediate safety assessment (omedelbar skyddsbedömning) is made and documented (SoL 2025:400 20 kap. 1 §).

    One for every referral, also when an investigation about the child already runs. A later one corrects the one before it, which stays:
    `corrects` counts from 1. `guardian_contacted` says whether a guardian had been contacted by then; it is to be made before that.
    """

    audience = SOCIAL_SERVICES

    needs_immediate_protection: bool
    unit: str
    assessed_at: AwareDatetime
    due: Deadline
    corrects: int | None = None
    role: Role | None = None
    guardian_contacted: bool | None = None
    owed: Owed | None = None
    handovers: int = 0

    def key_audience(self) -> str:
        """The social services that hold the case from then on: a correction by who has taken it over is not for who had it before."""
        return social_services(self.handovers)
