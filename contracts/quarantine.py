"""The quarantine (karantän): an event that a view or the policies could not take waits there, and people decide how it comes back."""

from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.event import Event

POLICIES = "policies"
"""The follower that is no view: whenever X happens, liaison does Y."""
BEHIND = "waits behind an event in quarantine"
"""The reason of an event that waits for no fault of its own: one word for views and policies, for stewards see both in one list."""


class DropGround(StrEnum):
    """Why a follower is to go on without an event for good. A closed list: no free text about a child stands in the clear."""

    UNREADABLE = "unreadable"
    WRITTEN_WRONGLY = "written_wrongly"
    REPLACED = "replaced"


class QuarantineReplayRequested(Event):
    """The fault is mended: what waits of this stream is to be taken again, in order. `follower` is a view's name or POLICIES."""

    follower: str
    store: str
    position: int
    stream: UUID


class QuarantineDropProposed(Event):
    """One person proposes that the follower goes on without this event for good."""

    follower: str
    store: str
    position: int
    stream: UUID
    ground: DropGround
    proposed_by: UUID


class QuarantineDropConfirmed(Event):
    """Another person agrees: the follower goes on without the event, in every rebuild too. The event itself stays in the store."""

    follower: str
    store: str
    position: int
    stream: UUID
    confirmed_by: UUID


def quarantine_stream(follower: str, store: str, position: int) -> UUID:
    """The stream of what people decide about one waiting event: the same event is always the same stream."""
    return uuid5(NAMESPACE_URL, f"nattljus:quarantine:{follower}:{store}:{position}")
