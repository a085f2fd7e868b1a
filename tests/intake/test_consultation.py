"""A consultation names nobody: no field for a name, and a text that points at somebody is refused without an echo."""

import pytest

from contracts.consultation import ConsultationQuestion, ConsultationRequested
from contracts.nameless import NamesSomebody
from contracts.referral import AgeBand, Category
from services.intake.bodies import ConsultationIn
from services.intake.consultation import NoQuestion, NoSuchConsultation, refuse_strange_consultation, request_consultation
from tests.intake.test_referral import ROUTE, SUBMISSION
from tests.liaison.cases import NIGHT, received


def ask(question: str) -> ConsultationRequested:
    return request_consultation(question, Category.NEGLECT, AgeBand.AGE_4_6, ROUTE, SUBMISSION, NIGHT)


def test_the_same_question_is_the_same_event() -> None:
    assert ask("Ska vi anmäla?") == ask("Ska vi anmäla?")
    assert ask("Ska vi anmäla?").content == ConsultationQuestion(question="Ska vi anmäla?")


def test_a_question_is_needed() -> None:
    with pytest.raises(NoQuestion):
        ask("")


def test_there_is_no_field_for_a_name() -> None:
    assert set(ConsultationIn.model_fields) == {"recipient", "question", "category", "age_band"}
    assert set(ConsultationQuestion.model_fields) == {"question"}


def test_a_text_that_names_somebody_is_refused_and_not_repeated() -> None:
    with pytest.raises(NamesSomebody) as refused:
        ask("Hej! Barnet 20051016-2381 kom in.")
    assert "2381" not in f"{refused.value} {refused.value.explanation}"
    assert ask("Barnet bor på Storgatan 3.").category is Category.NEGLECT


def test_a_referral_may_come_from_the_units_own_consultation_and_from_no_other() -> None:
    asked = ask("Ska vi anmäla?")
    refuse_strange_consultation([asked], ROUTE.from_unit)
    for history, unit in (([asked], "another-unit"), ([], ROUTE.from_unit), ([received()], ROUTE.from_unit)):
        with pytest.raises(NoSuchConsultation):
            refuse_strange_consultation(history, unit)
