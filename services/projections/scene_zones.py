"""Where a call to the scene stands on a board: with Socialjouren in the zone that says whose move it is."""

from typing import Any

from contracts.scene import SceneQueue, SceneStep
from services.projections.rows import Row
from services.projections.views.scenetable import CALLED
from services.projections.zones import Zone


def zone_of(row: Row) -> Zone:
    """The one zone of a row. New is what nobody has taken; what waits for the patrol's referral alone waits for others."""
    if row["queue"] == SceneQueue.CLOSED:
        return Zone.DONE
    if row["relation"] == CALLED:
        return Zone.WAITING
    if row["taken_by"] is None:
        return Zone.NEW
    return Zone.WAITING if _referral_alone_is_missing(row) else Zone.OURS


def all_spoken_with(row: Row) -> bool:
    """Whether somebody has spoken with every child; with none to speak with, so it is."""
    return all(_of_children(row, "spoken_with_at"))


def _referral_alone_is_missing(row: Row) -> bool:
    done = row["answer"] is not None and all_spoken_with(row) and not (row["unread_since"] or row["withdrawn_at"])
    return done and None in _of_children(row, "referrals")


def _of_children(row: Row, column: str) -> list[Any]:
    """What a column says of each child, without those that were struck."""
    return [value for number, value in enumerate(row[column], start=1) if number not in row["struck"]]


def urgency_of(row: Row) -> int:
    """0 for what comes first in its zone: what nobody has answered or read, danger, what is late. 1 for all else."""
    pressing = (
        row["queue"] == SceneQueue.UNANSWERED or row["unread_since"] or (row["danger"] and row["arrived_at"] is None) or row["stalled"]
    )
    return 0 if pressing and zone_of(row) is not Zone.DONE else 1


def _late(row: Row) -> list[str]:
    """The steps that are late and not taken: however late one was that is, it is late no more."""
    queue = row["queue"]
    done = {
        SceneStep.ANSWER: queue != SceneQueue.UNANSWERED,
        SceneStep.CHILD_SPOKEN_WITH: queue == SceneQueue.CLOSED or all_spoken_with(row),
    }
    return [each for each in row["stalled"] if not done[SceneStep(each.partition(":")[0])]]


def placed(row: Row) -> dict[str, Any]:
    """What is late of the row, where it stands and how soon its turn is."""
    late = _late(row)
    return {"stalled": late, "zone": zone_of(row), "urgency": urgency_of({**row, "stalled": late})}
