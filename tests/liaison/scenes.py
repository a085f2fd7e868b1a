"""A call to the scene at every step, for the decisions' tests."""

from datetime import datetime, timedelta
from uuid import UUID

from contracts.agencies import AgencyKind
from contracts.law import deadline_in_minutes
from contracts.referral import AgeBand, Child, IdentityKind
from contracts.scene import (
    SceneAnswer,
    SceneAnswerText,
    SceneCall,
    SceneCallAnswered,
    SceneCallQueued,
    SceneCallRequested,
    SceneCallSeen,
    SceneTime,
    SeenChild,
)
from contracts.scene_work import ChildCard, SceneTimeNoted
from services.liaison.scene.scene import Scene, fold
from tests.given import Given, given
from tests.liaison.cases import JOUR, JOUR_UNIT, NIGHT

PATROL, PATROL_UNIT = "polisen", "lpo-farsta"
ALARM = NIGHT - timedelta(minutes=2)
LATER = NIGHT + timedelta(minutes=40)
REFERRAL = UUID("3b2c1f9e-0d64-4c7b-9a52-6f1f1f6f2f10")
CARD = ChildCard(person=Child(kind=IdentityKind.UNKNOWN, name="Provbarn"), note="Stod i dörren.")

REQUESTED = SceneCallRequested(
    receipt_code="5N8T-2WQA",
    from_kind=AgencyKind.POLICE,
    from_agency=PATROL,
    from_unit=PATROL_UNIT,
    to_kind=AgencyKind.SOCIALJOUR,
    to_agency=JOUR,
    to_unit=JOUR_UNIT,
    danger=True,
    interpreter=False,
    age_bands=(AgeBand.AGE_0_3, AgeBand.UNKNOWN),
    alarm_at=ALARM,
    requested_at=NIGHT,
    content=SceneCall(place="Provgatan 3", children=(SeenChild(age_years=3), SeenChild()), caller_name="Test Polis"),
)
QUEUED = SceneCallQueued(
    receipt_code="5N8T-2WQA",
    from_agency=PATROL,
    from_unit=PATROL_UNIT,
    to_agency=JOUR,
    to_unit=JOUR_UNIT,
    age_bands=(AgeBand.AGE_0_3, AgeBand.UNKNOWN),
    alarm_at=ALARM,
    requested_at=NIGHT,
    answer_due=deadline_in_minutes("scene-call-answer", NIGHT),
    child_spoken_with_due=deadline_in_minutes("scene-child-spoken-with", ALARM),
    checklist="1",
)
COMING = SceneCallAnswered(
    answer=SceneAnswer.COMING,
    arrives_at=NIGHT + timedelta(minutes=25),
    unit=JOUR_UNIT,
    answered_at=NIGHT,
    content=SceneAnswerText(who="Två socialsekreterare"),
)


def queued() -> Given[Scene]:
    """Nobody has answered."""
    return given(fold, QUEUED)


def seen() -> Given[Scene]:
    """A person at Socialjouren has opened it."""
    return queued().and_given(SceneCallSeen(unit=JOUR_UNIT, seen_at=NIGHT))


def coming() -> Given[Scene]:
    """Somebody is on the way."""
    return queued().and_given(COMING)


def noted(what: SceneTime, child: int | None = None, at: datetime = LATER, unit: str = JOUR_UNIT) -> SceneTimeNoted:
    """A time as it is noted."""
    return SceneTimeNoted(what=what, at=at, child=child, unit=unit, noted_at=LATER)
