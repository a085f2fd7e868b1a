"""Handovers: every offer, for the unit that made it and the one that was asked, a row each, and what came of it. No names stand here."""

from typing import get_args

from sqlalchemy import Column, Index, Integer, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.agencies import AgencyKind
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverStalled, HandoverWithdrawn
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

GAVE, ASKED = "gave", "asked"
WAITING, ACCEPTED, REFUSED, WITHDRAWN = "waiting", "accepted", "refused", "withdrawn"

TABLE = SqlTable(
    "handovers",
    METADATA,
    Column("referral", Uuid, primary_key=True),
    Column("offer", Integer, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("to_unit", Text, nullable=False),
    Column("together", Integer, nullable=False),
    time_column("offered_at", nullable=False),
    time_column("due"),
    time_column("stalled_at"),
    Column("outcome", Text, nullable=False),
    time_column("ended_at"),
    Index("handovers_agency_unit_offered", "agency", "unit", "offered_at", "referral"),
    Index("handovers_agency_unit_ended", "agency", "unit", "ended_at", "referral"),
)

Takes = HandoverOffered | HandoverAccepted | HandoverRefused | HandoverWithdrawn | HandoverStalled


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the handovers."""
    match event:
        case HandoverOffered():
            _add(rows, logged, event, GAVE, event.from_kind, event.from_agency, event.from_unit)
            _add(rows, logged, event, ASKED, event.to_kind, event.to_agency, event.to_unit)
        case HandoverAccepted():
            rows.change(rows.matching(offer=event.offer), outcome=ACCEPTED, ended_at=event.accepted_at)
        case HandoverRefused():
            rows.change(rows.matching(offer=event.offer), outcome=REFUSED, ended_at=event.refused_at)
        case HandoverWithdrawn():
            rows.change(rows.matching(offer=event.offer), outcome=WITHDRAWN, ended_at=event.withdrawn_at)
        case HandoverStalled():
            rows.change(rows.matching(offer=event.offer), stalled_at=event.stalled_at)


def _add(rows: Rows, logged: Logged, event: HandoverOffered, relation: str, kind: AgencyKind | None, agency: str, unit: str) -> None:
    if kind is None:
        return  # an offer of the first version did not say what kind of agency made it
    rows.add(
        referral=logged.stream,
        offer=event.offer,
        agency=agency,
        kind=kind,
        unit=unit,
        relation=relation,
        from_unit=event.from_unit,
        to_unit=event.to_unit,
        together=len(event.together) or 1,
        offered_at=event.offered_at,
        due=event.due.due if event.due else None,
        outcome=WAITING,
    )


VIEW = View("handovers", TABLE, "referral", get_args(Takes), apply)
