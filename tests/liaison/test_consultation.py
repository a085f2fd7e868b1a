"""A question is queued once and opened; it is answered by the agency that was asked, and they go on as long as somebody asks."""

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

import pytest

from contracts.advice import Advice
from contracts.agencies import AgencyKind
from contracts.consultation import (
    AdviceText,
    ConsultationAnswered,
    ConsultationAskedAgain,
    ConsultationAskedBack,
    ConsultationBecameReferral,
    ConsultationQuestion,
    ConsultationQueued,
    ConsultationRequested,
    ConsultationSeen,
    Side,
)
from contracts.event import REPORTER, Event
from contracts.nameless import NamesSomebody
from contracts.referral import AgeBand, Category
from contracts.refusals import Missing, Refused
from services.liaison.advising import (
    AlreadyAnswered,
    Answer,
    BecameReferral,
    NoAdvice,
    NoCondition,
    NoService,
    NothingAsked,
    QuestionNotRead,
    answer,
    ask_again,
    ask_back,
    see,
)
from services.liaison.consultation import Consultation, become_referral, fold, holders, queue
from tests.given import Given, given
from tests.liaison.cases import JOUR, JOUR_UNIT, MORNING, NIGHT, received

WARD, WARD_UNIT = "region-stockholm", "sachsska-barnakut"
ASKED = ConsultationRequested(
    receipt_code="8M3V-0QXT",
    from_kind=AgencyKind.HEALTHCARE,
    from_agency=WARD,
    from_unit=WARD_UNIT,
    to_kind=AgencyKind.SOCIALJOUR,
    to_agency=JOUR,
    to_unit=JOUR_UNIT,
    category=Category.NEGLECT,
    age_band=AgeBand.AGE_4_6,
    requested_at=NIGHT,
    content=ConsultationQuestion(question="Ska vi anmäla?"),
)
QUEUED = ConsultationQueued(
    receipt_code="8M3V-0QXT",
    from_agency=WARD,
    from_unit=WARD_UNIT,
    to_agency=JOUR,
    to_unit=JOUR_UNIT,
    requested_at=NIGHT,
)
SEEN = ConsultationSeen(questions=1, unit=JOUR_UNIT, seen_at=NIGHT)
NOW = Answer(Advice.REFER_NOW, "Ja, genast.")
ANSWERED = ConsultationAnswered(advice=Advice.REFER_NOW, unit=JOUR_UNIT, answered_at=MORNING, content=AdviceText(text="Ja, genast."))
ASKED_BACK = ConsultationAskedBack(unit=JOUR_UNIT, asked_at=MORNING, content=ConsultationQuestion(question="Hur länge?"))
ASKED_AGAIN = ConsultationAskedAgain(questions=2, unit=WARD_UNIT, asked_at=MORNING, content=ConsultationQuestion(question="En månad."))
BECAME = ConsultationBecameReferral(submission=UUID(int=7), referral_code="K7Q2-FX9M", became_at=NIGHT)
TOLD = received(submission=UUID(int=7), from_agency=WARD, from_unit=WARD_UNIT)

opens = partial(see, agency=JOUR, unit=JOUR_UNIT, seen_at=NIGHT)
asks_back = partial(ask_back, agency=JOUR, unit=JOUR_UNIT, words="Hur länge?", asked_at=MORNING)
asks_again = partial(ask_again, agency=WARD, unit=WARD_UNIT, words="En månad.", asked_at=MORNING)


def answers(advised: Answer) -> Callable[[Consultation], Iterable[Event]]:
    return partial(answer, agency=JOUR, unit=JOUR_UNIT, advised=advised, answered_at=MORNING)


def after(*events: Event) -> Given[Consultation]:
    return given(fold, QUEUED, *events)


def test_a_question_is_queued_once_and_without_its_words() -> None:
    queued = given(fold).when(lambda it: queue(it, ASKED)).then(QUEUED)
    assert holders(queued.state, REPORTER) == {WARD, JOUR}
    assert holders(Consultation(), REPORTER) == frozenset()
    assert queued.state.turn is Side.TO_ANSWER


def test_who_asked_is_told_once_that_a_person_has_opened_it() -> None:
    after().when(opens).then(SEEN)
    after(SEEN).when(opens).nothing()
    after(SEEN, ASKED_AGAIN).when(opens).then(SEEN.model_copy(update={"questions": 2}))


def test_it_is_answered_once_for_each_question() -> None:
    assert list(answers(NOW)(after(SEEN).state)) == [ANSWERED]
    for advice in Advice:
        after(SEEN, ANSWERED).when(answers(Answer(advice, "Nej.", "Om.", "bup"))).refused(AlreadyAnswered)
    assert list(answers(NOW)(after(SEEN, ANSWERED, ASKED_AGAIN, SEEN.model_copy(update={"questions": 2})).state)) == [ANSWERED]


