"""The referral (orosanmälan): what a reporter hands over about one child."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field

from contracts.advice import GivenAdvice
from contracts.agencies import AgencyKind
from contracts.event import REPORTER, SealedEvent
from contracts.model import Model
from contracts.told import LINE, LINES, Protection, Sex, Told


class Category(StrEnum):
    """What the worry is about; several may hold (the reasons counted in the city's own review of 72 cases)."""

    VIOLENCE_AGAINST_CHILD = "violence_against_child"
    VIOLENCE_IN_CLOSE_RELATION = "violence_in_close_relation"
    SUBSTANCE_ABUSE = "substance_abuse"
    MENTAL_ILL_HEALTH = "mental_ill_health"
    NEGLECT = "neglect"
    OWN_BEHAVIOUR = "own_behaviour"
    SEXUAL_ABUSE = "sexual_abuse"
    HONOUR_RELATED = "honour_related"
    OTHER = "other"


class IdentityKind(StrEnum):
    """How a child is known. A number is never required (personnummer, samordningsnummer, reservnummer, unknown, unborn)."""

    PERSONAL_IDENTITY_NUMBER = "personal_identity_number"
    COORDINATION_NUMBER = "coordination_number"
    RESERVE_NUMBER = "reserve_number"
    UNKNOWN = "unknown"
    UNBORN = "unborn"


class AgeBand(StrEnum):
    """Age at the time of the report, in bands that keep both the law's limits (12, 15, 18) and the review's groups."""

    UNBORN = "unborn"
    AGE_0_3 = "0-3"
    AGE_4_6 = "4-6"
    AGE_7_9 = "7-9"
    AGE_10_11 = "10-11"
    AGE_12 = "12"
    AGE_13_14 = "13-14"
    AGE_15_17 = "15-17"
    ADULT = "18+"
    UNKNOWN = "unknown"


class Child(Model):
    """The child, as far as it is known: a number, or a name, an appearance, a place, or who carries it and when it is expected."""

    kind: IdentityKind
    number: str | None = None
    name: str | None = Field(default=None, max_length=LINE)
    description: str | None = Field(default=None, max_length=LINES)
    age_years: int | None = Field(default=None, ge=0, le=25)
    sex: Sex | None = None
    language: str | None = Field(default=None, max_length=LINE)
    place: str | None = Field(default=None, max_length=LINES)
    address: str | None = Field(default=None, max_length=LINES)
    phone: str | None = Field(default=None, max_length=LINE)
    school: str | None = Field(default=None, max_length=LINE)
    pregnant_person: str | None = Field(default=None, max_length=LINES)
    expected_birth: date | None = None
    protection: Protection = Protection.NONE

    @property
    def without_place(self) -> "Child":
        """The child without what tells where it is: of one with protected registration (skyddad folkbokföring) no more is stored."""
        return self.model_copy(update={"address": None, "phone": None, "school": None, "place": None})


class ReferralContent(Told):
    """The personal data of a referral: the child, what the reporter tells, and who reports (empty for somebody anonymous)."""

    child: Child
    reporter_name: str
    advised: tuple[GivenAdvice, ...] = ()
    """The advice that was given in the consultation which became this referral, as the reporter has read it."""


class ReferralReceived(SealedEvent[ReferralContent]):
    """A referral about one child is durably stored; the receipt rests on this fact. Siblings share `submission`."""

    audience = REPORTER
    published_by = "intake"

    submission: UUID
    receipt_code: str
    reference: str
    siblings: int = Field(ge=0)
    from_kind: AgencyKind
    from_agency: str
    from_unit: str
    to_kind: AgencyKind
    to_agency: str
    to_unit: str
    mandated: bool
    categories: tuple[Category, ...]
    immediate_danger: bool
    age_band: AgeBand
    feedback_requested: bool
    occurred_at: AwareDatetime | None = None
    received_at: AwareDatetime
    protection: Protection = Protection.NONE
    """The strongest that was stated for any child of the submission: what tells where one is tells where the others are."""
    consultation: UUID | None = None
    """The consultation that became this referral. Nothing leads from a child to any other."""
    scene_call: UUID | None = None
    """The call to the scene that it came from, and which of the call's children it is about, counted from 1."""
    scene_child: int | None = Field(default=None, ge=1, le=20)


def referral_ids(submission: UUID, children: int) -> list[UUID]:
    """The streams of a submission's referrals, one a child: whoever knows one of them finds its brothers and sisters."""
    return [uuid5(submission, str(number)) for number in range(1, children + 1)]


def age_band(born: date, on: date) -> AgeBand:
    """The band of a child born that day, on that day (the law asks for the age at the event, not today)."""
    return age_band_of_years(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def age_band_of_years(years: int) -> AgeBand:
    """The band of a whole number of years."""
    limits = (
        (3, AgeBand.AGE_0_3),
        (6, AgeBand.AGE_4_6),
        (9, AgeBand.AGE_7_9),
        (11, AgeBand.AGE_10_11),
        (12, AgeBand.AGE_12),
        (14, AgeBand.AGE_13_14),
        (17, AgeBand.AGE_15_17),
    )
    return next((band for limit, band in limits if years <= limit), AgeBand.ADULT)
