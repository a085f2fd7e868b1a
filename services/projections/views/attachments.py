"""Attachments: the files of a referral and how each stands, without their names. Who may read the referral as it was sent may see them."""

from typing import get_args

from sqlalchemy import Column, Index, Integer, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.attachment import AttachmentAdded, AttachmentCleared, AttachmentHeld, AttachmentRegistered, FileState
from contracts.event import REPORTER
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

TABLE = SqlTable(
    "attachments",
    METADATA,
    Column("attachment", Uuid, primary_key=True),
    Column("referral", Uuid, nullable=False),
    Column("audience", Text, nullable=False),
    Column("state", Text, nullable=False),
    time_column("added_at", nullable=False),
    time_column("judged_at"),
    Column("number", Integer),
    Index("attachments_referral", "referral", "added_at"),
    Index("attachments_judged", "state", "judged_at"),
)

Takes = AttachmentAdded | AttachmentCleared | AttachmentHeld | AttachmentRegistered


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the files."""
    match event:
        case AttachmentAdded():
            rows.add(
                attachment=event.attachment,
                referral=logged.stream,
                audience=REPORTER,
                state=FileState.UNSCANNED.value,
                added_at=event.added_at,
            )
        case AttachmentCleared():
            rows.change(rows.matching(attachment=event.attachment), state=FileState.CLEARED.value, judged_at=event.cleared_at)
        case AttachmentHeld():
            rows.change(rows.matching(attachment=event.attachment), state=FileState(event.why).value, judged_at=event.held_at)
        case AttachmentRegistered():
            rows.change(rows.matching(attachment=event.attachment), number=event.file)


VIEW = View("attachments", TABLE, "referral", get_args(Takes), apply)
