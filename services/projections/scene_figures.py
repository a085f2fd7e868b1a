"""A month of calls to the scene in figures: how soon patrols were answered, and how soon somebody spoke with the children."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from contracts.law import STOCKHOLM
from contracts.scene import SceneQueue
from services.projections.answers import SceneFigures

A_DAY = timedelta(hours=24)
"""The model's window from the alarm: practice, never shown as law."""

Row = Mapping[str, Any]


def month_of(month: str) -> tuple[datetime, datetime]:
    """When a month such as `2026-11` begins in Stockholm, and when the next one does."""
    year, number = (int(part) for part in month.split("-"))
    following = (year + number // 12, number % 12 + 1)
    begins, ends = (datetime(*each, 1, tzinfo=STOCKHOLM).astimezone(UTC) for each in ((year, number), following))
    return begins, ends


def figures(month: str, rows: Sequence[Row]) -> SceneFigures:
    """What the rows of one unit come to."""
    waits = [row["answered_at"] - row["requested_at"] for row in rows if row["answered_at"]]
    spoken = list(_until_spoken_with(rows))
    closed = [row for row in rows if row["queue"] == SceneQueue.CLOSED]
    return SceneFigures(
        month=month,
        calls=len(rows),
        withdrawn=sum(row["withdrawn_at"] is not None for row in rows),
        answered=len(waits),
        minutes_to_notified=_minutes([row["notified_at"] - row["alarm_at"] for row in rows]),
        minutes_to_answer=_minutes(waits),
        escalated=sum(row["stalled_at"] is not None for row in rows),
        children=sum(len(row["age_bands"]) - len(row["struck"]) for row in rows),
        spoken_with=len(spoken),
        within_a_day=sum(each <= A_DAY for each in spoken),
        minutes_to_child=_minutes(spoken),
        longest_minutes_to_child=_minutes([max(spoken)] if spoken else []),
        never_spoken_with=sum(at is None for row in closed for at in _spoken_with_at(row)),
    )


def _spoken_with_at(row: Row) -> Iterator[datetime | None]:
    """For each of its children, without those that were struck."""
    return (at for child, at in enumerate(row["spoken_with_at"], start=1) if child not in row["struck"])


def _until_spoken_with(rows: Iterable[Row]) -> Iterator[timedelta]:
    """From the alarm until somebody spoke with the child, for each child that somebody has spoken with."""
    for row in rows:
        yield from (at - row["alarm_at"] for at in _spoken_with_at(row) if at is not None)


def _minutes(lengths: Sequence[timedelta]) -> int | None:
    """The median in whole minutes, rounded down."""
    return int(median(each.total_seconds() for each in lengths)) // 60 if lengths else None
