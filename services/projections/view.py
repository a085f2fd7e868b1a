"""What a view is: a table of rows that each belong to one stream, and what an event does to the rows of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import TIMESTAMP

from contracts.catalogue import events, topics
from contracts.event import Event
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows, Shape

SCHEMA = "projections"
NEXT_SCHEMA = "projections_next"
LAST_SCHEMA = "projections_last"
"""Where a view is built anew, and where the old one goes when the new one has taken its place."""
METADATA = MetaData(schema=SCHEMA)

Apply = Callable[[Rows, Logged, Any], None]
"""Changes the rows of an event's stream. Pure: no database, no clock. The event is one of those that the view takes."""


@dataclass(frozen=True)
class View:
    """A view. `table` has columns kind, agency and unit: who may read the row; `version` rises when its columns change.

    `stream` is the column that holds the stream's id: every row belongs to exactly one. `takes` are the events it looks at.
    A view that only adds (`adds_only`) never looks at what its stream's earlier events have left.
    """

    name: str
    table: Table
    stream: str
    takes: tuple[type[Event], ...]
    apply: Apply
    adds_only: bool = False
    version: int = 1

    def rows(self, stored: Iterable[Row] = ()) -> Rows:
        """The rows of one stream, as they stand."""
        return Rows(self._shape, stored)

    def concerned(self, batch: Iterable[Logged]) -> list[Logged]:
        """The events that the view looks at. One that nobody knows is among them: it might concern the view, so it must wait."""
        passes_over = self.passes_over
        return [logged for logged in batch if logged.topic not in passes_over]

    def key(self, row: Row) -> object:
        """What tells the row from every other one of the view."""
        return self._shape.key(row)

    @property
    def asks_the_readers(self) -> bool:
        """Whether its rows belong to an audience, of which the view `readers` says who that is."""
        return "kind" not in self.table.c

    @cached_property
    def _shape(self) -> Shape:
        return Shape.of(self.table)

    @cached_property
    def passes_over(self) -> frozenset[str]:
        """The known topics that it has no use for."""
        return frozenset(topics(*events().values())) - frozenset(topics(*self.takes))


def time_column(name: str, *, nullable: bool = True) -> Column[object]:
    """A point in time, with zone."""
    return Column(name, TIMESTAMP(timezone=True), nullable=nullable)


def reader_columns() -> tuple[Column[str], Column[str], Column[str]]:
    """Who may read the row: kind of agency (the database's wall), agency and unit (the API's)."""
    return Column("kind", Text, nullable=False), Column("agency", Text, nullable=False), Column("unit", Text, nullable=False)


POSITION = Table(
    "position",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""How far each view has come in each store; written in the same transaction as its rows."""

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stream", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", TIMESTAMP(timezone=True), nullable=False, server_default=func.now()),
    Index("quarantine_stream", "stream"),
)
"""Events that a view could not take; the stream's later ones wait behind them, other children's go on."""

DROPPED = Table(
    "dropped",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
)
"""Events that a view goes on without, because people have said so: every recomputation and every rebuild leaves them out."""
