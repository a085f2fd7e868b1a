"""On the scene: phases, times, and the checklist of who does what."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.agencies import AgencyKind
from contracts.checklist import checklist
from contracts.refusals import Malformed, Refused, Stranger
from contracts.scene import FROM_THE_CALL, PER_CHILD, ScenePhase, SceneQueue, SceneTime
from contracts.scene_work import ScenePhaseBegan, SceneTaskDone, SceneTaskReopened, SceneTimeNoted, SceneTimeTakenBack
from services.liaison.scene.parties import NoSuchChild, Party, open_to, ours, refuse_unknown_child
from services.liaison.scene.scene import Moment, Scene

FOLLOWS = {ScenePhase.ALARM: ScenePhase.CARE, ScenePhase.CARE: ScenePhase.COORDINATION}
SOCIALJOUREN_ALONE = frozenset({SceneTime.CHILD_SPOKEN_WITH, SceneTime.HANDED_OVER})
"""What only social services do, and so only they note."""
CLOCKS_DIFFER = timedelta(minutes=1)


class NotAnswered(Refused):
    """Answer the patrol first: who comes and when, or that nobody can."""


class NotNextPhase(Refused):
    """The phases follow one another: alarm, care, coordination. Load the page again and look which one it is in."""


class TimeAhead(Malformed):
    """The time lies ahead. Write when it happened; what is planned stands in the answer."""


class BeforeAlarm(Malformed):
    """Something would have happened before the alarm. Correct the time, or first the time of the alarm."""


class FromTheCall(Malformed):
    """The call has this time from its beginning. Correct it instead."""


class UnknownTask(Malformed):
    """The call's checklist has no such task to mark. Load the page again; what the call itself shows is marked by itself."""


def begin_phase(scene: Scene, agency: str, unit: str, phase: ScenePhase, began_at: datetime) -> Iterator[ScenePhaseBegan]:
    """Goes on to the next phase. Raises Missing, SceneIsClosed, NotAnswered, NotNextPhase."""
    ours(scene, agency, unit)
    if scene.phase is phase:
        return
    if scene.queue is SceneQueue.UNANSWERED:
        raise NotAnswered
    if FOLLOWS.get(scene.phase) is not phase:
        raise NotNextPhase
    yield ScenePhaseBegan(phase=phase, unit=unit, began_at=began_at)


def note_time(
    scene: Scene, agency: str, unit: str, what: SceneTime, at: datetime, child: int | None, noted_at: datetime
) -> Iterator[SceneTimeNoted]:
    """Notes when something happened, or corrects it. Raises Missing, SceneIsClosed, Stranger, NoSuchChild, TimeAhead, BeforeAlarm."""
    _refuse_anothers_moment(scene, agency, unit, what, child)
    if scene.times.get((what, child)) == at:
        return
    if at > noted_at + CLOCKS_DIFFER:
        raise TimeAhead
    _refuse_before_alarm(scene, (what, child), at)
    yield SceneTimeNoted(what=what, at=at, child=child, unit=unit, noted_at=noted_at)


def take_time_back(
    scene: Scene, agency: str, unit: str, what: SceneTime, child: int | None, taken_back_at: datetime
) -> Iterator[SceneTimeTakenBack]:
    """It has not happened after all. Raises Missing, SceneIsClosed, Stranger, NoSuchChild, FromTheCall."""
    _refuse_anothers_moment(scene, agency, unit, what, child)
    if what in FROM_THE_CALL:
        raise FromTheCall
    if (what, child) in scene.times:
        yield SceneTimeTakenBack(what=what, child=child, unit=unit, taken_back_at=taken_back_at)


def _refuse_anothers_moment(scene: Scene, agency: str, unit: str, what: SceneTime, child: int | None) -> None:
    _, party = open_to(scene, agency, unit)
    if party is Party.PATROL and what in SOCIALJOUREN_ALONE:
        raise Stranger
    if (what in PER_CHILD) != (child is not None):
        raise NoSuchChild
    refuse_unknown_child(scene, child)


def _refuse_before_alarm(scene: Scene, moment: Moment, at: datetime) -> None:
    alarm: Moment = (SceneTime.ALARM, None)
    times = {**scene.times, moment: at}
    if any(other < times[alarm] for other in times.values()):
        raise BeforeAlarm


def do_task(scene: Scene, agency: str, unit: str, task: str, done_at: datetime) -> Iterator[SceneTaskDone]:
    """Marks a task as done. Raises Missing, SceneIsClosed, UnknownTask, Stranger for another's task."""
    _refuse_anothers_task(scene, agency, unit, task)
    if task not in scene.done:
        yield SceneTaskDone(task=task, unit=unit, done_at=done_at)


def reopen_task(scene: Scene, agency: str, unit: str, task: str, reopened_at: datetime) -> Iterator[SceneTaskReopened]:
    """Takes the mark away again. Raises as `do_task`."""
    _refuse_anothers_task(scene, agency, unit, task)
    if task in scene.done:
        yield SceneTaskReopened(task=task, unit=unit, reopened_at=reopened_at)


def _refuse_anothers_task(scene: Scene, agency: str, unit: str, task: str) -> None:
    """The patrol marks the police's tasks; Socialjouren its own and those of healthcare, which is no party to the call."""
    queued, party = open_to(scene, agency, unit)
    found = checklist(queued.checklist).task(task)
    if found is None or found.shown_by:
        raise UnknownTask
    if (found.role is AgencyKind.POLICE) != (party is Party.PATROL):
        raise Stranger
