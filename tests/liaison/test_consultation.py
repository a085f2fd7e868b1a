"""A question is queued once, and answered once by the agency that was asked."""

from contracts.agencies import AgencyKind
from contracts.consultation import Advice, AdviceText, ConsultationAnswered, ConsultationQuestion, ConsultationQueued, ConsultationRequested
from contracts.event import REPORTER
from contracts.referral import AgeBand, Category
from contracts.refusals import Missing
from services.liaison.consultation import AlreadyAnswered, Consultation, NoAdvice, answer, fold, holders, queue
from tests.given import Given, given
from tests.liaison.cases import JOUR, JOUR_UNIT, MORNING, NIGHT

ASKED = ConsultationRequested(
    receipt_code="8M3V-0QXT",
    from_kind=AgencyKind.HEALTHCARE,
    from_agency="region-stockholm",
    from_unit="sachsska-barnakut",
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
    from_agency="region-stockholm",
    from_unit="sachsska-barnakut",
    to_agency=JOUR,
    to_unit=JOUR_UNIT,
    requested_at=NIGHT,
)


def queued() -> Given[Consultation]:
    return given(fold, QUEUED)


def test_a_question_is_queued_once_and_without_its_words() -> None:
    after = given(fold).when(lambda it: queue(it, ASKED)).then(QUEUED)
    assert holders(after.state, REPORTER) == {"region-stockholm", JOUR}
    assert holders(Consultation(), REPORTER) == frozenset()


def test_it_is_answered_once() -> None:
    made = ConsultationAnswered(advice=Advice.REFER_NOW, unit=JOUR_UNIT, answered_at=MORNING, content=AdviceText(text="Ja, genast."))
    (event,) = answer(queued().state, JOUR, JOUR_UNIT, Advice.REFER_NOW, "Ja, genast.", MORNING)
    assert event == made
    answered = queued().and_given(made)
    for advice in Advice:
        again = answered.when(lambda it, what=advice: answer(it, JOUR, JOUR_UNIT, what, "Nej.", MORNING))  # type: ignore[misc]
        again.refused(AlreadyAnswered)


def test_only_the_agency_that_was_asked_answers_and_in_words() -> None:
    queued().when(lambda it: answer(it, "farsta", "farsta-mottagning", Advice.REFER_IF, "x", MORNING)).refused(Missing)
    queued().when(lambda it: answer(it, "region-stockholm", "sachsska-barnakut", Advice.REFER_IF, "x", MORNING)).refused(Missing)
    given(fold).when(lambda it: answer(it, JOUR, JOUR_UNIT, Advice.REFER_IF, "x", MORNING)).refused(Missing)
    queued().when(lambda it: answer(it, JOUR, JOUR_UNIT, Advice.REFER_IF, "", MORNING)).refused(NoAdvice)
