"""What follows from an event: whenever X happens, liaison does Y."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from contracts.consultation import ConsultationRequested
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from services.kit.commands import decide
from services.kit.eventlog import Logged
from services.kit.eventstore import EventStore, Position
from services.kit.recorded import Provenance
from services.liaison import case, consultation
from services.liaison.feedback import send_feedback

ACTOR = uuid5(NAMESPACE_URL, "nattljus:policies")
"""Who acts when the hub acts by itself."""
INTERESTING = {
    each.__name__
    for each in (ReferralReceived, ConsultationRequested, InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing)
}
"""Names of the events that something follows from."""


async def react(store: EventStore, logged: Logged, now: datetime) -> None:
    """Does what follows from one event; how far we have followed is stored in the same transaction, so it is done once.

    Raises UnknownEvent or pydantic.ValidationError for an event that cannot be read, Unavailable, Conflict.
    """
    event, by, upstream = logged.envelope.event(), _provenance(store, logged, now), Position(logged.store, logged.position)
    match event:
        case ReferralReceived():
            position = logged.position
            await decide(store, logged.stream, case.fold, lambda s: case.register(s, event, position), by, case.holders, upstream=upstream)
        case ConsultationRequested():
            await decide(
                store, logged.stream, consultation.fold, lambda s: consultation.queue(s, event), by, consultation.holders, upstream=upstream
            )
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            await decide(store, logged.stream, case.fold, lambda s: send_feedback(s, now), by, case.holders, upstream=upstream)
        case _:
            pass


def _provenance(store: EventStore, logged: Logged, now: datetime) -> Provenance:
    envelope = logged.envelope
    return Provenance(
        agency=envelope.agency,
        unit=envelope.unit,
        actor=ACTOR,
        at=now,
        correlation=envelope.correlation,
        causation=envelope.id,
        traceparent=envelope.traceparent,
        after=None if logged.store == store.name else f"{logged.store}:{logged.position}",
    )
