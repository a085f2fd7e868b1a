"""The files of a referral: how they stand, and their bytes."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from contracts.agencies import CASE_ROLES, Purpose
from contracts.attachment import FileKind, FileState
from contracts.refusals import Missing, Refused
from services.kit.register import Caller
from services.kit.web import Who, request_id
from services.projections.answers import AttachmentRow
from services.projections.reading import OpenedFile
from services.projections.routes.asking import Why, after_views, reading_of
from services.projections.routes.board import SCREEN, NotOpened, come

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)], tags=["attachments"])
ReferralId = Annotated[UUID, Path(alias="referralId")]
Unscanned = Annotated[bool, Query(description="Open it although no antivirus has looked at it; the read log says so.")]

MEDIA = {
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.PDF: "application/pdf",
    FileKind.TEXT: "text/plain; charset=utf-8",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
APART = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'", "cache-control": "no-store"}
"""Whatever stands in a file, it is nobody's page."""
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. `Content-Disposition` names it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NotScanned(Refused):
    """No antivirus has looked at this file yet. Wait for it, or open the file although nobody has looked; the read log then says so."""


class Infected(Refused):
    """There is malware in this file. It is kept, and never handed out: ask whoever sent it what it shows."""


@router.get(
    "/referrals/{referralId}/attachments",
    summary="The files of a referral",
    description="How each stands, for the unit that sent it and the one that has the case. No names: no key is used, so nothing is read.",
)
async def get_attachments(request: Request, caller: Who, stream: ReferralId) -> list[AttachmentRow]:
    """Rows, the oldest first."""
    files = await reading_of(request).files(caller, stream)
    if caller.role in CASE_ROLES:
        files = come(files, (await _own_row(request, caller, stream))["attachments"])
    return [AttachmentRow.of(row) for row in files]


@router.get(
    "/referrals/{referralId}/attachments/{attachmentId}",
    response_class=Response,
    responses=FILE,
    summary="Open a file of a referral",
    description="Its bytes, through the read log, always as a download. One that no antivirus has looked at takes `unscanned=true`;"
    " an infected one is never handed out.",
)
async def get_attachment(
    request: Request,
    caller: Who,
    stream: ReferralId,
    attachment: Annotated[UUID, Path(alias="attachmentId")],
    purpose: Why = Purpose.HANDLING,
    unscanned: Unscanned = False,
) -> Response:
    """The bytes."""
    rows = {row["attachment"]: row for row in await reading_of(request).files(caller, stream)}
    if attachment not in rows:
        raise Missing
    if caller.role in CASE_ROLES:
        await _refuse_unopened(request, caller, stream, rows[attachment])
    action = action_for(FileState(rows[attachment]["state"]), unscanned=unscanned)
    file = await reading_of(request).file(caller, stream, attachment, action=action, purpose=purpose, request=request_id(request))
    return Response(file.octets, media_type=MEDIA[file.content.kind], headers=APART | {"content-disposition": _disposition(file)})


async def _refuse_unopened(request: Request, caller: Caller, stream: UUID, file: Record) -> None:
    """Who works with cases opens the referral, and what was added to it, before its files: whoever reads it has seen it.

    Raises NotOpened, and Missing for a file that came when somebody else had the case.
    """
    row = await _own_row(request, caller, stream)
    if not come([file], row["attachments"]):
        raise Missing
    if row["seen_at"] is None or not come([file], row["attachments_seen"]):
        raise NotOpened


async def _own_row(request: Request, caller: Caller, stream: UUID) -> Record:
    return await reading_of(request).one(caller, SCREEN.own(), id=stream)


def action_for(state: FileState, *, unscanned: bool) -> str:
    """How the file is opened, as the read log keeps it. Raises NotScanned, Infected."""
    match state:
        case FileState.CLEARED:
            return "open file"
        case FileState.MALWARE:
            raise Infected
        case FileState.UNSCANNED | FileState.UNREADABLE:
            if not unscanned:
                raise NotScanned
            return "open unscanned file"


def _disposition(file: OpenedFile) -> str:
    """A download under the file's own name (RFC 6266, 8187)."""
    return f"attachment; filename*=UTF-8''{quote(file.content.name, safe='')}"
