"""Calls to the scene against the stores: each side's row as it happened, and nothing in the patrol's that is Socialjouren's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from tests.chaos.checker.count import LOST, REORDERED, WRONG_AGENCY, Count
from tests.chaos.checker.history import Stored
from tests.chaos.checker.stores import Books
from tests.chaos.checker.working import holder

ROWS = """SELECT scene::text, relation, seen_at, amended_at, withdrawn_at, answered_at, arrived_at, closed_at, spoken_with_at, examined_at,
    cardinality(age_bands) AS children, outcomes, tasks_done, taken_by::text FROM projections.scenes"""
OURS = "to_answer"
LAST = {
    "SceneCallAmended": ("amended_at", "amendedAt"),
    "SceneCallWithdrawn": ("withdrawn_at", "withdrawnAt"),
    "SceneCallAnswered": ("answered_at", "answeredAt"),
    "SceneClosed": ("closed_at", "closedAt"),
}
"""Event -> the column that shows its last one, and the event's field."""
OF_CHILDREN = {"child_spoken_with": "spoken_with_at", "medical_examination": "examined_at"}
TAKES, LEAVES = {"SceneCallTaken", "SceneCallAssigned"}, {"SceneCallGivenBack"}


@dataclass
class Call:
    """What the events of one call come to."""

    children: int = 0
    shown: dict[str, datetime | None] = field(default_factory=dict)
    per_child: dict[tuple[str, int], datetime] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    tasks: set[str] = field(default_factory=set)

    def take(self, event: Stored) -> None:
        """One more, in the order of its store."""
        fact = event.fact
        if event.name == "SceneCallRequested":
            self.children = len(fact["ageBands"])
        elif event.name == "SceneCallSeen":
            self.shown.setdefault("seen_at", moment(fact["seenAt"]))
        elif event.name in LAST:
            column, key = LAST[event.name]
            self.shown[column] = moment(fact[key])
        elif event.name == "SceneChildRecorded":
            self.children = max(self.children, fact["child"])
        elif event.name == "SceneOutcomeRecorded":
            self.outcomes.append(fact["outcome"])
        elif event.name == "SceneTaskDone":
            self.tasks.add(fact["task"])
        else:
            self._time(event.name, fact)

    def _time(self, name: str, fact: Mapping[str, Any]) -> None:
        column = OF_CHILDREN.get(fact.get("what", ""))
        if name == "SceneTimeNoted" and fact["what"] == "arrived":
            self.shown["arrived_at"] = moment(fact["at"])
        elif name == "SceneTimeNoted" and column:
            self.per_child[column, fact["child"]] = moment(fact["at"])
        elif name == "SceneTimeTakenBack" and column:
            self.per_child.pop((column, fact["child"]), None)

    def times(self, column: str) -> list[datetime | None]:
        """A place for each child."""
        return [self.per_child.get((column, child)) for child in range(1, self.children + 1)]


def moment(text: str) -> datetime:
    """As an event writes it."""
    return datetime.fromisoformat(text)


def call(events: Iterable[Stored]) -> Call:
    """The call that these events make."""
    found = Call()
    for event in events:
        found.take(event)
    return found


async def check_scenes(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    """Each row beside its events."""
    for row in await connection.fetch(ROWS):
        if row["scene"] in poison:
            continue
        events = books.by_stream.get(row["scene"], ())
        where, wanted = f"view scenes, {row['scene']}", call(events)
        for column in ("seen_at", "arrived_at", *(column for column, _ in LAST.values())):
            _compare(row[column], wanted.shown.get(column), f"{where}, {column}", count)
        for column in OF_CHILDREN.values():
            _compare(row[column], wanted.times(column), f"{where}, {column}", count)
        _compare(row["children"], wanted.children, f"{where}, children", count)
        if row["relation"] == OURS:
            _compare(row["outcomes"], wanted.outcomes, f"{where}, outcomes", count)
            _compare(set(row["tasks_done"]), wanted.tasks, f"{where}, tasks", count)
            _compare(row["taken_by"], holder(events, TAKES, LEAVES), f"{where}, taken by", count)
        elif row["outcomes"] or row["taken_by"]:
            count.add(WRONG_AGENCY, where, "the patrol sees what came of it, or who has it")


def _compare(shown: object, said: object, where: str, count: Count) -> None:
    if shown != said:
        count.add(REORDERED if shown else LOST, where, f"{shown}, the store says {said}")
