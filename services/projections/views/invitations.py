"""Invitations: SIP meetings, a row for each invited unit and one for the district that leads; only that one knows the referral."""

from collections.abc import Iterator

from sqlalchemy import Column, Index, Text, Uuid, insert
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import UpdateBase

from contracts.agencies import AgencyKind
from contracts.event import Event
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
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


def apply(logged: Logged, event: Event) -> Iterator[UpdateBase]:
    """What the event does to the invitations."""
    match event:
        case SIPScheduled():
            invited = [
                _row(logged, event, INVITED, party.kind, party.agency, party.unit)
                for party in event.parties
                if party.unit != event.led_by_unit
            ]
            yield insert(TABLE).values([_row(logged, event, LEADS, AgencyKind.DISTRICT, event.led_by_agency, event.led_by_unit), *invited])
        case _:
            pass


def _row(logged: Logged, event: SIPScheduled, relation: str, kind: AgencyKind, agency: str, unit: str) -> dict[str, object]:
    return {
        "sip": logged.stream,
        "unit": unit,
        "kind": kind,
        "agency": agency,
        "relation": relation,
        "led_by_unit": event.led_by_unit,
        "parties": sorted(party.unit for party in event.parties),
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "scheduled_at": event.scheduled_at,
    }


VIEW = View("invitations", TABLE, apply)
