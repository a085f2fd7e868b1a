"""Adding files to a referral: only by who sent it, only so many, and what the antivirus has said once stands."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from contracts.attachment import (
    LARGEST_TOGETHER,
    MOST_FILES,
    AttachmentAdded,
    AttachmentCleared,
    AttachmentContent,
    AttachmentHeld,
    FileKind,
    FileState,
    HeldBecause,
)
from contracts.event import Event
from contracts.refusals import Missing
from services.intake.attachment import NoRoomLeft, TooManyFiles, attach, judge
from services.intake.referral import receive
from services.intake.supplement import HandedOver, fold
from tests.given import given
from tests.intake.test_referral import ROUTE, SUBMISSION, UNKNOWN, report
from tests.liaison.cases import NIGHT

FILE = UUID("7f6c1c52-9f0e-4a83-8f4e-0d6a4c1f9d43")
CONTENT = AttachmentContent(name="blåmärke.jpg", kind=FileKind.JPEG, size=1000, digest="0" * 64)
[RECEIVED] = receive(report(UNKNOWN), ROUTE, SUBMISSION, NIGHT)
ADDED = AttachmentAdded(attachment=FILE, added_at=NIGHT, content=CONTENT)
CLEARED = AttachmentCleared(attachment=FILE, cleared_at=NIGHT)


def held(why: HeldBecause) -> AttachmentHeld:
    return AttachmentHeld(attachment=FILE, why=why, held_at=NIGHT)


def adds(state: HandedOver, verdict: FileState = FileState.CLEARED, kept: int = 0, unit: str = "lpo-farsta") -> list[Event]:
    return list(attach(state, "polisen", unit, FILE, CONTENT, verdict, kept, NIGHT))


def test_a_file_that_was_looked_at_is_added_and_cleared_at_once() -> None:
    given(fold, RECEIVED).when(adds).then(ADDED, CLEARED)


@pytest.mark.parametrize("why", HeldBecause)
def test_a_file_that_was_not_looked_at_or_that_is_infected_is_added_and_held(why: HeldBecause) -> None:
    given(fold, RECEIVED).when(lambda state: adds(state, FileState(why))).then(ADDED, held(why))


@pytest.mark.parametrize("unit", ["lpo-skarholmen", "socialjouren-jour"])
def test_nobody_else_adds_a_file(unit: str) -> None:
    given(fold, RECEIVED).when(lambda state: adds(state, unit=unit)).refused(Missing)


def test_where_nothing_was_received_nothing_is_added() -> None:
    given(fold).when(adds).refused(Missing)


def test_a_referral_holds_so_many_files_and_so_much() -> None:
    full = [AttachmentAdded(attachment=uuid4(), added_at=NIGHT, content=CONTENT) for _ in range(MOST_FILES)]
    given(fold, RECEIVED, *full).when(adds).refused(TooManyFiles)
    given(fold, RECEIVED).when(lambda state: adds(state, kept=LARGEST_TOGETHER - CONTENT.size + 1)).refused(NoRoomLeft)
    given(fold, RECEIVED).when(lambda state: adds(state, kept=LARGEST_TOGETHER - CONTENT.size)).then(ADDED, CLEARED)


def judged(verdict: FileState) -> Callable[[HandedOver], list[Event]]:
    return lambda state: list(judge(state, FILE, verdict, NIGHT))


@pytest.mark.parametrize(("verdict", "said"), [(FileState.CLEARED, CLEARED), (FileState.MALWARE, held(HeldBecause.MALWARE))])
def test_what_waited_is_judged_once(verdict: FileState, said: Event) -> None:
    stands = given(fold, RECEIVED, ADDED, held(HeldBecause.UNSCANNED)).when(judged(verdict)).then(said)
    for other in FileState:
        stands.when(judged(other)).nothing()


def test_without_a_word_of_the_antivirus_it_waits_on() -> None:
    given(fold, RECEIVED, ADDED, held(HeldBecause.UNSCANNED)).when(judged(FileState.UNSCANNED)).nothing()
    given(fold, RECEIVED).when(judged(FileState.CLEARED)).nothing()
