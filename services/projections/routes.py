"""The query API: boards, receipts, consultations, invitations, and case files through the read log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import AwareDatetime
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy import Table as SqlTable

from contracts.agencies import SOCIAL_SERVICES_KINDS, AgencyKind, Purpose, Role
from contracts.refusals import Refused
from services.kit.eventstore import Position
from services.kit.register import Caller, Register
from services.kit.web import After, Who, allow, caught_up, positions_in, request_id
from services.projections.answers import (
    BoardRow,
    ConsultationRow,
    Entry,
    InvitationRow,
    Me,
    OpenedConsultation,
    OpenedInvitation,
    OpenedReceipt,
    OpenedReferral,
    ReceiptRow,
    UnitOut,
    WaitingRow,
)
from services.projections.reading import Opened, Reading
from services.projections.view import POSITION
from services.projections.views import board, consultations, invitations, receipts
from services.projections.waiting import waiting


class NotOpened(Refused):
    """Open the referral first (in liaison: an opening). Whoever reads it has seen it, and the reporter is told so."""


async def after_views(request: Request, caller: Who, after: After = "") -> None:
    """Waits until every view has come to the given positions. Raises Malformed, Unavailable."""
    reading: Reading = request.app.state.reading

    async def reached(position: Position) -> bool:
        rows = await reading.rows(caller, select(func.min(POSITION.c.position)).where(POSITION.c.store == position.store))
        return bool(rows[0][0] is not None and rows[0][0] >= position.number)

    await caught_up(positions_in(after), reached)


router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])
Limit = Annotated[int, Query(ge=1, le=200, description="Rows at most.")]
Why = Annotated[Purpose, Query(alias="purpose", description="Why you open it; it stands in the read log.")]
Before = Annotated[
    AwareDatetime | None, Query(description="Only rows older than this, for the next page.", examples=["2026-11-22T02:40:00Z"])
]
BeforeId = Annotated[UUID | None, Query(alias="beforeId", description="The last row's id, with `before`.")]


def _reading(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading


def _page(
    table: SqlTable, caller: Caller, order: str, row_id: str, limit: int, before: datetime | None, before_id: UUID | None
) -> Select[Any]:
    """The newest rows of the caller's own unit, by key set: never an offset, never a count."""
    query = select(table).where(table.c.agency == caller.agency, table.c.unit == caller.unit)
    if before is not None:
        query = query.where(tuple_(table.c[order], table.c[row_id]) < tuple_(before, before_id or UUID(int=0)))
    return query.order_by(table.c[order].desc(), table.c[row_id].desc()).limit(limit)


def _own(table: SqlTable, caller: Caller, row_id: str, wanted: UUID) -> Select[Any]:
    return select(table).where(table.c[row_id] == wanted, table.c.agency == caller.agency, table.c.unit == caller.unit)


def _entries(opened: Sequence[Opened]) -> list[Entry]:
    return [
        Entry(
            event=type(each.event).__name__,
            recorded_at=each.envelope.time,
            unit=each.envelope.unit,
            readable=each.readable,
            data=each.event.model_dump(mode="json", by_alias=True),
        )
        for each in opened
    ]


@router.get(
    "/board",
    tags=["board"],
    summary="The board of your unit",
    description="Referrals that your unit owns, is offered or has handed over, newest first. No names.",
)
async def get_board(request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None) -> list[BoardRow]:
    """Rows."""
    rows = await _reading(request).rows(caller, _page(board.TABLE, caller, "received_at", "referral", limit, before, before_id))
    return [BoardRow.of(row) for row in rows]


