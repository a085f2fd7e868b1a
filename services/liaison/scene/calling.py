"""From the call to the answer: queued, seen by a person, corrected or called off by the patrol, answered, escalated when a step is late."""

from collections.abc import Iterator
from datetime import datetime

from contracts.checklist import checklist_on
from contracts.law import STOCKHOLM, deadline_in_minutes
from contracts.refusals import Malformed, Missing, Refused
from contracts.scene import (
    SceneAmendment,
    SceneAnswer,
    SceneAnswerText,
    SceneCallAmended,
    SceneCallAnswered,
    SceneCallQueued,
    SceneCallRequested,
    SceneCallSeen,
    SceneCallWithdrawn,
    SceneQueue,
    SceneStep,
    WithdrawalReasons,
)
from contracts.scene_work import SceneCallStalled
from services.liaison.limits import Limit
from services.liaison.scene.parties import Party, known_to, ours, theirs
from services.liaison.scene.scene import Scene


class NoArrival(Malformed):
    """Say who comes and about when, so that the patrol can wait or act. It can be changed afterwards."""


class NothingInstead(Malformed):
    """Write what the patrol is to do instead, and whom it can reach, when nobody can come."""


class NothingChanged(Malformed):
    """Write what is different now: where you are, danger, an interpreter, what you have seen or how you are reached."""


class NoReasonToWithdraw(Malformed):
    """Write why nobody need come, and where the children are now: they were seen all the same."""


class SceneIsWithdrawn(Refused):
    """The patrol has called it off, and waits for nobody. Read why, and close the call; what is done for the children can be noted."""


def queue(scene: Scene, requested: SceneCallRequested) -> Iterator[SceneCallQueued]:
    """Puts the call in Socialjouren's queue; its limits run from when it reached the hub, and from the alarm."""
    if scene.queued is None:
        yield SceneCallQueued(
            receipt_code=requested.receipt_code,
            from_agency=requested.from_agency,
            from_unit=requested.from_unit,
            to_agency=requested.to_agency,
            to_unit=requested.to_unit,
            age_bands=requested.age_bands,
            alarm_at=requested.alarm_at,
            requested_at=requested.requested_at,
            answer_due=deadline_in_minutes("scene-call-answer", requested.requested_at),
            child_spoken_with_due=deadline_in_minutes("scene-child-spoken-with", requested.alarm_at),
            checklist=checklist_on(requested.requested_at.astimezone(STOCKHOLM).date()).version,
        )


def see(scene: Scene, agency: str, unit: str, seen_at: datetime) -> Iterator[SceneCallSeen]:
    """A person at Socialjouren opens the call, or reads what the patrol has written since. Raises Missing.

    Only the first look is news, and one at something new.
    """
    if known_to(scene, agency, unit)[1] is not Party.SOCIALJOUREN:
        raise Missing
    if not scene.seen or scene.unread:
        yield SceneCallSeen(unit=unit, seen_at=seen_at)


def amend(
    scene: Scene, agency: str, unit: str, amended_at: datetime, *, amendment: SceneAmendment, danger: bool | None
) -> Iterator[SceneCallAmended]:
    """The patrol corrects its call or adds to it. Raises Missing, Stranger, SceneIsClosed, NothingChanged."""
    theirs(scene, agency, unit)
    if danger is None and not any((amendment.place, amendment.interpreter, amendment.seen, amendment.contact)):
        raise NothingChanged
    yield SceneCallAmended(danger=danger, interpreter=bool(amendment.interpreter), unit=unit, amended_at=amended_at, content=amendment)


def withdraw(scene: Scene, agency: str, unit: str, reasons: str, withdrawn_at: datetime) -> Iterator[SceneCallWithdrawn]:
    """The patrol calls it off. Raises Missing, Stranger, SceneIsClosed, NoReasonToWithdraw."""
    theirs(scene, agency, unit)
    if not reasons:
        raise NoReasonToWithdraw
    if not scene.withdrawn:
        yield SceneCallWithdrawn(unit=unit, withdrawn_at=withdrawn_at, content=WithdrawalReasons(reasons=reasons))


def answer(
    scene: Scene,
    agency: str,
    unit: str,
    what: SceneAnswer,
    answered_at: datetime,
    *,
    arrives_at: datetime | None = None,
    who: str | None = None,
    message: str | None = None,
) -> Iterator[SceneCallAnswered]:
    """Answers the patrol, or changes the answer: said again in other words it replaces what was said.

    Raises Missing, SceneIsClosed, SceneIsWithdrawn, NoArrival, NothingInstead.
    """
    ours(scene, agency, unit)
    if scene.withdrawn:
        raise SceneIsWithdrawn
    if what is SceneAnswer.COMING and not (arrives_at and who):
        raise NoArrival
    if what is SceneAnswer.NOBODY_CAN_COME and not message:
        raise NothingInstead
    arrives_at = arrives_at if what is SceneAnswer.COMING else None
    text = SceneAnswerText(who=who or None, message=message or None)
    yield SceneCallAnswered(answer=what, arrives_at=arrives_at, unit=unit, answered_at=answered_at, content=text)


def stall(scene: Scene, limit: Limit, raised_at: datetime) -> Iterator[SceneCallStalled]:
    """Says that the limit has passed, unless the step is taken, or it is said already. Also of a call that nobody has queued yet."""
    step = SceneStep(limit.step)
    if limit.due <= raised_at and (step, limit.level) not in scene.late and not _taken(scene, step):
        unit = scene.queued.to_unit if scene.queued else limit.unit
        yield SceneCallStalled(step=step, level=limit.level, due=limit.due, rule=limit.rule, unit=unit, raised_at=raised_at)


def _taken(scene: Scene, step: SceneStep) -> bool:
    match step:
        case SceneStep.ANSWER:
            return scene.queue is not SceneQueue.UNANSWERED
        case SceneStep.CHILD_SPOKEN_WITH:
            return scene.closed or scene.all_spoken_with
