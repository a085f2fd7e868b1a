"""How things stand when the night has been played: each referral, consultation and call to the scene, and what was done about it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.scene import SceneQueue
from services.projections.answers import BoardRow


class State(StrEnum):
    """How far a referral, a consultation or a call to the scene has come, as people say it."""

    NEW = "new, not opened"
    SEEN = "seen by a person"
    ASSESSED = "assessed"
    OFFERED = "offered to a district, waiting"
    REFUSED = "refused by a district, back at Socialjouren"
    TAKEN_OVER = "taken over, not decided"
    OPENED = "investigation opened"
    NOT_OPENED = "investigation not opened"
    ONGOING = "investigation already ongoing"
    ASKED = "asked, waiting for an answer"
    ANSWERED = "answered"
    UNANSWERED = "waiting for an answer"
    UNDER_WAY = "answered, under way"
    CLOSED = "closed"


CONSULTED = (State.ASKED, State.ANSWERED)
CALLED = {SceneQueue.UNANSWERED: State.UNANSWERED, SceneQueue.UNDER_WAY: State.UNDER_WAY, SceneQueue.CLOSED: State.CLOSED}
KINDS: dict[str, tuple[State, ...]] = {
    "referrals": tuple(state for state in State if state not in {*CONSULTED, *CALLED.values()}),
    "consultations": CONSULTED,
    "calls": tuple(CALLED.values()),
}
"""What a night is counted by, and the states of each."""


@dataclass(frozen=True)
class Played:
    """One child's referral, one consultation or one call to the scene, as it stands when it has been played."""

    id: UUID
    reference: str
    state: State
    needs_protection: bool = False
    feedback: str | None = None
    feedback_read: bool = False
    invitation: bool = False
    supplements: int = 0
    signals: bool = False
    guardians_held: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a contact, and how many of its steps were taken now; the others had been taken before."""

    played: tuple[Played, ...]
    taken: int
    new: bool


def state_of(row: BoardRow) -> State:
    """How far a referral has come, by its owner's board."""
    if row.decision:
        return {"investigation_opened": State.OPENED, "investigation_not_opened": State.NOT_OPENED}.get(row.decision, State.ONGOING)
    reached: Sequence[tuple[object, State]] = (
        (row.taken_over_at, State.TAKEN_OVER),
        (row.offered_to, State.OFFERED),
        (row.offered_at, State.REFUSED),
        (row.assessed_at, State.ASSESSED),
        (row.seen_at, State.SEEN),
    )
    return next((state for fact, state in reached if fact), State.NEW)
