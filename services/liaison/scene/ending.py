"""What comes of it: outcomes, a referral about each child, and the end of the call."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from contracts.refusals import Refused
from contracts.scene import SceneOutcome, SceneQueue, SceneTime
from contracts.scene_work import (
    ClosingReasons,
    OutcomeNote,
    SceneClosed,
    SceneOutcomeRecorded,
    SceneOutcomeTakenBack,
    SceneReferralLinked,
)
from services.liaison.case import NoReasons
from services.liaison.scene.parties import known_to, ours, refuse_unknown_child
from services.liaison.scene.scene import Scene
from services.liaison.scene.working import NotAnswered


class NotRead(Refused):
    """The patrol has written something that nobody at Socialjouren has read. Read it first, then close the call."""


def record_outcome(
    scene: Scene, agency: str, unit: str, outcome: SceneOutcome, child: int | None, note: str | None, recorded_at: datetime
) -> Iterator[SceneOutcomeRecorded]:
    """Something came of it, for one child or for all. Raises Missing, SceneIsClosed, NoSuchChild."""
    ours(scene, agency, unit)
    refuse_unknown_child(scene, child)
    if (outcome, child) not in scene.outcomes:
        yield SceneOutcomeRecorded(outcome=outcome, child=child, unit=unit, recorded_at=recorded_at, content=OutcomeNote(note=note or None))


def take_outcome_back(
    scene: Scene, agency: str, unit: str, outcome: SceneOutcome, child: int | None, taken_back_at: datetime
) -> Iterator[SceneOutcomeTakenBack]:
    """It did not come to this after all. Raises Missing, SceneIsClosed."""
    ours(scene, agency, unit)
    if (outcome, child) in scene.outcomes:
        yield SceneOutcomeTakenBack(outcome=outcome, child=child, unit=unit, taken_back_at=taken_back_at)


def link_referral(scene: Scene, child: int, referral: UUID, linked_at: datetime) -> Iterator[SceneReferralLinked]:
    """A referral about a child of the call was handed over; also after the call is closed, and about a child that was struck."""
    if child <= len(scene.bands) and scene.referrals.get(child) != referral:
        yield SceneReferralLinked(child=child, referral=referral, linked_at=linked_at)


def left_undone(scene: Scene) -> frozenset[int]:
    """The children that nobody has spoken with, or that no referral was made about."""
    spoken_with = {child for what, child in scene.times if what is SceneTime.CHILD_SPOKEN_WITH}
    return frozenset(child for child in scene.children if child not in spoken_with or child not in scene.referrals)


def close(scene: Scene, agency: str, unit: str, reasons: str | None, closed_at: datetime) -> Iterator[SceneClosed]:
    """Closes the call: with reasons when a child was left undone. Raises Missing, NotAnswered, NotRead, NoReasons."""
    if scene.closed:
        known_to(scene, agency, unit)
        return
    ours(scene, agency, unit)
    if scene.queue is SceneQueue.UNANSWERED:
        raise NotAnswered
    if scene.unread:
        raise NotRead
    if left_undone(scene) and not reasons:
        raise NoReasons
    yield SceneClosed(unit=unit, closed_at=closed_at, content=ClosingReasons(reasons=reasons or None))
