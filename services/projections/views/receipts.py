"""Receipts: the reporting unit's own referrals and how far each has come. Nothing of what social services think or do."""

from typing import get_args

from sqlalchemy import Column, Index, Integer, Text, Uuid
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.agencies import READING_KINDS
from contracts.attachment import AttachmentAdded, AttachmentSeen
from contracts.case import ImmediateSafetyAssessed, ReferralSeen
from contracts.feedback import FeedbackRead, FeedbackSent
from contracts.handover import HandoverAccepted
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from contracts.stalled import CHAIN, ESCALATED, ReferralStalled
from contracts.supplement import ReferralSupplemented, SupplementSeen
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
    Column("taken_over_by", Text),
    Column("feedback", Text),
    time_column("feedback_sent_at"),
    time_column("feedback_read_at"),
    Column("escalated_step", Text),
    Column("escalated_level", Text),
    time_column("escalated_at"),
    Column("siblings", Integer, nullable=False),
    Column("protection", Text, nullable=False),
    Column("supplements", Integer, nullable=False),
    time_column("supplemented_at"),
    Column("supplements_seen", Integer, nullable=False),
    time_column("supplements_seen_at"),
    Column("attachments", Integer, nullable=False),
    time_column("attached_at"),
    Column("attachments_seen", Integer, nullable=False),
    time_column("attachments_seen_at"),
    time_column("invited_at"),
    time_column("meets_at"),
    time_column("called_off_at"),
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
    | ReferralSupplemented
    | SupplementSeen
    | AttachmentAdded
    | AttachmentSeen
    | ReportMeetingRecorded
)


def apply(rows: Rows, logged: Logged, event: Takes) -> None:  # noqa: C901, PLR0912  one arm an event
    """What the event does to the receipts."""
    match event:
        case ReferralReceived():
            _received(rows, logged, event)
        case ReferralSeen():
            rows.change(rows, seen_at=event.seen_at)
        case ImmediateSafetyAssessed():
            # That it was corrected later is not the reporter's to see.
            rows.change(rows.matching(assessed_at=None), assessed_at=event.assessed_at)
        case HandoverAccepted():
            rows.change(rows, taken_over_at=event.accepted_at, taken_over_by=event.to_unit)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            rows.change(rows, decided_at=event.decided_at)
        case FeedbackSent():
            rows.change(rows, feedback=event.fact, feedback_sent_at=event.sent_at)
        case FeedbackRead():
            rows.change(rows, feedback_read_at=event.read_at)
        case ReportMeetingRecorded():
            _meeting(rows, event)
        case ReferralStalled():
            if event.level in ESCALATED and event.step in CHAIN:  # what the unit's own people are told is theirs
                rows.change(rows, escalated_step=event.step, escalated_level=event.level, escalated_at=event.raised_at)
        case ReferralSupplemented():
            rows.change(rows, supplements=event.supplement, supplemented_at=event.supplemented_at)
        case SupplementSeen():
            rows.change(rows, supplements_seen=event.supplement, supplements_seen_at=event.seen_at)
        case AttachmentAdded():
            for row in rows:
                rows.change((row,), attachments=row["attachments"] + 1, attached_at=event.added_at)
        case AttachmentSeen():
            rows.change(rows, attachments_seen=event.file, attachments_seen_at=event.seen_at)


def _received(rows: Rows, logged: Logged, event: ReferralReceived) -> None:
    """A private person's referral has no row: nobody could ever read it."""
    if event.from_kind not in READING_KINDS:
        return
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
        siblings=event.siblings,
        protection=event.protection,
        supplements=0,
        supplements_seen=0,
        attachments=0,
        attachments_seen=0,
    )


def _meeting(rows: Rows, event: ReportMeetingRecorded) -> None:
    """That the unit is invited, to when, and that it is so no more; nothing of what the others answered, or of why."""
    if event.reporter_invited:
        rows.change(rows, invited_at=event.recorded_at, meets_at=event.meets_at, called_off_at=None)
    elif event.outcome is not ReportMeeting.HELD:
        invited = [row for row in rows if row["invited_at"] and not row["called_off_at"]]
        rows.change(invited, meets_at=None, called_off_at=event.recorded_at)


VIEW = View("receipts", TABLE, "referral", get_args(Takes), apply, version=4)
