"""What is done about a call to the scene: phases, times, a card for each child, tasks, outcomes, and its end."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import REPORTER, SOCIAL_SERVICES, Event, SealedEvent
from contracts.model import Model
from contracts.referral import AgeBand, Child
from contracts.scene import MOST_CHILDREN, Exposure, SceneOutcome, ScenePhase, SceneStep, SceneTime
from contracts.stalled import Level


class ScenePhaseBegan(Event):
    """Socialjouren has gone on to the next phase."""

    phase: ScenePhase
    unit: str
    began_at: AwareDatetime


class SceneTimeNoted(Event):
    """When something happened; said again, it corrects what was said before. `child` counts from 1, for moments that are a child's own."""

    what: SceneTime
    at: AwareDatetime
    child: int | None = Field(default=None, ge=1, le=MOST_CHILDREN)
    unit: str
    noted_at: AwareDatetime


class SceneTimeTakenBack(Event):
    """It has not happened after all: the time was noted by a slip."""

    what: SceneTime
    child: int | None = Field(default=None, ge=1, le=MOST_CHILDREN)
    unit: str
    taken_back_at: AwareDatetime


class ChildCard(Model):
    """One child on the scene: who it is, as far as it is known, and what it saw, suffered or said."""

    person: Child
    note: str | None = Field(default=None, max_length=5000)


class SceneChildRecorded(SealedEvent[ChildCard]):
    """A child's card is written, or written anew; patrol and Socialjouren both read it. `child` counts from 1, in the call's order."""

    audience = REPORTER

    child: int = Field(ge=1, le=MOST_CHILDREN)
    age_band: AgeBand
    exposure: Exposure
    unit: str
    recorded_at: AwareDatetime


class SceneChildStruck(Event):
    """There is no such child: the card was a slip, or the child has another one. Its number is not used again."""

    child: int = Field(ge=1, le=MOST_CHILDREN)
    unit: str
    struck_at: AwareDatetime


class SceneTaskDone(Event):
    """A task of the checklist is done."""

    task: str
    unit: str
    done_at: AwareDatetime


class SceneTaskReopened(Event):
    """A task that was marked as done is not: the mark was a slip, or it must be done again."""

    task: str
    unit: str
    reopened_at: AwareDatetime


class OutcomeNote(Model):
    """More about an outcome. The address of a shelter never stands here (OSL 2009:400 26 kap. 14 b §)."""

    note: str | None = None


class SceneOutcomeRecorded(SealedEvent[OutcomeNote]):
    """Something came of it: for one child, or for all. What social services do is theirs to know: no patrol reads it."""

    audience = SOCIAL_SERVICES

    outcome: SceneOutcome
    child: int | None = Field(default=None, ge=1, le=MOST_CHILDREN)
    unit: str
    recorded_at: AwareDatetime


class SceneOutcomeTakenBack(Event):
    """It did not come to this after all: the outcome was recorded by a slip."""

    outcome: SceneOutcome
    child: int | None = Field(default=None, ge=1, le=MOST_CHILDREN)
    unit: str
    taken_back_at: AwareDatetime


class SceneReferralLinked(Event):
    """A referral about one child of the call was handed over, with what was known on the scene."""

    child: int = Field(ge=1, le=MOST_CHILDREN)
    referral: UUID
    linked_at: AwareDatetime


class SceneCallStalled(Event):
    """A step of the call is late: raised by the watchdog, once for each level. `rule` is the limit's row in the table of rules."""

    step: SceneStep
    level: Level
    due: AwareDatetime
    rule: str
    unit: str
    raised_at: AwareDatetime


class ClosingReasons(Model):
    """Why the call is closed with a child that nobody has spoken with, or that no referral was made about."""

    reasons: str | None = None


class SceneClosed(SealedEvent[ClosingReasons]):
    """Socialjouren has done what was to be done on the scene; the call leaves its queue."""

    audience = SOCIAL_SERVICES

    unit: str
    closed_at: AwareDatetime
