"""The files of a referral as a page shows them: what each is called and is, how it stands, and what a reader may do with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.agencies import Purpose
from contracts.attachment import PICTURES, AttachmentAdded, AttachmentContent, FileState


@dataclass(frozen=True)
class File:
    """One file. `content` is None where its name is not shown, and when its key is destroyed."""

    referral: UUID
    attachment: UUID
    state: FileState
    added_at: datetime
    content: AttachmentContent | None = None
    purpose: Purpose | None = None

    @property
    def address(self) -> str:
        """Where its bytes are, with what they are opened for when that is not what the reader's role says."""
        return f"/files/{self.referral}/{self.attachment}{self._reason}"

    @property
    def unscanned_address(self) -> str:
        """The same of one that nobody has looked at."""
        return f"/files/{self.referral}/{self.attachment}/unscanned{self._reason}"

    @property
    def _reason(self) -> str:
        return f"?purpose={self.purpose}" if self.purpose else ""

    @property
    def open(self) -> bool:
        """Whether it is handed out without being asked about first."""
        return self.state is FileState.CLEARED

    @property
    def looked_into(self) -> bool:
        """Whether it can be opened only by who says that it is to be opened all the same."""
        return self.state in {FileState.UNSCANNED, FileState.UNREADABLE}

    @property
    def picture(self) -> bool:
        """Whether it can be shown on the page."""
        return self.open and self.content is not None and self.content.kind in PICTURES

    @property
    def unchanged(self) -> bool:
        """Whether it is as its sender had it, with whatever is hidden in it."""
        return self.content is not None and self.content.kind not in PICTURES

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {FileState.CLEARED: "success", FileState.MALWARE: "danger"}.get(self.state, "warning")


def standing(referral: UUID, rows: Iterable[Mapping[str, Any]]) -> list[File]:
    """Files from projections' rows, without their names."""
    return [File(referral, UUID(row["attachment"]), FileState(row["state"]), datetime.fromisoformat(row["addedAt"])) for row in rows]


def opened(referral: UUID, answer: Mapping[str, Any], purpose: Purpose | None = None) -> list[File]:
    """Files with their names, from a referral that projections have opened; `purpose` is what it was opened for, when somebody said so."""
    said = _contents(answer["entries"])
    return [
        File(each.referral, each.attachment, each.state, each.added_at, said.get(each.attachment), purpose)
        for each in standing(referral, answer["attachments"])
    ]


def _contents(entries: Sequence[Mapping[str, Any]]) -> dict[UUID, AttachmentContent]:
    events = [AttachmentAdded.model_validate(entry["data"]) for entry in entries if entry["event"] == AttachmentAdded.__name__]
    return {event.attachment: event.content for event in events if isinstance(event.content, AttachmentContent)}
