"""Signals about the same child over HTTP: weighed together, linked, held apart."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import CASE_ROLES
from contracts.event import Event
from services.kit.commands import decide_together
from services.kit.register import Caller
from services.kit.web import RepeatKey, Who, allow, provenance, said, told
from services.liaison.after import after_policies
from services.liaison.bodies import ComparedIn, Done, WeighingIn
from services.liaison.case import Case, fold, holders
from services.liaison.routes.carrying import ReferralId, on_case
from services.liaison.routes.decisions import officer_of
from services.liaison.signals import hold_apart, link, weigh_signals

router = APIRouter(prefix="/liaison/v1/referrals/{referralId}", tags=["signals"], dependencies=[Depends(after_policies)])


@router.post(
    "/signal-weighings",
    status_code=201,
    summary="Weigh several signals together",
    description="When several signals about the child have come from several agencies: what they mean for this referral, with reasons.",
)
async def weigh(stream: ReferralId, body: WeighingIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Weighed."""
    allow(caller, *CASE_ROLES)
    return await on_case(
        request,
        response,
        caller,
        stream,
        lambda case, by: weigh_signals(case, officer_of(caller), body.bearing, body.reasons, by.at),
        said(key, body),
        says=True,
    )


@router.post(
    "/links",
    status_code=201,
    summary="Say that two referrals are about the same event",
    description="Of two that your unit has and that look the same. Nothing is merged: each keeps its clocks and its file.",
)
async def link_them(stream: ReferralId, body: ComparedIn, request: Request, response: Response, caller: Who) -> Done:
    """Linked."""
    return await _compared(request, response, caller, stream, body.other, lambda pair, at: link(pair, caller.agency, caller.unit, at))


@router.post(
    "/separations",
    status_code=201,
    summary="Say that two referrals are not the same",
    description="Whatever they look like. The hub does not offer them as the same again.",
)
async def hold_them_apart(stream: ReferralId, body: ComparedIn, request: Request, response: Response, caller: Who) -> Done:
    """Held apart."""
    return await _compared(request, response, caller, stream, body.other, lambda pair, at: hold_apart(pair, caller.agency, caller.unit, at))


async def _compared(
    request: Request,
    response: Response,
    caller: Caller,
    stream: UUID,
    other: UUID,
    decision: Callable[[Mapping[UUID, Case], datetime], Iterable[tuple[UUID, Event]]],
) -> Done:
    allow(caller, *CASE_ROLES)
    by = provenance(caller, request)
    positions = await decide_together(
        request.app.state.store, stream, fold, lambda _: (other,), lambda pair: decision(pair, by.at), by, holders
    )
    told(response, positions)
    return Done(id=stream)
