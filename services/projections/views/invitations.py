"""Invitations: SIP meetings, a row for each invited unit and one for the district that leads; only that one knows the referral."""

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.agencies import AgencyKind
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

LEADS, INVITED = "leads", "invited"

TABLE = SqlTable(
    "invitations",
    METADATA,
    Column("sip", Uuid, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("led_by_unit", Text, nullable=False),
    Column("parties", ARRAY(Text), nullable=False),
    time_column("starts_at", nullable=False),
    time_column("ends_at", nullable=False),
    time_column("scheduled_at", nullable=False),
    Index("invitations_unit_starts", "unit", "starts_at", "sip"),
)


def apply(rows: Rows, logged: Logged, event: SIPScheduled) -> None:
    """What the event does to the invitations."""
    _add(rows, logged, event, LEADS, AgencyKind.DISTRICT, event.led_by_agency, event.led_by_unit)
    for party in event.parties:
        if party.unit != event.led_by_unit:
            _add(rows, logged, event, INVITED, party.kind, party.agency, party.unit)


def _add(rows: Rows, logged: Logged, event: SIPScheduled, relation: str, kind: AgencyKind, agency: str, unit: str) -> None:
    rows.add(
        sip=logged.stream,
        unit=unit,
        kind=kind,
        agency=agency,
        relation=relation,
        led_by_unit=event.led_by_unit,
        parties=sorted(party.unit for party in event.parties),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        scheduled_at=event.scheduled_at,
    )


VIEW = View("invitations", TABLE, "sip", (SIPScheduled,), apply)
