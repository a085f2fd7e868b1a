"""The board and the referrals opened from it."""

from collections.abc import Container, Sequence
from typing import Annotated
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import Purpose
from contracts.attachment import AttachmentAdded
from contracts.event import Event
from contracts.referral import referral_ids
from contracts.refusals import Refused
from contracts.supplement import ReferralSupplemented
from services.kit.register import Caller
from services.kit.web import Who, request_id
from services.projections.answers import AttachmentRow, BoardRow, OpenedReferral
from services.projections.questions import BoardScreen
from services.projections.reading import Opened
from services.projections.routes.asking import Before, BeforeId, Limit, Why, after_views, entries, listed, reading_of
from services.projections.views.boardtable import TABLE

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
SCREEN = BoardScreen(TABLE, "received_at", "referral")
SIBLINGS = SCREEN.among()


class NotOpened(Refused):
    """Open the referral first (in liaison: an opening). Whoever reads it has seen it, and the reporter is told so."""


@router.get(
    "/board",
    response_model=list[BoardRow],
    tags=["board"],
    summary="The board of your unit",
    description="Referrals that your unit owns, is offered or has handed over, newest first. No names.",
)
async def get_board(request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None) -> Response:
    """Rows."""
    return await listed(BoardRow, request, caller, SCREEN, limit, before, before_id)


@router.get(
    "/board/{referralId}",
    tags=["board"],
    summary="One row of your unit's board",
    description="What the board shows of one referral, without opening it.",
)
async def get_board_row(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")]) -> BoardRow:
    """A row."""
    return BoardRow.of(await reading_of(request).one(caller, SCREEN.own(), id=stream))


@router.get(
    "/board/{referralId}/siblings",
    tags=["board"],
    summary="Brothers and sisters on your unit's board",
    description="The rows of the other referrals of the same submission, as far as they are your unit's.",
)
async def get_siblings(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")]) -> list[BoardRow]:
    """Rows."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    others = [each for each in referral_ids(row["submission"], row["siblings"] + 1) if each != stream]
    found = await reading_of(request).rows(caller, SIBLINGS, ids=others)
    return sorted((BoardRow.of(each) for each in found), key=lambda each: each.reference)


@router.get(
    "/referrals/{referralId}",
    tags=["board"],
    summary="Read an opened referral",
    description="The case file, through the read log. Open it first (liaison: openings): then the reporter knows that it is seen.",
)
async def get_referral(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")], purpose: Why = Purpose.HANDLING
) -> OpenedReferral:
    """Opened."""
    return await open_referral(request, caller, await opened_row(request, caller, stream), purpose)


async def opened_row(request: Request, caller: Caller, stream: UUID) -> Record:
    """The row of a referral that somebody has opened as what it is. Raises Missing, NotOpened."""
    row = await reading_of(request).one(caller, SCREEN.own(), id=stream)
    if row["seen_at"] is None:
        raise NotOpened
    return row


async def open_referral(request: Request, caller: Caller, row: Record, purpose: Purpose, action: str = "open") -> OpenedReferral:
    """What a unit with this row may read of the referral, through the read log, without what was added and nobody has opened."""
    stream: UUID = row["referral"]
    opened = await reading_of(request).open(caller, stream, purpose=purpose, request=request_id(request), action=action)
    files = come(await reading_of(request).files(caller, stream), row["attachments_seen"])
    return OpenedReferral(
        summary=BoardRow.of(row),
        entries=entries(_seen(opened, row["supplements_seen"], {each["attachment"] for each in files})),
        attachments=[AttachmentRow.of(each) for each in files],
    )


def come(files: Sequence[Record], number: int) -> list[Record]:
    """The files up to this one, as the case counts them. Who has handed a case over is told of no later ones."""
    return [each for each in files if each["number"] is not None and each["number"] <= number]


def _seen(opened: Sequence[Opened], supplements: int, files: Container[UUID]) -> list[Opened]:
    """Without the additions that nobody has opened: opening them (in liaison) is what tells the reporter that they are read."""
    return [each for each in opened if _is_seen(each.event, supplements, files)]


def _is_seen(event: Event, supplements: int, files: Container[UUID]) -> bool:
    match event:
        case ReferralSupplemented():
            return event.supplement <= supplements
        case AttachmentAdded():
            return event.attachment in files
        case _:
            return True
