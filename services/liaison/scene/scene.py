"""A call to the scene as it stands: its queue, its phase, its children and its times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.handling import SceneCallAssigned, SceneCallGivenBack, SceneCallTaken
from contracts.referral import AgeBand
from contracts.refusals import Missing
from contracts.scene import (
    SceneAnswer,
    SceneCallAmended,
    SceneCallAnswered,
    SceneCallQueued,
    SceneCallSeen,
    SceneCallWithdrawn,
    SceneOutcome,
    ScenePhase,
    SceneQueue,
    SceneStep,
    SceneTime,
)
from contracts.scene_work import (
    SceneCallStalled,
    SceneChildRecorded,
    SceneChildStruck,
    SceneClosed,
    SceneOutcomeRecorded,
    SceneOutcomeTakenBack,
    ScenePhaseBegan,
    SceneReferralLinked,
    SceneTaskDone,
    SceneTaskReopened,
    SceneTimeNoted,
    SceneTimeTakenBack,
)
from contracts.stalled import Level

SceneEvent = (
    SceneCallQueued
    | SceneCallSeen
    | SceneCallAmended
    | SceneCallWithdrawn
    | SceneCallAnswered
    | ScenePhaseBegan
    | SceneTimeNoted
    | SceneTimeTakenBack
    | SceneChildRecorded
    | SceneChildStruck
    | SceneTaskDone
    | SceneTaskReopened
    | SceneOutcomeRecorded
    | SceneOutcomeTakenBack
    | SceneReferralLinked
    | SceneCallStalled
    | SceneCallTaken
    | SceneCallGivenBack
    | SceneCallAssigned
    | SceneClosed
)
Moment = tuple[SceneTime, int | None]
"""What is measured, and of which child where each has its own."""


@dataclass(frozen=True)
class Scene:
    """A call and what has been done about it. `bands` has one age band for each child; a child's number is its place there, from 1.

    `unread` says that the patrol has written something since Socialjouren last looked.
    """

    queued: SceneCallQueued | None = None
    seen: bool = False
    unread: bool = False
    withdrawn: bool = False
    answer: SceneAnswer | None = None
    arrives_at: datetime | None = None
    phase: ScenePhase = ScenePhase.ALARM
    bands: tuple[AgeBand, ...] = ()
    struck: frozenset[int] = frozenset()
    times: Mapping[Moment, datetime] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    outcomes: frozenset[tuple[SceneOutcome, int | None]] = frozenset()
    referrals: Mapping[int, UUID] = field(default_factory=dict)
    late: frozenset[tuple[SceneStep, Level]] = frozenset()
    handler: UUID | None = None
    closed: bool = False

    @property
    def queue(self) -> SceneQueue:
        """The one queue that it stands in."""
        if self.closed:
            return SceneQueue.CLOSED
        return SceneQueue.UNANSWERED if self.answer is None and not self.withdrawn else SceneQueue.UNDER_WAY

    @property
    def children(self) -> Sequence[int]:
        """The numbers of its children, without those that were struck."""
        return [number for number in range(1, len(self.bands) + 1) if number not in self.struck]

    @property
    def all_spoken_with(self) -> bool:
        """Whether somebody has spoken with every child."""
        return all((SceneTime.CHILD_SPOKEN_WITH, child) in self.times for child in self.children)


def evolve(scene: Scene, event: SceneEvent) -> Scene:  # noqa: C901, PLR0911, PLR0912  one arm an event
    """The call after the event."""
    match event:
        case SceneCallQueued():
            times: dict[Moment, datetime] = {(SceneTime.ALARM, None): event.alarm_at, (SceneTime.NOTIFIED, None): event.requested_at}
            return replace(scene, queued=event, bands=event.age_bands, times=times)
        case SceneCallSeen():
            return replace(scene, seen=True, unread=False)
        case SceneCallAmended():
            return replace(scene, unread=True)
        case SceneCallWithdrawn():
            return replace(scene, unread=True, withdrawn=True)
        case SceneCallAnswered():
            return replace(scene, answer=event.answer, arrives_at=event.arrives_at)
        case ScenePhaseBegan():
            return replace(scene, phase=event.phase)
        case SceneTimeNoted():
            return replace(scene, times={**scene.times, (event.what, event.child): event.at})
        case SceneTimeTakenBack():
            return replace(scene, times={moment: at for moment, at in scene.times.items() if moment != (event.what, event.child)})
        case SceneChildRecorded():
            return replace(scene, bands=(*scene.bands[: event.child - 1], event.age_band, *scene.bands[event.child :]))
        case SceneChildStruck():
            return replace(scene, struck=scene.struck | {event.child})
        case SceneTaskDone():
            return replace(scene, done=scene.done | {event.task})
        case SceneTaskReopened():
            return replace(scene, done=scene.done - {event.task})
        case SceneOutcomeRecorded():
            return replace(scene, outcomes=scene.outcomes | {(event.outcome, event.child)})
        case SceneOutcomeTakenBack():
            return replace(scene, outcomes=scene.outcomes - {(event.outcome, event.child)})
        case SceneReferralLinked():
            return replace(scene, referrals={**scene.referrals, event.child: event.referral}, struck=scene.struck - {event.child})
        case SceneCallStalled():
            return replace(scene, late=scene.late | {(event.step, event.level)})
        case SceneCallTaken() | SceneCallAssigned():
            return replace(scene, handler=event.actor)
        case SceneCallGivenBack():
            return replace(scene, handler=None)
        case SceneClosed():
            return replace(scene, closed=True)


def fold(events: Sequence[Event]) -> Scene:
    """The call that these events make. Raises Missing when they are of something else: its id is no call's."""
    scene = Scene()
    for event in events:
        if not isinstance(event, SceneEvent):
            raise Missing
        scene = evolve(scene, event)
    return scene