def test_nobody_answers_what_nobody_has_read() -> None:
    after().when(answers(NOW)).refused(QuestionNotRead)
    after(SEEN, ASKED_AGAIN).when(answers(NOW)).refused(QuestionNotRead)
    after(SEEN, ASKED_AGAIN).when(asks_back).refused(QuestionNotRead)


def test_who_was_asked_may_ask_back_and_then_the_other_is_waited_for() -> None:
    asked_back = after(SEEN).when(asks_back).happens()
    assert asked_back.events[-1] == ASKED_BACK
    assert asked_back.state.turn is Side.ASKED
    assert list(answers(NOW)(asked_back.state)) == [ANSWERED], "they may have talked on the telephone meanwhile"
    again = asked_back.when(asks_again).happens()
    assert again.events[-1] == ASKED_AGAIN
    assert again.state.turn is Side.TO_ANSWER


def test_who_answered_wrongly_can_write_once_more() -> None:
    written = after(SEEN, ANSWERED).when(asks_back).happens()
    assert (written.events[-1], written.state.turn) == (ASKED_BACK, Side.ASKED)
    assert list(answers(NOW)(written.state)) == [ANSWERED]


def test_who_asked_may_add_to_the_question_before_it_is_answered() -> None:
    added = after(SEEN).when(asks_again).happens()
    assert (added.state.questions, added.state.seen, added.state.turn) == (2, 1, Side.TO_ANSWER)


def test_only_the_two_units_take_part() -> None:
    for agency, unit in ((WARD, WARD_UNIT), ("farsta", "farsta-mottagning"), (JOUR, "socialjouren-katalog")):
        after(SEEN).when(lambda it, a=agency, u=unit: see(it, a, u, NIGHT)).refused(Missing)  # type: ignore[misc]
        after(SEEN).when(lambda it, a=agency, u=unit: answer(it, a, u, NOW, NIGHT)).refused(Missing)  # type: ignore[misc]
        after(SEEN).when(lambda it, a=agency, u=unit: ask_back(it, a, u, "Hur?", NIGHT)).refused(Missing)  # type: ignore[misc]
    for agency, unit in ((JOUR, JOUR_UNIT), (WARD, "bup-akut")):
        after(SEEN).when(lambda it, a=agency, u=unit: ask_again(it, a, u, "Hur?", NIGHT)).refused(Missing)  # type: ignore[misc]
    given(fold).when(answers(NOW)).refused(Missing)
    given(fold).when(asks_again).refused(Missing)


@pytest.mark.parametrize(
    ("advised", "refusal"),
    [
        (Answer(Advice.REFER_NOW, ""), NoAdvice),
        (Answer(Advice.REFER_IF, "Vänta.", ""), NoCondition),
        (Answer(Advice.REFER_IF, "Vänta.", service="bup"), NoCondition),
        (Answer(Advice.OTHER_SERVICE, "Ring dem.", "Om."), NoService),
        (Answer(Advice.REFER_NOW, "Ring 070-123 45 67."), NamesSomebody),
        (Answer(Advice.REFER_IF, "Vänta.", "Om 20051016-2381 kommer."), NamesSomebody),
    ],
)
def test_half_an_answer_and_one_that_names_somebody_are_refused(advised: Answer, refusal: type[Refused]) -> None:
    after(SEEN).when(answers(advised)).refused(refusal)


def test_the_answer_keeps_the_condition_and_the_service_only_where_they_belong() -> None:
    for advice, condition, service in (
        (Advice.REFER_NOW, None, None),
        (Advice.REFER_IF, "Om det händer igen.", None),
        (Advice.OTHER_SERVICE, None, "bup"),
        (Advice.NO_FURTHER_ACTION, None, None),
    ):
        (made,) = after(SEEN).when(answers(Answer(advice, "Råd.", "Om det händer igen.", "bup"))).happens().events[2:]
        assert isinstance(made, ConsultationAnswered)
        assert (made.advice, made.service, made.content) == (advice, service, AdviceText(text="Råd.", condition=condition))


def test_words_are_needed_and_name_nobody() -> None:
    for says in (asks_back, asks_again):
        after(SEEN).when(lambda it, says=says: says(it, words="")).refused(NothingAsked)  # type: ignore[misc]
        after(SEEN).when(lambda it, says=says: says(it, words="mamma@example.se")).refused(NamesSomebody)  # type: ignore[misc]


def test_it_becomes_a_referral_once_and_what_is_new_about_the_child_is_said_there() -> None:
    became = after(SEEN, ANSWERED).when(lambda it: become_referral(it, TOLD)).then(BECAME)
    became.when(lambda it: become_referral(it, received(submission=UUID(int=8)))).nothing()
    became.when(asks_again).refused(BecameReferral)
    after(SEEN, BECAME).when(answers(NOW)).happens()


def test_other_streams_are_no_consultations() -> None:
    with pytest.raises(Missing):
        fold([TOLD])
