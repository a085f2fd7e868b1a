"""What is done about a call to the scene, in its rows: phases, times, children, tasks, outcomes, referrals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.referral import AgeBand
from contracts.scene import PER_CHILD, Exposure, SceneTime
from contracts.scene_work import (
    SceneChildRecorded,
    SceneChildStruck,
    SceneOutcomeRecorded,
    SceneOutcomeTakenBack,
    ScenePhaseBegan,
    SceneReferralLinked,
    SceneTaskDone,
    SceneTaskReopened,
    SceneTimeNoted,
    SceneTimeTakenBack,
)
from services.projections.rows import Row, Rows
from services.projections.views.scenetable import BEGAN, TIMES, TO_ANSWER

Worked = (
    ScenePhaseBegan
    | SceneTimeNoted
    | SceneTimeTakenBack
    | SceneChildRecorded
    | SceneChildStruck
    | SceneTaskDone
    | SceneTaskReopened
    | SceneOutcomeRecorded
    | SceneOutcomeTakenBack
    | SceneReferralLinked
)


def worked(rows: Rows, event: Worked) -> None:  # noqa: C901, PLR0912  one arm an event
    """What the event does to the call's rows. Raises ValueError, IndexError for what cannot be of this call."""
    match event:
        case ScenePhaseBegan():
            began = {BEGAN[event.phase]: event.began_at} if event.phase in BEGAN else {}
            rows.change(rows, phase=event.phase, **began)
        case SceneTimeNoted():
            for row in rows:
                rows.change((row,), **_noted(row, event.what, event.child, event.at))
        case SceneTimeTakenBack():
            for row in rows:
                rows.change((row,), **_noted(row, event.what, event.child, None))
        case SceneChildRecorded():
            for row in rows:
                rows.change((row,), **_recorded(row, event.child, event.age_band, event.exposure))
        case SceneChildStruck():
            for row in rows:
                rows.change((row,), struck=sorted({*row["struck"], event.child}))
        case SceneTaskDone():
            for row in _told_of(rows, event.unit):
                rows.change((row,), tasks_done=sorted({*row["tasks_done"], event.task}))
        case SceneTaskReopened():
            for row in _told_of(rows, event.unit):
                rows.change((row,), tasks_done=sorted({*row["tasks_done"]} - {event.task}))
        case SceneOutcomeRecorded():
            for row in rows.matching(relation=TO_ANSWER):
                rows.change((row,), **_came_of_it([*_outcomes(row), (event.outcome, event.child)]))
        case SceneOutcomeTakenBack():
            for row in rows.matching(relation=TO_ANSWER):
                rows.change((row,), **_came_of_it([each for each in _outcomes(row) if each != (event.outcome, event.child)]))
        case SceneReferralLinked():
            for row in rows:
                struck = [child for child in row["struck"] if child != event.child]
                rows.change((row,), referrals=_put(row["referrals"], event.child, event.referral), struck=struck)


def _told_of(rows: Rows, unit: str) -> list[Row]:
    """What the patrol marks both see; what Socialjouren marks is its own, for a shelter that is found says as much as the outcome."""
    return [row for row in rows if row["relation"] == TO_ANSWER or row["unit"] == unit]


def _noted(row: Row, what: SceneTime, child: int | None, at: datetime | None) -> dict[str, Any]:
    """Raises ValueError for a child's own moment without a child, IndexError for a child that is not there."""
    if (what in PER_CHILD) != (child is not None):
        raise ValueError(what)
    column = TIMES[what]
    return {column: at if child is None else _put(row[column], child, at)}


def _recorded(row: Row, child: int, band: AgeBand, exposure: Exposure) -> dict[str, Any]:
    """The next child gets its place in every list. Raises IndexError for one beyond the next."""
    if child > len(row["age_bands"]) + 1:
        raise IndexError(child)
    more = [None] * (child - len(row["age_bands"]))
    changed = {"age_bands": _put([*row["age_bands"], *more], child, band), "exposures": _put([*row["exposures"], *more], child, exposure)}
    return changed | {name: [*row[name], *more] for name in ("spoken_with_at", "examined_at", "referrals")}


def _outcomes(row: Row) -> list[tuple[str, int | None]]:
    return list(zip(row["outcomes"], row["outcome_children"], strict=True))


def _came_of_it(outcomes: list[tuple[str, int | None]]) -> dict[str, Any]:
    return {"outcomes": [what for what, _ in outcomes], "outcome_children": [child for _, child in outcomes]}


def _put(places: list[Any], child: int, value: datetime | UUID | str | None) -> list[Any]:
    """The list with another value in the child's place. Raises IndexError when it has none."""
    changed = [*places]
    changed[child - 1] = value
    return changed
