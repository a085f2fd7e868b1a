"""Receipts: the reporting unit's own referrals and how far each has come. Nothing of what social services think or do."""

from typing import get_args

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.case import ImmediateSafetyAssessed, ReferralSeen
from contracts.feedback import FeedbackRead, FeedbackSent
from contracts.handover import HandoverAccepted
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from contracts.stalled import CHAIN, Level, ReferralStalled
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, reader_columns, time_column

TABLE = SqlTable(
    "receipts",
    METADATA,
    Column("referral", Uuid, primary_key=True),
    *reader_columns(),
    Column("reference", Text, nullable=False),
    Column("receipt_code", Text, nullable=False),
    Column("submission", Uuid, nullable=False),
    Column("to_unit", Text, nullable=False),
    Column("categories", ARRAY(Text), nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("received_at", nullable=False),
    time_column("seen_at"),
    time_column("assessed_at"),
    time_column("decided_at"),
    time_column("taken_over_at"),
    Column("feedback", Text),
    time_column("feedback_sent_at"),
    time_column("feedback_read_at"),
    Column("escalated_step", Text),
    time_column("escalated_at"),
    Index("receipts_unit_received", "unit", "received_at", "referral"),
    Index("receipts_unit_code_received", "unit", "receipt_code", "received_at", "referral"),
)


Takes = (
    ReferralReceived
    | ReferralSeen
    | ImmediateSafetyAssessed
    | HandoverAccepted
    | InvestigationOpened
    | InvestigationDeclined
    | InvestigationAlreadyOngoing
    | FeedbackSent
    | FeedbackRead
    | ReferralStalled
)


def apply(rows: Rows, logged: Logged, event: Takes) -> None:  # noqa: C901  one arm an event
    """What the event does to the receipts."""
    match event:
        case ReferralReceived():
            rows.add(
                referral=logged.stream,
                kind=event.from_kind,
                agency=event.from_agency,
                unit=event.from_unit,
                reference=event.reference,
                receipt_code=event.receipt_code,
                submission=event.submission,
                to_unit=event.to_unit,
                categories=list(event.categories),
                age_band=event.age_band,
                received_at=event.received_at,
            )
        case ReferralSeen():
            rows.change(rows, seen_at=event.seen_at)
        case ImmediateSafetyAssessed():
            rows.change(rows, assessed_at=event.assessed_at)
        case HandoverAccepted():
            rows.change(rows, taken_over_at=event.accepted_at)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            rows.change(rows, decided_at=event.decided_at)
        case FeedbackSent():
            rows.change(rows, feedback=event.fact, feedback_sent_at=event.sent_at)
        case FeedbackRead():
            rows.change(rows, feedback_read_at=event.read_at)
        case ReferralStalled():
            if event.level is Level.TEAM_LEAD and event.step in CHAIN:  # what the unit's own people are told is theirs
                rows.change(rows, escalated_step=event.step, escalated_at=event.raised_at)


VIEW = View("receipts", TABLE, "referral", get_args(Takes), apply, version=2)
