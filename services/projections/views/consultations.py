"""Consultations: for the unit that asks and for the one that answers, a row each."""

from typing import get_args

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.agencies import AgencyKind
from contracts.consultation import ConsultationAnswered, ConsultationRequested
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

ASKED, TO_ANSWER = "asked", "to_answer"

TABLE = SqlTable(
    "consultations",
    METADATA,
    Column("consultation", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, primary_key=True),
    Column("receipt_code", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("requested_at", nullable=False),
    Column("advice", Text),
    time_column("answered_at"),
    Index("consultations_unit_requested", "unit", "requested_at", "consultation"),
)


Takes = ConsultationRequested | ConsultationAnswered


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the consultations."""
    match event:
        case ConsultationRequested():
            _add(rows, logged, event, ASKED, event.from_kind, event.from_agency, event.from_unit)
            _add(rows, logged, event, TO_ANSWER, event.to_kind, event.to_agency, event.to_unit)
        case ConsultationAnswered():
            rows.change(rows, advice=event.advice, answered_at=event.answered_at)


def _add(rows: Rows, logged: Logged, event: ConsultationRequested, relation: str, kind: AgencyKind, agency: str, unit: str) -> None:
    rows.add(
        consultation=logged.stream,
        kind=kind,
        agency=agency,
        unit=unit,
        relation=relation,
        receipt_code=event.receipt_code,
        from_unit=event.from_unit,
        category=event.category,
        age_band=event.age_band,
        requested_at=event.requested_at,
    )


VIEW = View("consultations", TABLE, "consultation", get_args(Takes), apply, version=2)
