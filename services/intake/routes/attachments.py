"""Adding a file to a referral that the unit has handed over."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from contracts.agencies import READING_KINDS, Role
from contracts.attachment import LARGEST_FILE, MIB, FileState
from contracts.referral import referral_ids
from contracts.refusals import Malformed
from services.intake.attachment import refuse_overfull
from services.intake.bodies import AttachmentReceipt
from services.intake.keeping import Examiner, Keeper, request_digest
from services.intake.supplement import fold, sent_by
from services.kit.edge import Roomy
from services.kit.eventstore import EventStore
from services.kit.multipart import FORM, Form, Room, SentFile, is_form
from services.kit.register import Caller
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, allow_kinds, provenance, told

router = APIRouter(prefix="/intake/v1/referrals/{referralId}", tags=["referrals"])
ReferralId = Annotated[UUID, Path(alias="referralId", description="The referral's opaque id.")]
Siblings = Annotated[bool, Query(alias="forSiblings", description="It holds for every child of the same submission.")]

AROUND_A_FILE = 64 * 1024
"""Octets of a form beside its file."""
ROOMY = Roomy(re.compile(r"/intake/v1/referrals/[0-9a-fA-F-]{36}/attachments"), LARGEST_FILE + AROUND_A_FILE)
AT_ONCE = 256 * MIB
"""Octets of files that are taken in at once: on a slow network one takes minutes."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "The file, with its name."}},
                }
            }
        },
    }
}


class NoFile(Malformed):
    """There is no file in this request, or more than one. Send one file at a time, as multipart/form-data, with its name."""


class FileTooLarge(Malformed):
    """The file is larger than 20 MB. Make it smaller, or send the part that matters."""


@router.post(
    "/attachments",
    status_code=201,
    openapi_extra=BODY,
    summary="Add a file to a referral (bilaga)",
    description="By the unit that sent it: a picture (JPEG, PNG, HEIC), PDF, plain text or Word document (docx), at most 20 MiB,"
    " as multipart/form-data. Its name travels in the body, for names of files name children. What it is is seen by its content."
    " Pictures are made anew, without what was hidden in them.",
)
async def add_attachment(
    stream: ReferralId, key: IdempotencyKey, request: Request, response: Response, caller: Who, for_siblings: Siblings = False
) -> AttachmentReceipt:
    """One file; for several children it is stored with each of them, so that sending it again completes it."""
    allow(caller, Role.REPORTER)
    allow_kinds(caller, READING_KINDS)
    places = await _places(request, stream, key, caller, for_siblings=for_siblings)
    room: Room = request.app.state.room
    with room.taken(int(request.headers.get("content-length") or LARGEST_FILE)):
        sent = await _one_file(request)
        states = await _kept(request, response, places, key, sent, caller)
    return AttachmentReceipt(id=places[stream], state=states[stream], children=len(places))


async def _places(request: Request, stream: UUID, key: UUID, caller: Caller, *, for_siblings: bool) -> dict[UUID, UUID]:
    """The referrals that the file is for, and what it is called in each. Whether they are the caller's, and have room, is asked here:
    before a byte of the file is read."""
    store: EventStore = request.app.state.store
    handed_over = fold([each.event for each in await store.load(stream)])
    received = sent_by(handed_over, caller.agency, caller.unit)
    streams = referral_ids(received.submission, received.siblings + 1) if for_siblings else [stream]
    places = {each: agency_stream(caller.agency, key, f"attachment {each}") for each in streams}
    if places[stream] not in handed_over.files:
        refuse_overfull(handed_over, 1, await store.octets_kept(stream))
    return places


async def _one_file(request: Request) -> SentFile:
    """The request's file. Raises NoFile, Malformed."""
    if not is_form(request):
        raise NoFile
    found = [each async for each in Form(request, LARGEST_FILE).files()]
    if len(found) != 1:
        raise NoFile
    return found[0]


async def _kept(
    request: Request, response: Response, places: Mapping[UUID, UUID], key: UUID, sent: SentFile, caller: Caller
) -> dict[UUID, FileState]:
    """How the file stands in each referral."""
    if sent.content is None:
        raise FileTooLarge
    examiner: Examiner = request.app.state.examiner
    keeper: Keeper = request.app.state.keeper
    by = provenance(caller, request, digest=request_digest(key, sent.name, sent.content))
    states = await keeper.standing(places, by.digest or "")
    if states.keys() == places.keys():
        return states
    file = await examiner.examine(sent.name, sent.content)
    for stream, attachment in places.items():
        states[stream], positions = await keeper.keep(stream, attachment, file, caller, by)
        told(response, positions)
    return states