@router.get(
    "/board/{referralId}",
    tags=["board"],
    summary="One row of your unit's board",
    description="What the board shows of one referral, without opening it.",
)
async def get_board_row(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")]) -> BoardRow:
    """A row."""
    return BoardRow.of(await _reading(request).one(caller, _own(board.TABLE, caller, "referral", stream)))


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
    row = await _reading(request).one(caller, _own(board.TABLE, caller, "referral", stream))
    if row.seen_at is None:
        raise NotOpened
    opened = await _reading(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedReferral(summary=BoardRow.of(row), entries=_entries(opened))


@router.get(
    "/receipts",
    tags=["receipts"],
    summary="Your unit's own referrals",
    description="Each with its receipt chain and feedback, newest first; `code` finds one submission.",
)
async def get_receipts(
    request: Request,
    caller: Who,
    code: Annotated[str | None, Query(max_length=12, description="A receipt's short code.")] = None,
    limit: Limit = 20,
    before: Before = None,
    before_id: BeforeId = None,
) -> list[ReceiptRow]:
    """Rows."""
    query = _page(receipts.TABLE, caller, "received_at", "referral", limit, before, before_id)
    if code:
        query = query.where(receipts.TABLE.c.receipt_code == code.strip().upper())
    return [ReceiptRow.of(row) for row in await _reading(request).rows(caller, query)]


@router.get(
    "/receipts/{referralId}",
    tags=["receipts"],
    summary="Read a referral that your unit sent",
    description="What you sent, through the read log, and how far it has come.",
)
async def get_receipt(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")], purpose: Why = Purpose.FOLLOWING_UP
) -> OpenedReceipt:
    """Opened."""
    row = await _reading(request).one(caller, _own(receipts.TABLE, caller, "referral", stream))
    opened = await _reading(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedReceipt(summary=ReceiptRow.of(row), entries=_entries(opened))


@router.get(
    "/receipts/{referralId}/chain",
    tags=["receipts"],
    summary="How far a referral that your unit sent has come",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_receipt_chain(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="referralId")]) -> ReceiptRow:
    """A row."""
    return ReceiptRow.of(await _reading(request).one(caller, _own(receipts.TABLE, caller, "referral", stream)))


@router.get(
    "/consultations",
    tags=["consultations"],
    summary="Your unit's consultations",
    description="Asked by it or waiting for its answer, newest first.",
)
async def get_consultations(
    request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None
) -> list[ConsultationRow]:
    """Rows."""
    query = _page(consultations.TABLE, caller, "requested_at", "consultation", limit, before, before_id)
    return [ConsultationRow.of(row) for row in await _reading(request).rows(caller, query)]


@router.get(
    "/consultations/{consultationId}",
    tags=["consultations"],
    summary="Read a consultation",
    description="The question and, when it has come, the answer.",
)
async def get_consultation(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")], purpose: Why = Purpose.ADVICE
) -> OpenedConsultation:
    """Opened."""
    row = await _reading(request).one(caller, _own(consultations.TABLE, caller, "consultation", stream))
    opened = await _reading(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedConsultation(summary=ConsultationRow.of(row), entries=_entries(opened))


@router.get(
    "/consultations/{consultationId}/state",
    tags=["consultations"],
    summary="Whether a consultation is answered",
    description="Its row in the list and nothing of its content: no key is used, so nothing is read.",
)
async def get_consultation_state(request: Request, caller: Who, stream: Annotated[UUID, Path(alias="consultationId")]) -> ConsultationRow:
    """A row."""
    return ConsultationRow.of(await _reading(request).one(caller, _own(consultations.TABLE, caller, "consultation", stream)))


@router.get(
    "/invitations", tags=["sip"], summary="Your unit's SIP meetings", description="Led by it or that it is invited to, latest first."
)
async def get_invitations(
    request: Request, caller: Who, limit: Limit = 20, before: Before = None, before_id: BeforeId = None
) -> list[InvitationRow]:
    """Rows."""
    query = _page(invitations.TABLE, caller, "starts_at", "sip", limit, before, before_id)
    return [InvitationRow.of(row) for row in await _reading(request).rows(caller, query)]


@router.get(
    "/invitations/{sipId}",
    tags=["sip"],
    summary="Read an invitation",
    description="Which child, what for and where; nothing else of the case.",
)
async def get_invitation(
    request: Request, caller: Who, stream: Annotated[UUID, Path(alias="sipId")], purpose: Why = Purpose.MEETING
) -> OpenedInvitation:
    """Opened."""
    row = await _reading(request).one(caller, _own(invitations.TABLE, caller, "sip", stream))
    opened = await _reading(request).open(caller, stream, purpose=purpose, request=request_id(request))
    return OpenedInvitation(summary=InvitationRow.of(row), entries=_entries(opened))


@router.get(
    "/quarantine",
    tags=["quarantine"],
    summary="What waits in quarantine",
    description="Events that a view or the policies could not take, for stewards: which, why, since when, and what waits behind.",
)
async def get_quarantine(request: Request, caller: Who, limit: Limit = 20) -> list[WaitingRow]:
    """Rows, the longest waiting first."""
    allow(caller, Role.STEWARD)
    return await waiting(request.app.state.pool, caller, limit)


@router.get(
    "/units",
    tags=["directory"],
    summary="Open units",
    description="Functions to send to, by kind of agency; all kinds of social services when none is given.",
)
async def get_units(
    request: Request, caller: Who, kind: Annotated[list[AgencyKind] | None, Query(description="Kinds of agency.")] = None
) -> list[UnitOut]:
    """Units."""
    del caller
    register: Register = request.app.state.register
    directory = register.directory
    return [
        UnitOut(
            id=unit.id,
            agency=unit.agency,
            kind=unit.kind,
            name=unit.name,
            functional_address=unit.functional_address,
            district=unit.district,
            takes_cases=directory.takes_cases(unit.id),
        )
        for unit in directory.units_of_kind(kind or SOCIAL_SERVICES_KINDS)
    ]


@router.get("/me", tags=["directory"], summary="Who you are to the hub", description="Unit and role as the register gives them.")
async def get_me(request: Request, caller: Who) -> Me:
    """The caller."""
    register: Register = request.app.state.register
    agency, unit = register.directory.agencies[caller.agency], register.directory.units[caller.unit]
    return Me(
        name=caller.name,
        agency=agency.id,
        agency_swedish=agency.swedish,
        agency_english=agency.english,
        kind=agency.kind,
        unit=unit.id,
        unit_name=unit.name,
        role=caller.role,
        assurance=caller.assurance,
    )
