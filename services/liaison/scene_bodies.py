"""What comes in over HTTP at liaison about a call to the scene."""

from pydantic import AwareDatetime, Field

from contracts.model import Model
from contracts.referral import AgeBand, Child, IdentityKind, age_band_of_years
from contracts.scene import MOST_CHILDREN, Exposure, SceneAmendment, SceneAnswer, SceneOutcome, ScenePhase, SceneTime
from contracts.scene_work import ChildCard
from contracts.told import Protection
from services.liaison.bodies import EXAMPLE_TIME, LONG_TEXT

CHILD = Field(default=None, ge=1, le=MOST_CHILDREN, description="Which of the call's children, counted from 1.")


class SceneAnswerIn(Model):
    """Socialjouren's answer: somebody comes, who and about when; or nobody can, and what the patrol is to do instead."""

    answer: SceneAnswer
    arrives_at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)
    who: str | None = Field(default=None, max_length=500, description="Who comes, as a function.")
    message: str | None = Field(default=None, max_length=LONG_TEXT)


class SceneAmendmentIn(Model):
    """What the patrol corrects or adds; what is absent stands as it did."""

    place: str = Field(default="", max_length=500)
    danger: bool | None = Field(default=None, description="It is dangerous there, or no more.")
    interpreter: str = Field(default="", max_length=100, description="Language, if an interpreter is needed.")
    seen: str = Field(default="", max_length=5000, description="Added to what was seen before.")
    contact: str = Field(default="", max_length=200)

    @property
    def amendment(self) -> SceneAmendment:
        """What is sealed."""
        said = {"place": self.place, "interpreter": self.interpreter, "seen": self.seen, "contact": self.contact}
        return SceneAmendment(**{name: text or None for name, text in said.items()})


class SceneWithdrawalIn(Model):
    """Why the patrol calls it off, and where the children are now."""

    reasons: str = Field(max_length=LONG_TEXT)


class ScenePhaseIn(Model):
    """The phase that begins now."""

    phase: ScenePhase


class SceneTimeIn(Model):
    """When something happened; now, when no time is given. `happened: false` takes a time back that was noted by a slip."""

    what: SceneTime
    at: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)
    child: int | None = CHILD
    happened: bool = True


class SceneChildIn(Model):
    """A child's card; without a number, one child more."""

    child: int | None = CHILD
    person: Child = Child(kind=IdentityKind.UNKNOWN)
    age_band: AgeBand = AgeBand.UNKNOWN
    exposure: Exposure = Exposure.NOT_KNOWN
    note: str | None = Field(default=None, max_length=5000)

    @property
    def band(self) -> AgeBand:
        """By the years, where they are given."""
        return self.age_band if self.person.age_years is None else age_band_of_years(self.person.age_years)

    @property
    def card(self) -> ChildCard:
        """What is sealed; of a child with protected registration without what tells where it is."""
        sheltered = self.person.protection is Protection.PROTECTED_REGISTRATION
        return ChildCard(person=self.person.without_place if sheltered else self.person, note=self.note or None)


class SceneStrikingIn(Model):
    """The child that is none, or that another card is about."""

    child: int = Field(ge=1, le=MOST_CHILDREN, description="Which of the call's children, counted from 1.")


class SceneTaskIn(Model):
    """A task of the call's checklist, and whether it is done."""

    task: str = Field(max_length=60, json_schema_extra={"example": "police-safe"})
    done: bool = True


class SceneOutcomeIn(Model):
    """What came of it, for one child or for all. `came: false` takes back what was recorded by a slip."""

    outcome: SceneOutcome
    child: int | None = CHILD
    note: str | None = Field(default=None, max_length=LONG_TEXT, description="Never the address of a shelter.")
    came: bool = True


class SceneClosingIn(Model):
    """Why the call is closed, when a child was not spoken with or has no referral."""

    reasons: str | None = Field(default=None, max_length=LONG_TEXT)
