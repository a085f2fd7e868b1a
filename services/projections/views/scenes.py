"""Calls to the scene: for the patrol's unit and for Socialjouren, a row each. What came of it stands in Socialjouren's row alone."""

from typing import Any, get_args

from contracts.agencies import AgencyKind
from contracts.handling import SceneCallAssigned, SceneCallGivenBack, SceneCallTaken
from contracts.scene import (
    Exposure,
    SceneCallAmended,
    SceneCallAnswered,
    SceneCallQueued,
    SceneCallRequested,
    SceneCallSeen,
    SceneCallWithdrawn,
    ScenePhase,
    SceneQueue,
    SceneStep,
)
from contracts.scene_work import SceneCallStalled, SceneClosed
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.scene_zones import placed
from services.projections.view import View
from services.projections.views.scenetable import CALLED, TABLE, TO_ANSWER
from services.projections.views.scenework import Worked, worked
from services.projections.zones import Zone

Takes = (
    SceneCallRequested
    | SceneCallQueued
    | SceneCallSeen
    | SceneCallAmended
    | SceneCallWithdrawn
    | SceneCallAnswered
    | SceneCallTaken
    | SceneCallGivenBack
    | SceneCallAssigned
    | SceneCallStalled
    | SceneClosed
    | Worked
)


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the calls; then every row stands in the zone where it belongs."""
    _told(rows, logged, event)
    for row in rows:
        if not (place := placed(row)).items() <= row.items():
            rows.change((row,), **place)


def _told(rows: Rows, logged: Logged, event: Takes) -> None:  # noqa: C901, PLR0912  one arm an event
    match event:
        case SceneCallRequested():
            _add(rows, logged, event, CALLED, event.from_kind, event.from_agency, event.from_unit)
            _add(rows, logged, event, TO_ANSWER, event.to_kind, event.to_agency, event.to_unit)
        case SceneCallQueued():
            due = {"answer_due": event.answer_due.due, "child_due": event.child_spoken_with_due.due}
            rows.change(rows, checklist=event.checklist, **due)
        case SceneCallSeen():
            for row in rows:
                rows.change((row,), seen_at=row["seen_at"] or event.seen_at, unread_since=None)
        case SceneCallAmended():
            for row in rows:
                rows.change((row,), **_amended(row, event))
        case SceneCallWithdrawn():
            for row in rows:
                unread = row["unread_since"] or event.withdrawn_at
                rows.change((row,), queue=SceneQueue.UNDER_WAY, withdrawn_at=event.withdrawn_at, unread_since=unread)
        case SceneCallAnswered():
            answered = {"answer": event.answer, "arrives_at": event.arrives_at, "answered_at": event.answered_at}
            rows.change(rows, queue=SceneQueue.UNDER_WAY, **answered)
        case SceneCallTaken():
            rows.change(rows.matching(relation=TO_ANSWER), taken_by=event.actor, taken_role=event.role, taken_at=event.taken_at)
        case SceneCallAssigned():
            rows.change(rows.matching(relation=TO_ANSWER), taken_by=event.actor, taken_role=event.role, taken_at=event.assigned_at)
        case SceneCallGivenBack():
            rows.change(rows.matching(relation=TO_ANSWER), taken_by=None, taken_role=None, taken_at=None)
        case SceneCallStalled():
            _stalled(rows, event)
        case SceneClosed():
            rows.change(rows, queue=SceneQueue.CLOSED, closed_at=event.closed_at)
        case _:
            worked(rows, event)


def _add(rows: Rows, logged: Logged, event: SceneCallRequested, relation: str, kind: AgencyKind, agency: str, unit: str) -> None:
    nothing = [None] * len(event.age_bands)
    rows.add(
        scene=logged.stream,
        kind=kind,
        agency=agency,
        unit=unit,
        relation=relation,
        queue=SceneQueue.UNANSWERED,
        phase=ScenePhase.ALARM,
        receipt_code=event.receipt_code,
        from_unit=event.from_unit,
        to_unit=event.to_unit,
        danger=event.danger,
        interpreter=event.interpreter,
        requested_at=event.requested_at,
        alarm_at=event.alarm_at,
        notified_at=event.requested_at,
        age_bands=list(event.age_bands),
        exposures=[Exposure.NOT_KNOWN] * len(event.age_bands),
        struck=[],
        spoken_with_at=nothing,
        examined_at=nothing,
        referrals=nothing,
        tasks_done=[],
        outcomes=[],
        outcome_children=[],
        stalled=[],
        zone=Zone.NEW if relation == TO_ANSWER else Zone.WAITING,
        urgency=1,
    )


def _stalled(rows: Rows, event: SceneCallStalled) -> None:
    """That its answer is late the patrol may know; the rest is Socialjouren's own."""
    answer = event.step is SceneStep.ANSWER
    for row in rows if answer else rows.matching(relation=TO_ANSWER):
        since = row["stalled_at"] or event.raised_at if answer else row["stalled_at"]
        rows.change((row,), stalled=[*row["stalled"], f"{event.step}:{event.level}"], stalled_at=since)


def _amended(row: Row, event: SceneCallAmended) -> dict[str, Any]:
    """What is not said stands as it did; unread is counted from the first that nobody has read."""
    danger = row["danger"] if event.danger is None else event.danger
    unread = row["unread_since"] or event.amended_at
    return {
        "danger": danger,
        "interpreter": row["interpreter"] or event.interpreter,
        "amended_at": event.amended_at,
        "unread_since": unread,
    }


VIEW = View("scenes", TABLE, "scene", get_args(Takes), apply)
