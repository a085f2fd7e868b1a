"""The quarantine's way back: replayed by one person when the fault is mended, dropped by two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.event import Event
from contracts.quarantine import DropGround, QuarantineDropConfirmed, QuarantineDropProposed, QuarantineReplayRequested
from contracts.refusals import Missing, Refused

QuarantineEvent = QuarantineReplayRequested | QuarantineDropProposed | QuarantineDropConfirmed


class AlreadyDropped(Refused):
    """The event is dropped already, and nothing waits for it any more. Nothing more is to be done."""


class AlreadyProposed(Refused):
    """Somebody has proposed already to drop this event. Confirm it if you agree, or mend the fault and replay."""


class NotProposed(Refused):
    """Nobody has proposed to drop this event. Propose it, and let somebody else confirm."""


class SamePerson(Refused):
    """Dropping takes two persons, and you proposed it yourself. Ask another steward to look at it and confirm."""


@dataclass(frozen=True)
class Waiting:
    """One waiting event: who has proposed to drop it, and whether it is dropped."""

    proposed: QuarantineDropProposed | None = None
    dropped: bool = False


@dataclass(frozen=True)
class Place:
    """Which event waits, before which follower, and the stream that waits with it."""

    follower: str
    store: str
    position: int
    stream: UUID


def evolve(waiting: Waiting, event: QuarantineEvent) -> Waiting:
    """What waits after the event."""
    match event:
        case QuarantineReplayRequested():
            return waiting
        case QuarantineDropProposed():
            return replace(waiting, proposed=event)
        case QuarantineDropConfirmed():
            return replace(waiting, dropped=True)


def fold(events: Sequence[Event]) -> Waiting:
    """What these events make of it. Raises Missing when they are of something else."""
    waiting = Waiting()
    for event in events:
        if not isinstance(event, QuarantineEvent):
            raise Missing
        waiting = evolve(waiting, event)
    return waiting


def request_replay(waiting: Waiting, place: Place) -> Iterator[QuarantineReplayRequested]:
    """What waits is to be taken again; as often as somebody believes that it is mended. Raises AlreadyDropped."""
    if waiting.dropped:
        raise AlreadyDropped
    yield QuarantineReplayRequested(follower=place.follower, store=place.store, position=place.position, stream=place.stream)


def propose_drop(waiting: Waiting, place: Place, ground: DropGround, by: UUID) -> Iterator[QuarantineDropProposed]:
    """One person proposes; the same again is nothing. Raises AlreadyDropped, AlreadyProposed when another proposal stands."""
    if waiting.dropped:
        raise AlreadyDropped
    if waiting.proposed is None:
        yield QuarantineDropProposed(
            follower=place.follower, store=place.store, position=place.position, stream=place.stream, ground=ground, proposed_by=by
        )
    elif (waiting.proposed.proposed_by, waiting.proposed.ground) != (by, ground):
        raise AlreadyProposed


def confirm_drop(waiting: Waiting, place: Place, by: UUID) -> Iterator[QuarantineDropConfirmed]:
    """Another person agrees; again is nothing. Raises NotProposed, SamePerson."""
    if waiting.proposed is None:
        raise NotProposed
    if waiting.proposed.proposed_by == by:
        raise SamePerson
    if not waiting.dropped:
        yield QuarantineDropConfirmed(
            follower=place.follower, store=place.store, position=place.position, stream=place.stream, confirmed_by=by
        )
