"""SIP over HTTP: a meeting with its consents and its invitations."""

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import Role
from contracts.sip import Party
from services.kit.commands import create, digest, recorded, repeated
from services.kit.eventstore import EventStore
from services.kit.register import Register
from services.kit.web import IdempotencyKey, Who, agency_stream, allow, provenance, told
from services.liaison.after import after_policies
from services.liaison.bodies import Done, SIPIn
from services.liaison.case import fold
from services.liaison.sip import Consent, Meeting, holders, schedule_sip

router = APIRouter(prefix="/liaison/v1/sips", tags=["sip"], dependencies=[Depends(after_policies)])


@router.post(
    "",
    status_code=201,
    summary="Schedule a SIP and invite the parties",
    description="Consent comes first (SoL 2025:400 10 kap. 8 §). The parties see the invitation and nothing else of the case.",
)
async def schedule(body: SIPIn, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> Done:
    """Scheduled."""
    allow(caller, Role.DISTRICT_OFFICER, Role.QUALIFIED_DISTRICT_OFFICER)
    store: EventStore = request.app.state.store
    by = provenance(caller, request, digest=digest(key, body))
    stream = agency_stream(caller.agency, key, "sip")
    if await repeated(store, stream, by.digest):  # the case may have gone on since; the plan stands
        return Done(id=stream)
    register: Register = request.app.state.register
    invited = [register.directory.unit(unit) for unit in body.parties]
    parties = tuple(Party(kind=unit.kind, agency=unit.agency, unit=unit.id) for unit in invited)
    case = fold([each.event for each in await store.load(body.referral)])
    meeting = Meeting(body.child_name, body.purpose, body.place, body.starts_at, body.ends_at, parties)
    consents = [Consent(**dict(consent)) for consent in body.consents]
    events = list(schedule_sip(case, caller.agency, caller.unit, body.referral, meeting, consents, by.at))
    keys = {(stream, audience): holders(events, audience) for audience in {event.key_audience() for event in events}}
    _, positions = await create(store, stream, recorded(stream, 0, events, by), keys)
    told(response, positions)
    return Done(id=stream)
