"""What a view is: a table of rows that each belong to one agency's unit, and what an event does to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.sql.dml import UpdateBase

from contracts.event import Event
from services.kit.eventlog import Logged

SCHEMA = "projections"
NEXT_SCHEMA = "projections_next"
METADATA = MetaData(schema=SCHEMA)

Apply = Callable[[Logged, Event], Iterator[UpdateBase]]


@dataclass(frozen=True)
class View:
    """A view. `table` has columns kind, agency and unit: who may read the row; `version` rises when its columns change."""

    name: str
    table: Table
    apply: Apply
    version: int = 1


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
)
"""Events that a view could not take; the stream's later ones wait behind them, other children's go on."""
