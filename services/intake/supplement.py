"""Adding something to a referral afterwards: only the unit that made it, as often as it must, and what stood before stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.attachment import AttachmentAdded, AttachmentCleared, AttachmentHeld, FileState
from contracts.event import Event
from contracts.referral import ReferralReceived
from contracts.refusals import KeyReused, Malformed, Missing
from contracts.supplement import ReferralSupplemented, SupplementContent
from contracts.told import Protection


class NothingAdded(Malformed):
    """Write what is new. What your unit sent before stands, and is not sent again."""


@dataclass(frozen=True)
class HandedOver:
    """A referral in intake's own store: what was received, the submissions that have added to it, and how each of its files stands."""

    received: ReferralReceived | None = None
    added: tuple[UUID, ...] = ()
    files: Mapping[UUID, FileState] = field(default_factory=dict)


@dataclass(frozen=True)
class Addition:
    """What a reporter adds."""

    text: str
    child_location: str | None
    immediate_danger: bool
    reporter_name: str


def evolve(handed_over: HandedOver, event: Event) -> HandedOver:
    """The referral after the event. Raises Missing when the event is of something else: its id is no referral's."""
    match event:
        case ReferralReceived():
            return replace(handed_over, received=event)
        case ReferralSupplemented():
            return replace(handed_over, added=(*handed_over.added, event.submission))
        case AttachmentAdded():
            return replace(handed_over, files={**handed_over.files, event.attachment: FileState.UNSCANNED})
        case AttachmentCleared():
            return replace(handed_over, files={**handed_over.files, event.attachment: FileState.CLEARED})
        case AttachmentHeld():
            return replace(handed_over, files={**handed_over.files, event.attachment: FileState(event.why)})
        case _:
            raise Missing


def fold(events: Sequence[Event]) -> HandedOver:
    """The referral that these events make. Raises Missing."""
    handed_over = HandedOver()
    for event in events:
        handed_over = evolve(handed_over, event)
    return handed_over


def sent_by(handed_over: HandedOver, agency: str, unit: str) -> ReferralReceived:
    """What was received, for the unit that sent it. Raises Missing for everyone else: they may not know that it exists."""
    received = handed_over.received
    if received is None or (received.from_agency, received.from_unit) != (agency, unit):
        raise Missing
    return received


def supplement(
    handed_over: HandedOver, agency: str, unit: str, addition: Addition, submission: UUID, at: datetime
) -> Iterator[ReferralSupplemented]:
    """One addition. Raises Missing, NothingAdded, and KeyReused when this submission has added something already."""
    received = sent_by(handed_over, agency, unit)
    if submission in handed_over.added:
        raise KeyReused
    if not addition.text:
        raise NothingAdded
    hidden = received.protection is Protection.PROTECTED_REGISTRATION
    yield ReferralSupplemented(
        submission=submission,
        supplement=len(handed_over.added) + 1,
        immediate_danger=addition.immediate_danger,
        supplemented_at=at,
        content=SupplementContent(
            text=addition.text,
            child_location=None if hidden else addition.child_location,
            reporter_name=addition.reporter_name,
        ),
    )
