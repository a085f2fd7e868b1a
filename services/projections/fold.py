"""Folding a batch of events into the rows of their streams: in memory, with what cannot be taken put aside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.view import View

POISON = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an event can do wrong to a view's pure fold. Anything else is nobody's poison: the batch waits."""
BEHIND = "waits behind an event in quarantine"


@dataclass(frozen=True)
class Waiting:
    """An event that a view could not take, or that came after one of its stream, and why."""

    logged: Logged
    reason: str


@dataclass
class Folded:
    """What a batch makes of the rows: to be written, to be taken away, aside; and for each unit the streams that changed."""

    written: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    touched: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))


def fold(view: View, batch: Iterable[Logged], stored: Iterable[Row] = (), held: Iterable[UUID] = ()) -> Folded:
    """The rows as the batch leaves them, from the `stored` ones of its streams; `held` are the streams that wait already."""
    before = _by_stream(view, stored)
    after = {stream: rows.copy() for stream, rows in before.items()}
    folded = Folded(waiting=take(view, view.concerned(batch), after, set(held)))
    for stream, rows in after.items():
        written, replaced = rows.since(before.get(stream) or view.rows())
        keys = {view.key(row) for row in written}
        folded.written += written
        folded.gone += [row for row in replaced if view.key(row) not in keys]
        if "unit" in view.table.c:
            for row in (*written, *replaced):
                folded.touched[row["unit"]].add(stream)
    return folded


def take(view: View, batch: Iterable[Logged], streams: dict[UUID, Rows], held: set[UUID]) -> list[Waiting]:
    """Applies events that concern the view, in order. One that cannot be taken leaves no trace; its stream is held from there on."""
    waiting = []
    for logged in batch:
        if logged.stream in held:
            waiting.append(Waiting(logged, BEHIND))
            continue
        rows = streams.get(logged.stream) or view.rows()
        changed = rows.copy()
        try:
            view.apply(changed, logged, logged.event)
        except POISON as error:
            held.add(logged.stream)
            waiting.append(Waiting(logged, type(error).__name__))
        else:
            streams[logged.stream] = changed
    return waiting


def _by_stream(view: View, stored: Iterable[Row]) -> dict[UUID, Rows]:
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in stored:
        rows[row[view.stream]].append(row)
    return {stream: view.rows(each) for stream, each in rows.items()}
