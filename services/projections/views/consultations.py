"""Consultations: for the unit that asks and for the one that answers, a row each; who waits for whom, and what it came to."""

from typing import get_args

from sqlalchemy import Column, Index, Integer, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.agencies import AgencyKind
from contracts.consultation import (
    ConsultationAnswered,
    ConsultationAskedAgain,
    ConsultationAskedBack,
    ConsultationBecameReferral,
    ConsultationRequested,
    ConsultationSeen,
    Side,
)
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

TABLE = SqlTable(
    "consultations",
    METADATA,
    Column("consultation", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, primary_key=True),
    Column("receipt_code", Text, nullable=False),
    Column("from_agency", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("to_unit", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("requested_at", nullable=False),
    Column("messages", Integer, nullable=False),
    Column("waits_for", Text),
    time_column("waiting_since"),
    time_column("seen_at"),
    Column("advice", Text),
    Column("service", Text),
    time_column("first_answered_at"),
    time_column("answered_at"),
    time_column("became_referral_at"),
    Column("referral_code", Text),
    Index("consultations_unit_requested", "unit", "requested_at", "consultation"),
)


Takes = (
    ConsultationRequested
    | ConsultationSeen
    | ConsultationAnswered
    | ConsultationAskedBack
    | ConsultationAskedAgain
    | ConsultationBecameReferral
)


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the consultations."""
    match event:
        case ConsultationRequested():
            _add(rows, logged, event, Side.ASKED, event.from_kind, event.from_agency, event.from_unit)
            _add(rows, logged, event, Side.TO_ANSWER, event.to_kind, event.to_agency, event.to_unit)
        case ConsultationSeen():
            rows.change(rows, seen_at=event.seen_at)
        case ConsultationAnswered():
            _said(rows, waits_for=None, waiting_since=None, advice=event.advice, service=event.service, answered_at=event.answered_at)
            rows.change(rows.matching(first_answered_at=None), first_answered_at=event.answered_at)
        case ConsultationAskedBack():
            _said(rows, waits_for=Side.ASKED, waiting_since=event.asked_at)
        case ConsultationAskedAgain():
            _asked_again(rows, event)
        case ConsultationBecameReferral():
            rows.change(rows, became_referral_at=event.became_at)
            rows.change(rows.matching(relation=Side.ASKED), referral_code=event.referral_code)


def _asked_again(rows: Rows, event: ConsultationAskedAgain) -> None:
    """Who has waited for an answer goes on waiting from when it first asked; what is new nobody has opened."""
    rows.change((row for row in rows if row["waits_for"] != Side.TO_ANSWER), waiting_since=event.asked_at)
    _said(rows, waits_for=Side.TO_ANSWER, seen_at=None)


def _said(rows: Rows, **values: object) -> None:
    """Somebody has said something."""
    for row in rows:
        rows.change((row,), messages=row["messages"] + 1, **values)


def _add(rows: Rows, logged: Logged, event: ConsultationRequested, relation: Side, kind: AgencyKind, agency: str, unit: str) -> None:
    rows.add(
        consultation=logged.stream,
        kind=kind,
        agency=agency,
        unit=unit,
        relation=relation,
        receipt_code=event.receipt_code,
        from_agency=event.from_agency,
        from_unit=event.from_unit,
        to_unit=event.to_unit,
        category=event.category,
        age_band=event.age_band,
        requested_at=event.requested_at,
        messages=1,
        waits_for=Side.TO_ANSWER,
        waiting_since=event.requested_at,
    )


VIEW = View("consultations", TABLE, "consultation", get_args(Takes), apply, version=3)
