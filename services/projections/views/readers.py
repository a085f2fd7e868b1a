"""Readers: which unit may open which stream, and which audiences of it. Every opening asks here; so does the case file's own wall."""

from typing import get_args

from sqlalchemy import Column, Text, Uuid
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.agencies import READING_KINDS, AgencyKind
from contracts.consultation import ConsultationRequested
from contracts.event import PARTIES, REPORTER, SOCIAL_SERVICES, district, offer, social_services
from contracts.handover import HandoverAccepted, HandoverOffered
from contracts.referral import ReferralReceived
from contracts.scene import SceneCallRequested
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, reader_columns

TABLE = SqlTable(
    "readers",
    METADATA,
    Column("stream", Uuid, primary_key=True),
    Column("unit", Text, primary_key=True),
    *reader_columns()[:2],
    Column("audiences", ARRAY(Text), nullable=False),
)

Takes = ReferralReceived | ConsultationRequested | SceneCallRequested | HandoverOffered | HandoverAccepted | SIPScheduled


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to who may read."""
    match event:
        case ReferralReceived():
            _received(rows, logged, event)
        case ConsultationRequested():
            _may(rows, logged, event.from_kind, event.from_agency, event.from_unit, REPORTER)
            _may(rows, logged, event.to_kind, event.to_agency, event.to_unit, REPORTER)
        case SceneCallRequested():
            _may(rows, logged, event.from_kind, event.from_agency, event.from_unit, REPORTER)
            _may(rows, logged, event.to_kind, event.to_agency, event.to_unit, REPORTER, SOCIAL_SERVICES)
        case HandoverOffered():
            _also(rows, event.from_unit, offer(event.offer))
            _may(rows, logged, event.to_kind, event.to_agency, event.to_unit, offer(event.offer))
        case HandoverAccepted():
            _take_over(rows, event)
        case SIPScheduled():
            _may(rows, logged, AgencyKind.DISTRICT, event.led_by_agency, event.led_by_unit, PARTIES, district(event.led_by_agency))
            for party in event.parties:
                _may(rows, logged, party.kind, party.agency, party.unit, PARTIES)


def _received(rows: Rows, logged: Logged, event: ReferralReceived) -> None:
    if event.from_kind in READING_KINDS:  # a private person has nothing to read with, and no row
        _may(rows, logged, event.from_kind, event.from_agency, event.from_unit, REPORTER)
    _may(rows, logged, event.to_kind, event.to_agency, event.to_unit, REPORTER, SOCIAL_SERVICES, district(event.to_agency))


def _take_over(rows: Rows, event: HandoverAccepted) -> None:
    """The new owner reads what the former may of the social services' own, and what is decided from now on, which the former may not."""
    theirs = {each for row in rows.matching(unit=event.from_unit) for each in row["audiences"] if each.startswith(SOCIAL_SERVICES)}
    wanted = (REPORTER, *sorted(theirs), social_services(len(theirs)), district(event.to_agency))
    had = {each for row in rows.matching(unit=event.to_unit) for each in row["audiences"]}
    _also(rows, event.to_unit, *(each for each in wanted if each not in had))


def _may(rows: Rows, logged: Logged, kind: AgencyKind, agency: str, unit: str, *audiences: str) -> None:
    """This unit may read these audiences, beside what it may read already."""
    if rows.matching(unit=unit):
        _also(rows, unit, *audiences)
    else:
        rows.add(stream=logged.stream, unit=unit, kind=kind, agency=agency, audiences=list(audiences))


def _also(rows: Rows, unit: str, *audiences: str) -> None:
    for row in rows.matching(unit=unit):
        rows.change((row,), audiences=[*row["audiences"], *audiences])


VIEW = View("readers", TABLE, "stream", get_args(Takes), apply, version=2)
