"""A call to the scene: queued once, answered, worked with by patrol and Socialjouren together, and closed with no child left undone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contracts.agencies import Role
from contracts.event import REPORTER, SOCIAL_SERVICES
from contracts.handling import SceneCallAssigned, SceneCallGivenBack, SceneCallTaken
from contracts.referral import AgeBand, Child, IdentityKind
from contracts.refusals import Missing, Stranger
from contracts.scene import (
    Exposure,
    SceneAmendment,
    SceneAnswer,
    SceneAnswerText,
    SceneCallAmended,
    SceneCallAnswered,
    SceneCallSeen,
    SceneCallWithdrawn,
    SceneOutcome,
    ScenePhase,
    SceneQueue,
    SceneStep,
    SceneTime,
    WithdrawalReasons,
)
from contracts.scene_work import (
    ClosingReasons,
    OutcomeNote,
    SceneCallStalled,
    SceneChildRecorded,
    SceneChildStruck,
    SceneClosed,
    SceneOutcomeRecorded,
    SceneOutcomeTakenBack,
    ScenePhaseBegan,
    SceneReferralLinked,
    SceneTaskDone,
    SceneTaskReopened,
    SceneTimeTakenBack,
)
from contracts.stalled import Level
from contracts.told import Protection
from services.liaison.case import NoReasons
from services.liaison.handling import Handler, NotYours, TakenByColleague
from services.liaison.limits import Limit, started, stopped
from services.liaison.scene.calling import (
    NoArrival,
    NoReasonToWithdraw,
    NothingChanged,
    NothingInstead,
    SceneIsWithdrawn,
    amend,
    answer,
    queue,
    see,
    stall,
    withdraw,
)
from services.liaison.scene.cards import SomethingWasDone, TooManyChildren, record_child, strike_child
from services.liaison.scene.ending import NotRead, close, left_undone, link_referral, record_outcome, take_outcome_back
from services.liaison.scene.handling import assign_call, give_call_back, take_call, taken_with_it
from services.liaison.scene.parties import NoSuchChild, SceneIsClosed, holders
from services.liaison.scene.scene import Scene, fold
from services.liaison.scene.working import (
    BeforeAlarm,
    FromTheCall,
    NotAnswered,
    NotNextPhase,
    TimeAhead,
    UnknownTask,
    begin_phase,
    do_task,
    note_time,
    reopen_task,
    take_time_back,
)
from services.liaison.scene_bodies import SceneChildIn
from tests.given import given
from tests.liaison.cases import JOUR, JOUR_UNIT, NIGHT
from tests.liaison.scenes import ALARM, CARD, COMING, LATER, PATROL, PATROL_UNIT, QUEUED, REFERRAL, REQUESTED, coming, noted, queued, seen

OURS, THEIRS = (JOUR, JOUR_UNIT), (PATROL, PATROL_UNIT)
STRANGERS = (("farsta", "farsta-mottagning"), (PATROL, "lpo-skarholmen"), (JOUR, "socialjouren-katalog"))
CALL = UUID("7d9f2a1c-51a5-4b0e-8a43-0f6e1c9b7a55")
ME, COLLEAGUE = (Handler(UUID(int=number), JOUR, JOUR_UNIT, Role.DUTY_OFFICER) for number in (1, 2))
SPOKEN_WITH = (noted(SceneTime.CHILD_SPOKEN_WITH, 1), noted(SceneTime.CHILD_SPOKEN_WITH, 2))


def test_a_call_is_queued_once_with_its_limits_and_its_checklist() -> None:
    after = given(fold).when(lambda it: queue(it, REQUESTED)).then(QUEUED)
    assert after.state.queue is SceneQueue.UNANSWERED
    assert after.state.times == {(SceneTime.ALARM, None): ALARM, (SceneTime.NOTIFIED, None): NIGHT}
    assert (QUEUED.answer_due.due, QUEUED.child_spoken_with_due.due) == (NIGHT + timedelta(minutes=5), ALARM + timedelta(hours=24))


def test_the_patrol_and_socialjouren_hold_its_key_and_socialjouren_alone_what_it_thinks() -> None:
    assert holders(queued().state, REPORTER) == {PATROL, JOUR}
    assert holders(queued().state, SOCIAL_SERVICES) == {JOUR}
    assert holders(Scene(), REPORTER) == frozenset()


def test_a_person_sees_it_once() -> None:
    queued().when(lambda it: see(it, *OURS, NIGHT)).then(SceneCallSeen(unit=JOUR_UNIT, seen_at=NIGHT))


def test_the_patrol_corrects_its_call_until_it_is_closed_and_socialjouren_reads_it_anew() -> None:
    said = SceneAmendment(place="Provgatan 5", seen="Ett barn till.")
    amended = SceneCallAmended(danger=None, unit=PATROL_UNIT, amended_at=LATER, content=said)
    after = seen().when(lambda it: amend(it, *THEIRS, LATER, amendment=said, danger=None)).happens()
    assert (after.events[-1], after.state.unread) == (amended, True)
    read = after.when(lambda it: see(it, *OURS, LATER)).then(SceneCallSeen(unit=JOUR_UNIT, seen_at=LATER))
    assert not read.state.unread
    safe = read.when(lambda it: amend(it, *THEIRS, LATER, amendment=SceneAmendment(), danger=False)).happens()
    assert safe.state.unread
    seen().when(lambda it: amend(it, *THEIRS, LATER, amendment=SceneAmendment(place=""), danger=None)).refused(NothingChanged)
    seen().when(lambda it: amend(it, *OURS, LATER, amendment=said, danger=None)).refused(Stranger)


def test_the_patrol_calls_it_off_with_a_reason_and_socialjouren_closes_it() -> None:
    off = SceneCallWithdrawn(unit=PATROL_UNIT, withdrawn_at=LATER, content=WithdrawalReasons(reasons="Fel hus."))
    queued().when(lambda it: withdraw(it, *THEIRS, "", LATER)).refused(NoReasonToWithdraw)
    queued().when(lambda it: withdraw(it, *OURS, "Fel hus.", LATER)).refused(Stranger)
    after = queued().when(lambda it: withdraw(it, *THEIRS, "Fel hus.", LATER)).then(off)
    assert after.state.queue is SceneQueue.UNDER_WAY
    after.when(lambda it: answer(it, *OURS, SceneAnswer.COMING, LATER, arrives_at=LATER, who="En")).refused(SceneIsWithdrawn)
    after.when(lambda it: close(it, *OURS, "Skäl.", LATER)).refused(NotRead)
    read = after.when(lambda it: see(it, *OURS, LATER)).happens()
    read.when(lambda it: close(it, *OURS, None, LATER)).refused(NoReasons)
    assert read.when(lambda it: close(it, *OURS, "Barnet hos mormor.", LATER)).happens().state.closed
    read.when(lambda it: begin_phase(it, *OURS, ScenePhase.CARE, LATER)).happens()


def test_what_the_patrol_wrote_and_nobody_has_read_keeps_a_call_from_being_closed() -> None:
    more = coming().when(lambda it: amend(it, *THEIRS, LATER, amendment=SceneAmendment(seen="Ett barn till."), danger=None)).happens()
    more.when(lambda it: close(it, *OURS, "Skäl.", LATER)).refused(NotRead)


def test_somebody_comes_and_says_when_and_may_change_it() -> None:
    soon, late = NIGHT + timedelta(minutes=25), NIGHT + timedelta(minutes=50)
    after = queued().when(lambda it: answer(it, *OURS, SceneAnswer.COMING, NIGHT, arrives_at=soon, who="Två socialsekreterare")).happens()
    assert after.events[-1] == COMING
    assert after.state.queue is SceneQueue.UNDER_WAY
    changed = after.when(lambda it: answer(it, *OURS, SceneAnswer.COMING, LATER, arrives_at=late, who="En")).happens()
    assert changed.state.arrives_at == late


def test_when_nobody_can_come_the_patrol_is_told_what_to_do_instead() -> None:
    told = SceneCallAnswered(
        answer=SceneAnswer.NOBODY_CAN_COME, unit=JOUR_UNIT, answered_at=NIGHT, content=SceneAnswerText(message="Kör till Barnakuten.")
    )
    nobody = SceneAnswer.NOBODY_CAN_COME
    after = queued().when(lambda it: answer(it, *OURS, nobody, NIGHT, arrives_at=LATER, message="Kör till Barnakuten.")).happens()
    assert after.events[-1] == told
    other = told.model_copy(update={"content": SceneAnswerText(message="Ring 08-000 00 00.")})
    assert after.when(lambda it: answer(it, *OURS, nobody, NIGHT, message="Ring 08-000 00 00.")).happens().events[-1] == other
    queued().when(lambda it: answer(it, *OURS, SceneAnswer.NOBODY_CAN_COME, NIGHT)).refused(NothingInstead)
    for lacking in ({"who": "En"}, {"arrives_at": LATER}, {"arrives_at": LATER, "who": ""}):
        queued().when(lambda it, less=lacking: answer(it, *OURS, SceneAnswer.COMING, NIGHT, **less)).refused(NoArrival)  # type: ignore[misc]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_gets_to_know_that_it_exists(stranger: tuple[str, str]) -> None:
    for decision in (
        lambda it: see(it, *stranger, NIGHT),
        lambda it: answer(it, *stranger, SceneAnswer.NOBODY_CAN_COME, NIGHT, message="x"),
        lambda it: begin_phase(it, *stranger, ScenePhase.CARE, NIGHT),
        lambda it: note_time(it, *stranger, SceneTime.ARRIVED, NIGHT, None, NIGHT),
        lambda it: record_child(it, *stranger, 1, AgeBand.UNKNOWN, Exposure.SAW, CARD, NIGHT),
        lambda it: amend(it, *stranger, NIGHT, amendment=SceneAmendment(place="x"), danger=None),
        lambda it: withdraw(it, *stranger, "x", NIGHT),
        lambda it: take_time_back(it, *stranger, SceneTime.ARRIVED, None, NIGHT),
        lambda it: strike_child(it, *stranger, 1, NIGHT),
        lambda it: take_outcome_back(it, *stranger, SceneOutcome.TALKS, None, NIGHT),
        lambda it: do_task(it, *stranger, "police-safe", NIGHT),
        lambda it: record_outcome(it, *stranger, SceneOutcome.TALKS, None, None, NIGHT),
        lambda it: close(it, *stranger, "x", NIGHT),
    ):
        coming().when(decision).refused(Missing)
    given(fold).when(lambda it: see(it, *OURS, NIGHT)).refused(Missing)


def test_what_is_socialjourens_the_patrol_does_not_find() -> None:
    for decision in (
        lambda it: see(it, *THEIRS, NIGHT),
        lambda it: answer(it, *THEIRS, SceneAnswer.NOBODY_CAN_COME, NIGHT, message="x"),
        lambda it: begin_phase(it, *THEIRS, ScenePhase.CARE, NIGHT),
        lambda it: record_outcome(it, *THEIRS, SceneOutcome.TALKS, None, None, NIGHT),
        lambda it: take_outcome_back(it, *THEIRS, SceneOutcome.TALKS, None, NIGHT),
        lambda it: close(it, *THEIRS, "x", NIGHT),
    ):
        coming().when(decision).refused(Missing)


def test_the_phases_follow_one_another_and_begin_after_the_answer() -> None:
    queued().when(lambda it: begin_phase(it, *OURS, ScenePhase.CARE, NIGHT)).refused(NotAnswered)
    coming().when(lambda it: begin_phase(it, *OURS, ScenePhase.COORDINATION, NIGHT)).refused(NotNextPhase)
    coming().when(lambda it: begin_phase(it, *OURS, ScenePhase.ALARM, NIGHT)).nothing()
    care = ScenePhaseBegan(phase=ScenePhase.CARE, unit=JOUR_UNIT, began_at=NIGHT)
    after = coming().when(lambda it: begin_phase(it, *OURS, ScenePhase.CARE, NIGHT)).then(care)
    last = ScenePhaseBegan(phase=ScenePhase.COORDINATION, unit=JOUR_UNIT, began_at=LATER)
    done = after.when(lambda it: begin_phase(it, *OURS, ScenePhase.COORDINATION, LATER)).then(last)
    done.when(lambda it: begin_phase(it, *OURS, ScenePhase.CARE, LATER)).refused(NotNextPhase)


def test_a_time_is_noted_once_and_may_be_corrected() -> None:
    arrived = noted(SceneTime.ARRIVED)
    after = coming().when(lambda it: note_time(it, *OURS, SceneTime.ARRIVED, LATER, None, LATER)).then(arrived)
    earlier = LATER - timedelta(minutes=5)
    corrected = after.when(lambda it: note_time(it, *THEIRS, SceneTime.ARRIVED, earlier, None, LATER)).happens()
    assert corrected.state.times[SceneTime.ARRIVED, None] == earlier


def test_a_time_that_was_noted_by_a_slip_is_taken_back() -> None:
    both = coming().and_given(*SPOKEN_WITH)
    back = SceneTimeTakenBack(what=SceneTime.CHILD_SPOKEN_WITH, child=2, unit=JOUR_UNIT, taken_back_at=LATER)
    after = both.when(lambda it: take_time_back(it, *OURS, SceneTime.CHILD_SPOKEN_WITH, 2, LATER)).then(back)
    assert (both.state.all_spoken_with, after.state.all_spoken_with) == (True, False)
    both.when(lambda it: take_time_back(it, *THEIRS, SceneTime.CHILD_SPOKEN_WITH, 2, LATER)).refused(Stranger)
    both.when(lambda it: take_time_back(it, *OURS, SceneTime.CHILD_SPOKEN_WITH, 3, LATER)).refused(NoSuchChild)
    for what in (SceneTime.ALARM, SceneTime.NOTIFIED):
        both.when(lambda it, moment=what: take_time_back(it, *OURS, moment, None, LATER)).refused(FromTheCall)  # type: ignore[misc]


def test_each_child_is_spoken_with_by_itself_and_only_social_services_say_so() -> None:
    def spoken(by: tuple[str, str], child: int | None) -> object:
        return coming().when(lambda it: note_time(it, *by, SceneTime.CHILD_SPOKEN_WITH, LATER, child, LATER))

    spoken(OURS, 2).then(noted(SceneTime.CHILD_SPOKEN_WITH, 2))  # type: ignore[attr-defined]
    spoken(THEIRS, 2).refused(Stranger)  # type: ignore[attr-defined]
    for child in (None, 3):
        spoken(OURS, child).refused(NoSuchChild)  # type: ignore[attr-defined]
    coming().when(lambda it: note_time(it, *OURS, SceneTime.ARRIVED, LATER, 1, LATER)).refused(NoSuchChild)


def test_nothing_happens_ahead_of_time_or_before_the_alarm() -> None:
    early, ahead = ALARM - timedelta(minutes=1), LATER + timedelta(minutes=2)
    coming().when(lambda it: note_time(it, *OURS, SceneTime.ARRIVED, ahead, None, LATER)).refused(TimeAhead)
    coming().when(lambda it: note_time(it, *OURS, SceneTime.ARRIVED, early, None, LATER)).refused(BeforeAlarm)
    coming().when(lambda it: note_time(it, *THEIRS, SceneTime.ALARM, LATER, None, LATER)).refused(BeforeAlarm)
    corrected = coming().when(lambda it: note_time(it, *THEIRS, SceneTime.ALARM, early, None, LATER)).happens()
    corrected.when(lambda it: note_time(it, *OURS, SceneTime.ARRIVED, ALARM, None, LATER)).happens()


def test_a_card_keeps_an_age_that_was_known_and_one_child_more_gets_the_next_number() -> None:
    card = SceneChildRecorded(child=1, age_band=AgeBand.AGE_0_3, exposure=Exposure.SAW, unit=PATROL_UNIT, recorded_at=LATER, content=CARD)
    after = coming().when(lambda it: record_child(it, *THEIRS, 1, AgeBand.UNKNOWN, Exposure.SAW, CARD, LATER)).happens()
    assert after.events[-1] == card
    more = after.when(lambda it: record_child(it, *OURS, None, AgeBand.AGE_12, Exposure.SUFFERED, CARD, LATER)).happens()
    assert more.state.bands == (AgeBand.AGE_0_3, AgeBand.UNKNOWN, AgeBand.AGE_12)
    more.when(lambda it: record_child(it, *OURS, 4, AgeBand.UNKNOWN, Exposure.SAW, CARD, LATER)).refused(NoSuchChild)


def test_a_card_of_a_child_with_protected_registration_does_not_keep_where_it_is() -> None:
    nowhere = Child(kind=IdentityKind.UNKNOWN, name="Test", protection=Protection.PROTECTED_REGISTRATION)
    there = {"address": "Provgatan 1", "phone": "070-1740605", "school": "Provskolan", "place": "Torget"}
    person = nowhere.model_copy(update=there)
    assert SceneChildIn(person=person).card.person == nowhere
    marked = person.model_copy(update={"protection": Protection.CONFIDENTIALITY_MARK})
    assert SceneChildIn(person=marked).card.person == marked


def test_a_card_of_a_child_that_is_none_is_struck_unless_something_was_done_for_it() -> None:
    struck = SceneChildStruck(child=2, unit=PATROL_UNIT, struck_at=LATER)
    after = coming().when(lambda it: strike_child(it, *THEIRS, 2, LATER)).then(struck)
    assert list(after.state.children) == [1]
    assert left_undone(after.state) == {1}
    after.when(lambda it: note_time(it, *OURS, SceneTime.CHILD_SPOKEN_WITH, LATER, 2, LATER)).refused(NoSuchChild)
    more = after.when(lambda it: record_child(it, *OURS, None, AgeBand.AGE_12, Exposure.SAW, CARD, LATER)).happens()
    assert list(more.state.children) == [1, 3]
    more.when(lambda it: strike_child(it, *OURS, 4, LATER)).refused(NoSuchChild)
    for done in (
        noted(SceneTime.MEDICAL_EXAMINATION, 2),
        SceneReferralLinked(child=2, referral=REFERRAL, linked_at=LATER),
        SceneOutcomeRecorded(outcome=SceneOutcome.TALKS, child=2, unit=JOUR_UNIT, recorded_at=LATER, content=OutcomeNote()),
    ):
        coming().and_given(done).when(lambda it: strike_child(it, *OURS, 2, LATER)).refused(SomethingWasDone)


def test_a_referral_about_a_child_that_was_struck_says_that_it_is_one() -> None:
    linked = SceneReferralLinked(child=2, referral=REFERRAL, linked_at=LATER)
    struck = coming().when(lambda it: strike_child(it, *OURS, 2, LATER)).happens()
    assert list(struck.when(lambda it: link_referral(it, 2, REFERRAL, LATER)).then(linked).state.children) == [1, 2]


def test_twenty_children_are_the_most() -> None:
    full = given(fold, QUEUED.model_copy(update={"age_bands": (AgeBand.UNKNOWN,) * 20}))
    full.when(lambda it: record_child(it, *OURS, None, AgeBand.UNKNOWN, Exposure.SAW, CARD, LATER)).refused(TooManyChildren)


def test_each_marks_its_own_tasks_and_healthcares_are_socialjourens_to_mark() -> None:
    done = SceneTaskDone(task="police-safe", unit=PATROL_UNIT, done_at=LATER)
    after = coming().when(lambda it: do_task(it, *THEIRS, "police-safe", LATER)).then(done)
    after.when(lambda it: reopen_task(it, *THEIRS, "police-safe", LATER)).then(
        SceneTaskReopened(task="police-safe", unit=PATROL_UNIT, reopened_at=LATER)
    )
    coming().when(lambda it: do_task(it, *OURS, "care-examine", LATER)).happens()
    coming().when(lambda it: do_task(it, *OURS, "police-safe", LATER)).refused(Stranger)
    coming().when(lambda it: do_task(it, *THEIRS, "jour-barnahus", LATER)).refused(Stranger)
    for task in ("make-coffee", "jour-talk"):
        coming().when(lambda it, what=task: do_task(it, *OURS, what, LATER)).refused(UnknownTask)  # type: ignore[misc]


def test_an_outcome_is_recorded_once_for_a_child_or_for_all() -> None:
    shelter = SceneOutcomeRecorded(
        outcome=SceneOutcome.SHELTER, child=2, unit=JOUR_UNIT, recorded_at=LATER, content=OutcomeNote(note="I natt.")
    )
    after = coming().when(lambda it: record_outcome(it, *OURS, SceneOutcome.SHELTER, 2, "I natt.", LATER)).then(shelter)
    back = SceneOutcomeTakenBack(outcome=SceneOutcome.SHELTER, child=2, unit=JOUR_UNIT, taken_back_at=LATER)
    after.when(lambda it: take_outcome_back(it, *OURS, SceneOutcome.SHELTER, 2, LATER)).then(back)
    after.when(lambda it: take_outcome_back(it, *OURS, SceneOutcome.SHELTER, None, LATER)).nothing()
    coming().when(lambda it: record_outcome(it, *OURS, SceneOutcome.SHELTER, 3, None, LATER)).refused(NoSuchChild)


def test_a_referral_is_linked_to_its_child_once_also_when_the_call_is_closed() -> None:
    linked = SceneReferralLinked(child=2, referral=REFERRAL, linked_at=LATER)
    coming().when(lambda it: link_referral(it, 2, REFERRAL, LATER)).then(linked)
    coming().when(lambda it: link_referral(it, 3, REFERRAL, LATER)).nothing()
    closed = coming().when(lambda it: close(it, *OURS, "Skäl.", LATER)).happens()
    closed.when(lambda it: link_referral(it, 2, REFERRAL, LATER)).then(linked)


def test_it_is_not_closed_while_a_child_is_left_undone_without_a_reason() -> None:
    queued().when(lambda it: close(it, *OURS, "Skäl.", LATER)).refused(NotAnswered)
    coming().when(lambda it: close(it, *OURS, None, LATER)).refused(NoReasons)
    half = coming().and_given(*SPOKEN_WITH, SceneReferralLinked(child=1, referral=REFERRAL, linked_at=LATER))
    assert left_undone(half.state) == {2}
    half.when(lambda it: close(it, *OURS, "", LATER)).refused(NoReasons)
    whole = half.and_given(SceneReferralLinked(child=2, referral=REFERRAL, linked_at=LATER))
    after = whole.when(lambda it: close(it, *OURS, None, LATER)).then(
        SceneClosed(unit=JOUR_UNIT, closed_at=LATER, content=ClosingReasons())
    )
    assert after.state.queue is SceneQueue.CLOSED


def test_what_is_closed_is_not_changed() -> None:
    closed = coming().when(lambda it: close(it, *OURS, "Skäl.", LATER)).happens()
    for decision in (
        lambda it: answer(it, *OURS, SceneAnswer.NOBODY_CAN_COME, NIGHT, message="x"),
        lambda it: begin_phase(it, *OURS, ScenePhase.CARE, NIGHT),
        lambda it: note_time(it, *THEIRS, SceneTime.ARRIVED, NIGHT, None, NIGHT),
        lambda it: record_child(it, *THEIRS, 1, AgeBand.UNKNOWN, Exposure.SAW, CARD, NIGHT),
        lambda it: amend(it, *THEIRS, NIGHT, amendment=SceneAmendment(place="x"), danger=None),
        lambda it: withdraw(it, *THEIRS, "x", NIGHT),
        lambda it: take_time_back(it, *THEIRS, SceneTime.ARRIVED, None, NIGHT),
        lambda it: strike_child(it, *THEIRS, 1, NIGHT),
        lambda it: take_outcome_back(it, *OURS, SceneOutcome.TALKS, None, NIGHT),
        lambda it: do_task(it, *THEIRS, "police-safe", NIGHT),
        lambda it: record_outcome(it, *OURS, SceneOutcome.TALKS, None, None, NIGHT),
    ):
        closed.when(decision).refused(SceneIsClosed)


def limit(step: SceneStep, level: Level, due: datetime) -> Limit:
    return Limit(CALL, step, level, due, "scene-call-answer", JOUR, JOUR_UNIT, "intake:7")


def test_an_answer_that_is_late_is_escalated_level_by_level_until_it_comes() -> None:
    late = QUEUED.answer_due.due
    board, lead = (limit(SceneStep.ANSWER, level, late) for level in (Level.BOARD, Level.TEAM_LEAD))
    queued().when(lambda it: stall(it, board, late - timedelta(seconds=1))).nothing()
    first = SceneCallStalled(step=SceneStep.ANSWER, level=Level.BOARD, due=late, rule="scene-call-answer", unit=JOUR_UNIT, raised_at=late)
    after = queued().when(lambda it: stall(it, board, late)).then(first)
    after.when(lambda it: stall(it, lead, LATER)).then(first.model_copy(update={"level": Level.TEAM_LEAD, "raised_at": LATER}))
    coming().when(lambda it: stall(it, board, LATER)).nothing()
    queued().and_given(SceneCallWithdrawn(unit=PATROL_UNIT, withdrawn_at=NIGHT, content=WithdrawalReasons(reasons="x"))).when(
        lambda it: stall(it, board, LATER)
    ).nothing()


def test_also_a_call_that_nobody_has_queued_is_late_and_is_queued_all_the_same() -> None:
    board = limit(SceneStep.ANSWER, Level.BOARD, NIGHT)
    after = given(fold).when(lambda it: stall(it, board, LATER)).happens()
    assert isinstance(after.events[0], SceneCallStalled)
    after.when(lambda it: queue(it, REQUESTED)).then(QUEUED)


def test_a_child_that_nobody_has_spoken_with_is_late_until_all_are_or_the_call_is_closed() -> None:
    late = limit(SceneStep.CHILD_SPOKEN_WITH, Level.TEAM_LEAD, NIGHT)
    coming().when(lambda it: stall(it, late, LATER)).happens()
    one = coming().and_given(SPOKEN_WITH[0])
    assert one.when(lambda it: stall(it, late, LATER)).happens().state.late == {(SceneStep.CHILD_SPOKEN_WITH, Level.TEAM_LEAD)}
    coming().and_given(*SPOKEN_WITH).when(lambda it: stall(it, late, LATER)).nothing()
    closed = coming().when(lambda it: close(it, *OURS, "Skäl.", LATER)).happens()
    closed.when(lambda it: stall(it, late, LATER)).nothing()


def test_the_limits_of_a_call_run_from_when_it_came_and_from_its_alarm_and_stop_when_the_steps_are_taken() -> None:
    running = {(each.step, each.level): each.due for each in started(REQUESTED, CALL, (PATROL, PATROL_UNIT), "intake:7")}
    assert running == {
        (SceneStep.ANSWER, Level.BOARD): NIGHT + timedelta(minutes=5),
        (SceneStep.ANSWER, Level.TEAM_LEAD): NIGHT + timedelta(minutes=10),
        (SceneStep.CHILD_SPOKEN_WITH, Level.BOARD): ALARM + timedelta(hours=20),
        (SceneStep.CHILD_SPOKEN_WITH, Level.TEAM_LEAD): ALARM + timedelta(hours=24),
    }
    assert {(each.step, each.level): each.due for each in started(QUEUED, CALL, OURS)} == running
    off = SceneCallWithdrawn(unit=PATROL_UNIT, withdrawn_at=NIGHT, content=WithdrawalReasons(reasons="x"))
    assert stopped(COMING) == stopped(off) == (SceneStep.ANSWER,)
    assert stopped(SceneClosed(unit=JOUR_UNIT, closed_at=LATER, content=ClosingReasons())) == tuple(SceneStep)


def test_who_answers_has_the_call_until_a_colleague_takes_it_over_on_purpose() -> None:
    mine = SceneCallTaken(actor=ME.actor, role=ME.role, unit=JOUR_UNIT, taken_at=NIGHT)
    after = coming().when(lambda it: taken_with_it(it, ME, NIGHT)).then(mine)
    after.when(lambda it: taken_with_it(it, COLLEAGUE, LATER)).nothing()
    after.when(lambda it: take_call(it, COLLEAGUE, LATER)).refused(TakenByColleague)
    over = SceneCallTaken(actor=COLLEAGUE.actor, role=COLLEAGUE.role, unit=JOUR_UNIT, over=ME.actor, taken_at=LATER)
    theirs = after.when(lambda it: take_call(it, COLLEAGUE, LATER, ME.actor)).then(over)
    theirs.when(lambda it: give_call_back(it, ME, LATER)).refused(NotYours)
    back = SceneCallGivenBack(actor=COLLEAGUE.actor, unit=JOUR_UNIT, given_back_at=LATER)
    free = theirs.when(lambda it: give_call_back(it, COLLEAGUE, LATER)).then(back)
    assigned = SceneCallAssigned(actor=ME.actor, role=ME.role, unit=JOUR_UNIT, assigned_by=COLLEAGUE.actor, assigned_at=LATER)
    free.when(lambda it: assign_call(it, COLLEAGUE, ME, LATER)).then(assigned)
    stranger = Handler(ME.actor, *STRANGERS[0], Role.DUTY_OFFICER)
    for decision in (
        lambda it: take_call(it, stranger, LATER),
        lambda it: give_call_back(it, stranger, LATER),
        lambda it: assign_call(it, stranger, ME, LATER),
    ):
        after.when(decision).refused(Missing)
