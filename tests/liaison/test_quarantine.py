"""What waits in quarantine is replayed by one person and dropped by two, never by one alone."""

from uuid import UUID

from contracts.directory import AssignmentEnded
from contracts.quarantine import DropGround, QuarantineDropConfirmed, QuarantineDropProposed, QuarantineReplayRequested
from contracts.refusals import Missing
from services.liaison.quarantine import (
    AlreadyDropped,
    AlreadyProposed,
    NotProposed,
    Place,
    SamePerson,
    Waiting,
    confirm_drop,
    fold,
    propose_drop,
    request_replay,
)
from tests.given import Given, given

ANNA, BRITTA = UUID(int=1), UUID(int=2)
PLACE = Place("board", "intake", 42, UUID(int=7))
REPLAY = QuarantineReplayRequested(follower="board", store="intake", position=42, stream=PLACE.stream)
PROPOSED = QuarantineDropProposed(
    follower="board", store="intake", position=42, stream=PLACE.stream, ground=DropGround.UNREADABLE, proposed_by=ANNA
)
CONFIRMED = QuarantineDropConfirmed(follower="board", store="intake", position=42, stream=PLACE.stream, confirmed_by=BRITTA)


def proposed() -> Given[Waiting]:
    return given(fold, PROPOSED)


def test_a_replay_may_be_asked_for_again_and_again() -> None:
    for history in ((), (REPLAY,), (REPLAY, REPLAY), (PROPOSED,)):
        assert tuple(request_replay(fold(history), PLACE)) == (REPLAY,)


def test_one_proposes_and_another_confirms() -> None:
    after = given(fold).when(lambda it: propose_drop(it, PLACE, DropGround.UNREADABLE, ANNA)).then(PROPOSED)
    after.when(lambda it: confirm_drop(it, PLACE, BRITTA)).then(CONFIRMED)


def test_nobody_confirms_what_they_proposed_or_what_nobody_did() -> None:
    proposed().when(lambda it: confirm_drop(it, PLACE, ANNA)).refused(SamePerson)
    given(fold).when(lambda it: confirm_drop(it, PLACE, ANNA)).refused(NotProposed)
    given(fold, REPLAY).when(lambda it: confirm_drop(it, PLACE, BRITTA)).refused(NotProposed)
    given(fold, PROPOSED, CONFIRMED).when(lambda it: confirm_drop(it, PLACE, ANNA)).refused(SamePerson)


def test_the_same_again_is_nothing_and_another_proposal_is_refused() -> None:
    proposed().when(lambda it: propose_drop(it, PLACE, DropGround.UNREADABLE, ANNA)).then()
    proposed().when(lambda it: propose_drop(it, PLACE, DropGround.REPLACED, ANNA)).refused(AlreadyProposed)
    proposed().when(lambda it: propose_drop(it, PLACE, DropGround.UNREADABLE, BRITTA)).refused(AlreadyProposed)
    given(fold, PROPOSED, CONFIRMED).when(lambda it: confirm_drop(it, PLACE, BRITTA)).then()


def test_what_is_dropped_is_dropped() -> None:
    dropped = given(fold, PROPOSED, CONFIRMED)
    dropped.when(lambda it: request_replay(it, PLACE)).refused(AlreadyDropped)
    dropped.when(lambda it: propose_drop(it, PLACE, DropGround.UNREADABLE, ANNA)).refused(AlreadyDropped)


def test_the_stream_of_something_else_is_no_quarantine() -> None:
    given(lambda events: events, AssignmentEnded(holder=ANNA)).when(lambda events: iter([fold(events)])).refused(Missing)  # type: ignore[arg-type,return-value]
