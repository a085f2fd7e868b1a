"""Folding a batch of events into the rows of their streams: in memory, with what cannot be taken put aside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from contracts.quarantine import BEHIND
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.view import View

POISON = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an event can do wrong to a view's pure fold. Anything else is nobody's poison: the batch waits."""


@dataclass(frozen=True)
class Waiting:
    """An event that a view could not take, or that came after one of its stream, and why."""

    logged: Logged
    reason: str


@dataclass(frozen=True)
class Folded:
    """What a batch makes of the rows: those to be written, those that stood in their place before, and the events that wait.

    `events` is how many of the batch concern the view.
    """

    view: View
    events: int
    written: list[Row]
    replaced: list[Row]
    waiting: list[Waiting]

    @cached_property
    def gone(self) -> list[Row]:
        """The rows to be taken away: nothing is written in their place."""
        if not self.replaced:
            return []
        keys = {self.view.key(row) for row in self.written}
        return [row for row in self.replaced if self.view.key(row) not in keys]

    @cached_property
    def touched(self) -> dict[str, set[UUID]]:
        """For each unit whose rows changed, the streams that they belong to; none for a view whose rows belong to no unit."""
        touched: dict[str, set[UUID]] = defaultdict(set)
        for row in (*self.written, *self.replaced) if "unit" in self.view.table.c else ():
            touched[row["unit"]].add(row[self.view.stream])
        return touched


def fold(view: View, batch: Iterable[Logged], stored: Iterable[Row] = (), held: Iterable[UUID] = ()) -> Folded:
    """The rows as the batch leaves them, from the `stored` ones of its streams; `held` are the streams that wait already."""
    before: dict[UUID, list[Row]] = defaultdict(list)
    for row in stored:
        before[row[view.stream]].append(row)
    after = {stream: view.rows(rows) for stream, rows in before.items()}
    concerned = view.concerned(batch)
    waiting = take(view, concerned, after, set(held))
    written: list[Row] = []
    replaced: list[Row] = []
    for stream, rows in after.items():
        if stream in before:
            new, old = rows.since(view.rows(before[stream]))
            written += new
            replaced += old
        else:
            written += rows
    return Folded(view, len(concerned), written, replaced, waiting)


def take(view: View, batch: Iterable[Logged], streams: dict[UUID, Rows], held: set[UUID]) -> list[Waiting]:
    """Applies events that concern the view, in order. One that cannot be taken leaves no trace; its stream is held from there on."""
    waiting = []
    apply, none = view.apply, view.rows
    for logged in batch:
        stream = logged.stream
        if stream in held:
            waiting.append(Waiting(logged, BEHIND))
            continue
        rows = streams.get(stream)
        if rows is None:
            rows = streams[stream] = none()
        before = rows.standing()
        try:
            apply(rows, logged, logged.event)
        except POISON as error:
            rows.put_back(before)
            held.add(stream)
            waiting.append(Waiting(logged, type(error).__name__))
    return waiting
