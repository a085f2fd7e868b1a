"""Earlier signals about the same child: counted for all, listed for the unit that had them, and opened only for a reason."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Path, Query, Request

from contracts.agencies import Purpose
from contracts.refusals import Missing
from services.kit.register import Caller
from services.kit.web import Who
from services.projections.answers import BoardRow, EarlierSignals, OpenedReferral
from services.projections.routes.asking import after_views, reading_of
from services.projections.routes.board import SCREEN, open_referral, opened_row
from services.projections.zones import HANDED_OVER, OWNER

router = APIRouter(prefix="/projections/v1/referrals/{referralId}/earlier-signals", tags=["board"], dependencies=[Depends(after_views)])

ReferralId = Annotated[UUID, Path(alias="referralId")]
Reason = Annotated[Purpose, Query(alias="purpose", description="Why it is opened, always said; it stands in the read log.")]
HAD = frozenset({OWNER, HANDED_OVER})


@router.get(
    "",
    summary="Earlier signals about the same child",
    description="Those of your own unit as rows without names, also those that led to nothing; those of others only as a number.",
)
async def get_earlier_signals(request: Request, caller: Who, stream: ReferralId) -> EarlierSignals:
    """Counted and listed."""
    row = await opened_row(request, caller, stream)
    known = {each["referral"]: each for each in await _among(request, caller, [*row["earlier"], *row["alike"], *row["linked"]])}
    earlier = _of(known, row["earlier"], HAD)
    return EarlierSignals(
        earlier=earlier,
        others=len(row["earlier"]) - len(earlier),
        alike=_of(known, row["alike"], {OWNER}),
        linked=_of(known, row["linked"], HAD),
    )


@router.get(
    "/{earlierId}",
    summary="Open an earlier signal about the same child",
    description="One that your own unit has or has had, through the read log, with the reason. Those of others cannot be opened.",
)
async def get_earlier_signal(
    request: Request, caller: Who, stream: ReferralId, earlier: Annotated[UUID, Path(alias="earlierId")], purpose: Reason
) -> OpenedReferral:
    """Opened."""
    row = await opened_row(request, caller, stream)
    if earlier not in {*row["earlier"], *row["alike"], *row["linked"]}:
        raise Missing
    return await open_referral(request, caller, await opened_row(request, caller, earlier), purpose, "open-earlier")


async def _among(request: Request, caller: Caller, ids: Sequence[UUID]) -> Sequence[asyncpg.Record]:
    return await reading_of(request).rows(caller, SCREEN.among(), ids=list(ids)) if ids else []


def _of(known: dict[UUID, asyncpg.Record], ids: Sequence[UUID], relations: Collection[str]) -> list[BoardRow]:
    return [BoardRow.of(known[each]) for each in ids if each in known and known[each]["relation"] in relations]
