"""The attachment (bilaga): a picture or document that the reporting unit adds to its referral. Its bytes stand beside the event."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import REPORTER, Event, SealedEvent
from contracts.model import Model

MIB = 1024 * 1024
LARGEST_FILE = 20 * MIB
"""Octets of one file, as sent and as stored."""
LARGEST_TOGETHER = 60 * MIB
"""Octets of all files of one referral, as stored."""
MOST_FILES = 20
"""Files of one referral."""
LONGEST_NAME = 200

SCANNER = "scanner"
"""Who looks for malware in what waits: it stands in the keyring beside the agencies, and holds the keys of waiting files alone."""


class FileKind(StrEnum):
    """What a file is, by its content. A closed list: what is none of these is not stored."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    TEXT = "text"
    DOCX = "docx"


PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})
"""Kinds that are decoded and made anew: what was hidden in them, such as where they were taken, is gone."""


class HeldBecause(StrEnum):
    """Why a file is held back: nobody has looked for malware yet, there is some, or nobody could look."""

    UNSCANNED = "unscanned"
    MALWARE = "malware"
    UNREADABLE = "unreadable"


class FileState(StrEnum):
    """How a file stands: cleared by the antivirus, or held back."""

    CLEARED = "cleared"
    UNSCANNED = "unscanned"
    MALWARE = "malware"
    UNREADABLE = "unreadable"


class AttachmentContent(Model):
    """What the file is called and is. `size` in octets and `digest` (SHA-256, hex) are of the bytes as they are stored."""

    name: str = Field(max_length=LONGEST_NAME)
    kind: FileKind
    size: int = Field(ge=1, le=LARGEST_FILE)
    digest: str = Field(pattern="^[0-9a-f]{64}$")


class AttachmentAdded(SealedEvent[AttachmentContent]):
    """The reporting unit has added a file to its referral; its bytes are stored with this fact, under the key that the content has."""

    audience = REPORTER
    published_by = "intake"

    attachment: UUID
    added_at: AwareDatetime


class AttachmentCleared(Event):
    """The antivirus has looked at the file and found nothing."""

    published_by = "intake"

    attachment: UUID
    cleared_at: AwareDatetime


class AttachmentHeld(Event):
    """The file is held back: not looked at yet, which its readers are told before they open it; or infected, and so never handed out."""

    published_by = "intake"

    attachment: UUID
    why: HeldBecause
    held_at: AwareDatetime


class AttachmentRegistered(Event):
    """The file stands in the case, unread until somebody of the unit that has the case opens what was added. `file` counts them from 1."""

    attachment: UUID
    file: int = Field(ge=1)
    received_at: AwareDatetime


class AttachmentSeen(Event):
    """A person has opened what was added, with every file up to this one; the reporting unit sees it."""

    file: int = Field(ge=1)
    unit: str
    seen_at: AwareDatetime


def scanning(attachment: UUID) -> str:
    """Audience: whoever looks for malware in this one file, as long as it waits."""
    return f"scan:{attachment}"


def scanned(audience: str) -> UUID:
    """The file of such an audience. Raises ValueError when it is another audience."""
    kind, _, attachment = audience.partition(":")
    if kind != "scan":
        raise ValueError(audience)
    return UUID(attachment)
