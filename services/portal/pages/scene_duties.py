"""The checklist of a call to the scene as the reader's side works with it: what is done, and what it may mark."""

from dataclasses import dataclass

from contracts.agencies import AgencyKind
from contracts.checklist import Shown, Task, checklist
from contracts.scene import ScenePhase
from services.portal.pages.scene_row import SceneRow


@dataclass(frozen=True)
class Duty:
    """A task of the checklist: whether it is done, None when that is the other side's own; and whether the reader may mark it."""

    task: Task
    done: bool | None
    mine: bool


Duties = list[tuple[ScenePhase, list[tuple[AgencyKind, list[Duty]]]]]
"""The checklist by phase, and in each by role."""


def duties(row: SceneRow) -> Duties:
    """The call's checklist as the reader's side works with it; none before the call is queued."""
    tasks = checklist(row.checklist).tasks if row.checklist else ()
    shows: dict[Shown, bool] = {
        "answer": row.answer is not None,
        "child_spoken_with": row.all_spoken_with is not None,
        "referral": bool(row.referrals) and None not in row.referrals,
        "handed_over": row.handed_over_at is not None,
    }

    def duty(task: Task) -> Duty:
        if task.shown_by:
            return Duty(task, shows[task.shown_by], mine=False)
        mine = (task.role is AgencyKind.POLICE) == row.ours
        return Duty(task, task.id in row.tasks_done if mine or not row.ours else None, mine)

    all_of_them = [duty(task) for task in tasks]
    return [
        (
            phase,
            [
                (role, [each for each in all_of_them if each.task.phase is phase and each.task.role is role])
                for role in dict.fromkeys(each.task.role for each in all_of_them if each.task.phase is phase)
            ],
        )
        for phase in ScenePhase
        if any(each.task.phase is phase for each in all_of_them)
    ]
