"""Handovers over HTTP: offered, taken back, accepted, refused; brothers and sisters together, in all their streams or in none."""

import functools
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import CASE_ROLES, SOCIAL_SERVICES_KINDS
from contracts.event import Event
from services.kit.commands import decide_together
from services.kit.groupcommit import NewKeys
from services.kit.keyring import Reader
from services.kit.recorded import Provenance
from services.kit.register import Caller, Register, UnknownUnit
from services.kit.web import RepeatKey, Said, Who, allow, provenance, request_id, said, told
from services.liaison import siblings
from services.liaison.after import after_policies
from services.liaison.bodies import AcceptanceIn, Done, OfferIn, RefusalIn, WithdrawalIn
from services.liaison.case import Case, fold, holders
from services.liaison.grants import keys_for
from services.liaison.handover import Receiver
from services.liaison.routes.carrying import ReferralId
from services.liaison.siblings import Cases

router = APIRouter(prefix="/liaison/v1/referrals/{referralId}", tags=["handovers"], dependencies=[Depends(after_policies)])
WHICHEVER = AcceptanceIn()
"""An acceptance without a body: of the offer that waits."""


async def _carry_out(
    request: Request,
    response: Response,
    caller: Caller,
    stream: UUID,
    beside: Callable[[Case], Iterable[UUID]],
    decision: Callable[[Cases, Provenance], Iterable[tuple[UUID, Event]]],
    said: Said | None = None,
    grant: Callable[[UUID, Case], Awaitable[NewKeys]] | None = None,
) -> Done:
    allow(caller, *CASE_ROLES)
    by = provenance(caller, request, digest=said.digest if said else None)
    positions = await decide_together(
        request.app.state.store,
        stream,
        fold,
        beside,
        lambda cases: decision(cases, by),
        by,
        holders,
        grant=grant,
        says=said is not None,
    )
    told(response, positions)
    return Done(id=stream)


@router.post(
    "/handover-offers",
    status_code=201,
    summary="Offer the case to another unit",
    description="The offering unit owns the case until the other one accepts. Brothers and sisters that it has at hand move together,"
    " in one offer, or are split on purpose: `siblings` says which.",
)
async def offer(stream: ReferralId, body: OfferIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Offered."""

    def decision(cases: Cases, by: Provenance) -> Iterable[tuple[UUID, Event]]:
        to = _receiver(request, body.to_unit)
        return siblings.offer(cases, stream, caller.agency, caller.unit, to, body.message, by.at, body.siblings, caller.kind)

    return await _carry_out(request, response, caller, stream, siblings.siblings, decision, said(key, body))


def _receiver(request: Request, name: str) -> Receiver:
    register: Register = request.app.state.register
    unit = register.directory.unit(name)
    if unit.kind not in SOCIAL_SERVICES_KINDS or not register.directory.takes_cases(unit.id):
        raise UnknownUnit
    return Receiver(unit.kind, unit.agency, unit.id)


@router.post(
    "/handover-withdrawals",
    status_code=201,
    summary="Take an offer back",
    description="Before it is answered. What was offered together is taken back together.",
)
async def withdraw(
    stream: ReferralId, body: WithdrawalIn, request: Request, response: Response, caller: Who, key: RepeatKey = None
) -> Done:
    """Withdrawn."""

    def decision(cases: Cases, by: Provenance) -> Iterable[tuple[UUID, Event]]:
        return siblings.withdraw(cases, stream, caller.agency, caller.unit, body.reason, by.at, body.offer)

    return await _carry_out(request, response, caller, stream, siblings.offered_together, decision, said(key, body))


@router.post(
    "/handover-acceptances",
    status_code=201,
    summary="Accept the case",
    description="Ownership moves with this fact, and so do the keys; of all that was offered together, or of nothing.",
)
async def accept(stream: ReferralId, request: Request, response: Response, caller: Who, body: AcceptanceIn = WHICHEVER) -> Done:
    """Accepted."""

    def decision(cases: Cases, by: Provenance) -> Iterable[tuple[UUID, Event]]:
        return siblings.accept(cases, stream, caller.agency, caller.unit, by.at, body.offer)

    grant = functools.partial(_keys_of_former_owner, request, caller)
    return await _carry_out(request, response, caller, stream, siblings.offered_together, decision, grant=grant)


async def _keys_of_former_owner(request: Request, caller: Caller, stream: UUID, before: Case) -> NewKeys:
    receiver = Reader(caller.actor, caller.agency, caller.unit, caller.role, caller.assurance)
    return await keys_for(
        request.app.state.store,
        request.app.state.private_keys,
        stream,
        case=before,
        receiver=receiver,
        request=request_id(request),
    )


@router.post(
    "/handover-refusals",
    status_code=201,
    summary="Refuse the case",
    description="With a reason, which the offering unit reads. What was offered together is refused together.",
)
async def refuse(stream: ReferralId, body: RefusalIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Refused."""

    def decision(cases: Cases, by: Provenance) -> Iterable[tuple[UUID, Event]]:
        return siblings.refuse(cases, stream, caller.agency, caller.unit, body.reason, by.at, body.offer)

    return await _carry_out(request, response, caller, stream, siblings.offered_together, decision, said(key, body))
