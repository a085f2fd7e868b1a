"""Readers: which unit may open which stream, and which audiences of it. Every opening asks here; so does the case file's own wall."""

from collections.abc import Iterator

from sqlalchemy import Column, Text, Uuid, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.dml import UpdateBase

from contracts.agencies import AgencyKind
from contracts.consultation import ConsultationRequested
from contracts.event import PARTIES, REPORTER, SOCIAL_SERVICES, Event, district, offer
from contracts.handover import HandoverAccepted, HandoverOffered
from contracts.referral import ReferralReceived
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
from services.projections.view import METADATA, View, reader_columns

TABLE = SqlTable(
    "readers",
    METADATA,
    Column("stream", Uuid, primary_key=True),
    Column("unit", Text, primary_key=True),
    *reader_columns()[:2],
    Column("audiences", ARRAY(Text), nullable=False),
)


def apply(logged: Logged, event: Event) -> Iterator[UpdateBase]:
    """What the event does to who may read."""
    match event:
        case ReferralReceived():
            yield _may(logged, event.from_kind, event.from_agency, event.from_unit, REPORTER)
            yield _may(logged, event.to_kind, event.to_agency, event.to_unit, REPORTER, SOCIAL_SERVICES, district(event.to_agency))
        case ConsultationRequested():
            yield _may(logged, event.from_kind, event.from_agency, event.from_unit, REPORTER)
            yield _may(logged, event.to_kind, event.to_agency, event.to_unit, REPORTER)
        case HandoverOffered():
            yield _also(logged, event.from_unit, offer(event.offer))
            yield _may(logged, event.to_kind, event.to_agency, event.to_unit, offer(event.offer))
        case HandoverAccepted():
            yield _also(logged, event.to_unit, REPORTER, SOCIAL_SERVICES, district(event.to_agency))
        case SIPScheduled():
            yield _may(logged, AgencyKind.DISTRICT, event.led_by_agency, event.led_by_unit, PARTIES, district(event.led_by_agency))
            for party in event.parties:
                yield _may(logged, party.kind, party.agency, party.unit, PARTIES)
        case _:
            pass


def _may(logged: Logged, kind: AgencyKind, agency: str, unit: str, *audiences: str) -> UpdateBase:
    """This unit may read these audiences, beside what it may read already."""
    row = insert(TABLE).values(stream=logged.stream, unit=unit, kind=kind, agency=agency, audiences=list(audiences))
    return row.on_conflict_do_update(index_elements=["stream", "unit"], set_={"audiences": TABLE.c.audiences + row.excluded.audiences})


def _also(logged: Logged, unit: str, *audiences: str) -> UpdateBase:
    return update(TABLE).where(TABLE.c.stream == logged.stream, TABLE.c.unit == unit).values(audiences=TABLE.c.audiences + list(audiences))


VIEW = View("readers", TABLE, apply)
