"""Adding something to a referral that the unit has handed over."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from contracts.agencies import Role
from contracts.referral import ReferralReceived, referral_ids
from services.intake.bodies import SupplementIn, SupplementReceipt
from services.intake.supplement import Addition, fold, sent_by, supplement
from services.kit.commands import decide, digest
from services.kit.eventstore import EventStore
from services.kit.register import Caller
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, provenance, told

router = APIRouter(prefix="/intake/v1/referrals/{referralId}", tags=["referrals"])
ReferralId = Annotated[UUID, Path(alias="referralId", description="The referral's opaque id.")]


@router.post(
    "/supplements",
    status_code=201,
    summary="Add something to a referral (komplettering)",
    description="By the unit that sent it. What was sent before stands; the addition stands beside it, unread until somebody opens it.",
)
async def add_supplement(
    stream: ReferralId, body: SupplementIn, key: IdempotencyKey, request: Request, response: Response, caller: Who
) -> SupplementReceipt:
    """One addition, or the same to every child of the submission: stored for each, so that sending it again completes it."""
    allow(caller, Role.REPORTER)
    store: EventStore = request.app.state.store
    submission = agency_stream(caller.agency, key, "supplement")
    by = provenance(caller, request, digest=digest(key, body))
    said = Addition(body.text, body.child_location, body.immediate_danger, caller.name)
    streams = _siblings(await _own(store, stream, caller)) if body.for_siblings else [stream]
    for each in streams:
        _, positions = await decide(
            store, each, fold, lambda state: supplement(state, caller.agency, caller.unit, said, submission, by.at), by
        )
        told(response, positions)
    return SupplementReceipt(id=stream, children=len(streams))


async def _own(store: EventStore, stream: UUID, caller: Caller) -> ReferralReceived:
    return sent_by(fold([each.event for each in await store.load(stream)]), caller.agency, caller.unit)


def _siblings(received: ReferralReceived) -> list[UUID]:
    return referral_ids(received.submission, received.siblings + 1)
