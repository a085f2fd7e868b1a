"""The quarantine's way back over HTTP, for stewards."""

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request, Response

from contracts.agencies import Role
from contracts.event import Event
from contracts.quarantine import quarantine_stream
from contracts.refusals import Missing
from services.kit.commands import decide
from services.kit.eventlog import EventLog
from services.kit.eventstore import EventStore
from services.kit.register import Caller
from services.kit.web import RepeatKey, Who, allow, provenance, said, told
from services.liaison.bodies import Done, DropIn, WaitingIn
from services.liaison.quarantine import Place, Waiting, confirm_drop, fold, propose_drop, request_replay

router = APIRouter(prefix="/liaison/v1/quarantine", tags=["quarantine"])

Decision = Callable[[Waiting, Place], Iterable[Event]]


async def _carry_out(
    request: Request, response: Response, caller: Caller, body: WaitingIn, decision: Decision, digest: str | None = None
) -> Done:
    allow(caller, Role.STEWARD)
    store: EventStore = request.app.state.store
    place = await _place(store, body)
    about = quarantine_stream(place.follower, place.store, place.position)
    by = provenance(caller, request, digest=digest)
    _, positions = await decide(store, about, fold, lambda waiting: decision(waiting, place), by)
    told(response, positions)
    return Done(id=about)


async def _place(store: EventStore, body: WaitingIn) -> Place:
    """The event and its stream. Raises Missing when the store holds none at this position."""
    found = await EventLog(store.pool, body.store).after(body.position - 1, 1)
    if not found or found[0].position != body.position:
        raise Missing
    return Place(body.follower, body.store, body.position, found[0].stream)


@router.post(
    "/replays",
    status_code=201,
    summary="Replay what waits",
    description="When the fault is mended: the stream's waiting events are taken again, in order. What still cannot be taken waits on.",
)
async def post_replay(body: WaitingIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Requested; projector or policies act on it within a second."""
    return await _carry_out(request, response, caller, body, request_replay, said(key, body).digest)


@router.post(
    "/drop-proposals",
    status_code=201,
    summary="Propose to drop an event",
    description="A view or the policies shall go on without it for good. Another steward confirms.",
)
async def post_drop_proposal(body: DropIn, request: Request, response: Response, caller: Who) -> Done:
    """Proposed."""
    return await _carry_out(request, response, caller, body, lambda waiting, place: propose_drop(waiting, place, body.ground, caller.actor))


@router.post(
    "/drop-confirmations",
    status_code=201,
    summary="Confirm that an event is dropped",
    description="By another person than the one who proposed it. The event stays in the store; the follower goes on without it.",
)
async def post_drop_confirmation(body: WaitingIn, request: Request, response: Response, caller: Who) -> Done:
    """Confirmed; projector or policies act on it within a second."""
    return await _carry_out(request, response, caller, body, lambda waiting, place: confirm_drop(waiting, place, caller.actor))
