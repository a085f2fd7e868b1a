"""What follows from an event: whenever X happens, liaison does Y."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.agencies import AgencyKind
from contracts.attachment import AttachmentAdded
from contracts.consultation import ConsultationRequested
from contracts.event import Event
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from contracts.scene import SceneCallRequested
from contracts.stalled import ReferralStalled
from contracts.supplement import ReferralSupplemented
from services.kit.commands import Holders, decide, keys_for, recorded
from services.kit.eventlog import Logged
from services.kit.eventstore import EventStore, Position
from services.kit.recorded import Provenance, Recorded
from services.liaison import case, consultation
from services.liaison.case import Case
from services.liaison.consultation import Consultation
from services.liaison.feedback import send_feedback
from services.liaison.handover import Receiver, offer_out_of_hours
from services.liaison.likeness import Signal
from services.liaison.samechild import SameChild
from services.liaison.scene import calling, ending, parties, scene
from services.liaison.scene.scene import Scene
from services.liaison.signals import receive
from services.liaison.supplement import register_attachment, register_supplement

State = TypeVar("State")
ACTOR = uuid5(NAMESPACE_URL, "nattljus:policies")
"""Who acts when the hub acts by itself."""
INTERESTING = {
    each.__name__
    for each in (
        *(ReferralReceived, ReferralSupplemented, AttachmentAdded, ConsultationRequested, SceneCallRequested, ReferralStalled),
        *(InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing),
    )
}
"""Names of the events that something follows from."""


Keys = dict[tuple[UUID, str], frozenset[str]]
"""(stream, audience) → the agencies that are to hold its key, should it not exist yet."""


@dataclass(frozen=True)
class Reaction(Generic[State]):
    """What follows from an event: a decision on a stream in liaison, most often that of the same name."""

    stream: UUID
    fold: Callable[[Sequence[Event]], State]
    decision: Callable[[State], Iterable[Event]]
    holders: Holders[State]

    async def carry_out(self, store: EventStore, by: Provenance, upstream: Position | None) -> None:
        """Decides and stores. Raises as `decide`."""
        await decide(store, self.stream, self.fold, self.decision, by, self.holders, upstream=upstream)

    def on(self, history: Sequence[Recorded], by: Provenance) -> tuple[list[Recorded], Keys]:
        """What it adds to this history, and who is to hold the keys."""
        past = [each.event for each in history]
        events = list(self.decision(self.fold(past)))
        keys = keys_for(self.stream, events, self.fold([*past, *events]), self.holders) if events else {}
        return recorded(self.stream, len(history), events, by), keys


AnyReaction = Reaction[Case] | Reaction[Consultation] | Reaction[Scene]


def reactions(logged: Logged, signals: Sequence[Signal], now: datetime) -> Sequence[AnyReaction]:
    """What follows from an event; `signals` are what came before about the same child.

    Raises UnknownEvent or pydantic.ValidationError when it cannot be read.
    """
    match event := logged.envelope.event():
        case ReferralReceived():
            registered = _in_case(logged, lambda state: receive(state, event, logged.position, signals, now))
            return [registered, *_came_from(event), *_linked(event, logged.stream, now)]
        case ConsultationRequested():
            return [Reaction(logged.stream, consultation.fold, lambda state: consultation.queue(state, event), consultation.holders)]
        case SceneCallRequested():
            return [Reaction(logged.stream, scene.fold, lambda state: calling.queue(state, event), parties.holders)]
        case _:
            follows = _follows(event, now)
            return [_in_case(logged, follows)] if follows else []


def _in_case(logged: Logged, decision: Callable[[Case], Iterable[Event]]) -> Reaction[Case]:
    return Reaction(logged.stream, case.fold, decision, case.holders)


def _follows(event: Event, now: datetime) -> Callable[[Case], Iterable[Event]] | None:
    """What the case decides when this has happened to it; nothing follows from most events."""
    match event:
        case ReferralSupplemented():
            return lambda state: register_supplement(state, event)
        case AttachmentAdded():
            return lambda state: register_attachment(state, event)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            return lambda state: send_feedback(state, now)
        case ReferralStalled(to_agency=str(agency), to_unit=str(unit)):
            return lambda state: offer_out_of_hours(state, Receiver(AgencyKind.SOCIALJOUR, agency, unit), now)
        case _:
            return None


def _linked(received: ReferralReceived, referral: UUID, now: datetime) -> Sequence[Reaction[Scene]]:
    """A referral that comes from a call to the scene is linked there too."""
    call, child = received.scene_call, received.scene_child
    if call is None or child is None:
        return []
    return [Reaction(call, scene.fold, lambda state: ending.link_referral(state, child, referral, now), parties.holders)]


def _came_from(received: ReferralReceived) -> Sequence[Reaction[Consultation]]:
    """The consultation that a referral names becomes it. No other consultation is looked for, whatever the child."""
    origin = received.consultation
    if origin is None:
        return []
    return [Reaction(origin, consultation.fold, lambda state: consultation.become_referral(state, received), consultation.holders)]


async def react(store: EventStore, same: SameChild, logged: Logged, now: datetime, *, again: bool = False) -> None:
    """Does what follows from one event; how far we have followed is stored in the same transaction, so it is done once.

    `again` is for an event that waited in quarantine: its position is followed already, and the decision itself does nothing twice.
    Raises UnknownEvent or pydantic.ValidationError for an event that cannot be read, DamagedHistory, Unavailable, Conflict.
    """
    signals = await _signals(same, [logged])
    if to_do := reactions(logged, signals.get(logged.stream, ()), now):
        upstream = None if again else Position(logged.store, logged.position)
        for each in to_do[:-1]:  # stored before the position moves: after a fall they are decided again, and twice is once
            await each.carry_out(store, _provenance(store, logged, now), None)
        await to_do[-1].carry_out(store, _provenance(store, logged, now), upstream)


async def react_together(store: EventStore, same: SameChild, events: Sequence[Logged], upstream: Position, now: datetime) -> None:
    """Does what follows from many events at once: one query for all their streams, one for earlier signals, one transaction for all of it.

    All of it is stored, with how far we have followed, or nothing. Raises as `react`, and VersionConflict when somebody else wrote
    to one of the streams meanwhile, or has followed as far: then they are to be taken one by one.
    """
    signals = await _signals(same, events)
    to_do = [
        (each, _provenance(store, logged, now)) for logged in events for each in reactions(logged, signals.get(logged.stream, ()), now)
    ]
    histories = await store.histories([each.stream for each, _ in to_do]) if to_do else {}
    new: list[Recorded] = []
    holders: Keys = {}
    for each, by in to_do:
        history = histories[each.stream]
        decided, keys = each.on(history, by)
        history += decided
        new += decided
        holders |= keys
    await store.save(new, holders, upstream=upstream)


async def _signals(same: SameChild, events: Sequence[Logged]) -> Mapping[UUID, Sequence[Signal]]:
    """What came before the referrals among these events."""
    return await same.before([each.stream for each in events if each.topic.startswith(f"{ReferralReceived.__name__}.")])


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
