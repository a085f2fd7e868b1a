"""What a contact of the night is made of: who turns to Socialjouren, with what, and what is done with it, step by step."""

from dataclasses import dataclass

from deploy.local.demo.decisions import Assess, Decide
from deploy.local.demo.scene_steps import SceneStep
from deploy.local.demo.steps import Accept, Offer, Open, ReadFeedback, Step
from deploy.local.surroundings import PRIVATE_CLIENT
from services.intake.bodies import ConsultationIn, PrivateReferralIn, ReferralIn, SceneCallIn
from services.liaison.bodies import AnswerIn


@dataclass(frozen=True)
class ReferralContact:
    """A referral and what becomes of it. `at` is the clock of the night, `client` the reporting unit's machine."""

    at: str
    client: str
    headline: str
    referral: ReferralIn
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class PrivateContact:
    """What a private person tells, by way of the portal's own machine, and what becomes of it: there is nobody to answer."""

    at: str
    headline: str
    referral: PrivateReferralIn
    steps: tuple[Step, ...] = ()
    client: str = PRIVATE_CLIENT


@dataclass(frozen=True)
class ConsultationContact:
    """A question without a name, what was asked back and told then, the answer if it has come, and the referral that it became."""

    at: str
    client: str
    headline: str
    consultation: ConsultationIn
    answer: AnswerIn | None = None
    asks_back: str = ""
    asks_again: str = ""
    becomes: ReferralContact | None = None


@dataclass(frozen=True)
class SceneContact:
    """A patrol's call to the scene, what is done there, the referral about its children in its own order, and the end."""

    at: str
    client: str
    headline: str
    call: SceneCallIn
    steps: tuple[SceneStep, ...] = ()
    becomes: ReferralContact | None = None
    ending: tuple[SceneStep, ...] = ()


Contact = ReferralContact | PrivateContact | ConsultationContact | SceneContact


def assessed(needs_protection: bool, reasons: str) -> tuple[Step, ...]:
    """Opened and assessed by Socialjouren."""
    return (Open(), Assess(needs_protection, reasons))


def taken_over(district: str, message: str) -> tuple[Step, ...]:
    """Offered to a district, which accepts. `district` is its machine."""
    return (Offer(district, message), Accept(district))


def decided(decide: Decide, *, read: bool) -> tuple[Step, ...]:
    """Decided by the district; the feedback goes out by itself and is `read` by the reporting unit, or not yet."""
    return (decide, ReadFeedback()) if read else (decide,)
