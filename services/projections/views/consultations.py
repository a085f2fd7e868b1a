"""Consultations: for the unit that asks and for the one that answers, a row each."""

from collections.abc import Iterator

from sqlalchemy import Column, Index, Text, Uuid, insert, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql.dml import UpdateBase

from contracts.agencies import AgencyKind
from contracts.consultation import ConsultationAnswered, ConsultationRequested
from contracts.event import Event
from services.kit.eventlog import Logged
from services.projections.view import METADATA, View, time_column

ASKED, TO_ANSWER = "asked", "to_answer"

TABLE = SqlTable(
    "consultations",
    METADATA,
    Column("consultation", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("receipt_code", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("requested_at", nullable=False),
    Column("advice", Text),
    time_column("answered_at"),
    Index("consultations_unit_requested", "unit", "requested_at", "consultation"),
)


def apply(logged: Logged, event: Event) -> Iterator[UpdateBase]:
    """What the event does to the consultations."""
    match event:
        case ConsultationRequested():
            yield insert(TABLE).values(
                [
                    _row(logged, event, ASKED, event.from_kind, event.from_agency, event.from_unit),
                    _row(logged, event, TO_ANSWER, event.to_kind, event.to_agency, event.to_unit),
                ]
            )
        case ConsultationAnswered():
            yield update(TABLE).where(TABLE.c.consultation == logged.stream).values(advice=event.advice, answered_at=event.answered_at)
        case _:
            pass


def _row(logged: Logged, event: ConsultationRequested, relation: str, kind: AgencyKind, agency: str, unit: str) -> dict[str, object]:
    return {
        "consultation": logged.stream,
        "kind": kind,
        "agency": agency,
        "unit": unit,
        "relation": relation,
        "receipt_code": event.receipt_code,
        "from_unit": event.from_unit,
        "category": event.category,
        "age_band": event.age_band,
        "requested_at": event.requested_at,
    }


VIEW = View("consultations", TABLE, apply)
