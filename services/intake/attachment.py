"""Adding a file to a referral, and what the antivirus says of it afterwards."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from contracts.attachment import (
    LARGEST_TOGETHER,
    MOST_FILES,
    AttachmentAdded,
    AttachmentCleared,
    AttachmentContent,
    AttachmentHeld,
    FileState,
    HeldBecause,
)
from contracts.event import Event
from contracts.refusals import Refused
from services.intake.supplement import HandedOver, sent_by


class TooManyFiles(Refused):
    """The referral has twenty files already, and cannot hold more. Put several pictures in one document, or tell the rest in words."""


class NoRoomLeft(Refused):
    """The referral's files would be more than 60 MB together. Send what matters most, make it smaller, or tell it in words."""


def attach(
    handed_over: HandedOver,
    agency: str,
    unit: str,
    attachment: UUID,
    content: AttachmentContent,
    verdict: FileState,
    kept: int,
    at: datetime,
) -> Iterator[Event]:
    """A file, and what the antivirus said of it when it came. `kept` is how many octets the referral's files have already.

    Raises Missing for everybody but the unit that sent the referral, TooManyFiles, NoRoomLeft.
    """
    sent_by(handed_over, agency, unit)
    if attachment in handed_over.files:
        return
    refuse_overfull(handed_over, content.size, kept)
    yield AttachmentAdded(attachment=attachment, added_at=at, content=content)
    yield _said(attachment, verdict, at)


def refuse_overfull(handed_over: HandedOver, size: int, kept: int) -> None:
    """Whether a file of so many octets finds room beside those that are kept. Raises TooManyFiles, NoRoomLeft."""
    if len(handed_over.files) >= MOST_FILES:
        raise TooManyFiles
    if kept + size > LARGEST_TOGETHER:
        raise NoRoomLeft


def judge(handed_over: HandedOver, attachment: UUID, verdict: FileState, at: datetime) -> Iterator[Event]:
    """What the antivirus says of a file that has waited for it. What it has said once stands."""
    if handed_over.files.get(attachment) is FileState.UNSCANNED and verdict is not FileState.UNSCANNED:
        yield _said(attachment, verdict, at)


def _said(attachment: UUID, verdict: FileState, at: datetime) -> AttachmentCleared | AttachmentHeld:
    if verdict is FileState.CLEARED:
        return AttachmentCleared(attachment=attachment, cleared_at=at)
    return AttachmentHeld(attachment=attachment, why=HeldBecause(verdict), held_at=at)
