"""given(view, events).then(rows): what events make of one stream's rows, in memory, with the published samples as the events."""

import json
from typing import Any
from uuid import UUID, uuid4

from contracts.event import event_class
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.view import View
from tests.fixtures.sample import FOLDER

STREAM = UUID("6737d8bf-c2e6-4d52-9893-8f6c3094c4fe")


def document(name: str, stream: UUID = STREAM, **changed: object) -> dict[str, Any]:
    """A published sample as a document of a stream, with other values in its data."""
    sample: dict[str, Any] = json.loads((FOLDER / f"{name}.v1.json").read_text("utf-8"))
    return sample | {"subject": str(stream), "id": str(uuid4()), "data": sample["data"] | changed}


def logged(name: str, stream: UUID = STREAM, position: int = 1, store: str = "", **changed: object) -> Logged:
    """The same as a stored event."""
    publisher = event_class(f"{name}.v1").published_by
    state = json.dumps(document(name, stream, **changed)).encode()
    return Logged(store or publisher, position, position - 1, f"{name}.v1", stream, state)


def told(view: View, *events: Logged) -> Rows:
    """The rows of the stream after these events."""
    rows = view.rows()
    for each in events:
        view.apply(rows, each, each.event)
    return rows


def columns(rows: Rows, *names: str) -> set[tuple[object, ...]]:
    """Some columns of every row."""
    return {tuple(row[name] for name in names) for row in rows}


def only(rows: Rows, **values: object) -> Row:
    """The one row that holds these values."""
    [row] = rows.matching(**values)
    return row
