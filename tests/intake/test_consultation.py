"""A consultation names nobody: no field for a name, and a text that points at somebody is refused without an echo."""

import pytest

from contracts.consultation import ConsultationQuestion, ConsultationRequested
from contracts.referral import AgeBand, Category
from services.intake.bodies import ConsultationIn
from services.intake.consultation import NoQuestion, request_consultation
from services.intake.nameless import NamesSomebody, Revealing, revealing
from tests.intake.test_referral import ROUTE, SUBMISSION
from tests.liaison.cases import NIGHT


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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Barnet 20051016-2381 kom in", Revealing.IDENTITY_NUMBER),
        ("200510162381", Revealing.IDENTITY_NUMBER),
        ("nr 051016-2381.", Revealing.IDENTITY_NUMBER),
        ("051016+2381", Revealing.IDENTITY_NUMBER),
        ("20051016 2381", Revealing.IDENTITY_NUMBER),
        ("20051016–2381", Revealing.IDENTITY_NUMBER),
        ("ring 070-123 45 67", Revealing.TELEPHONE),
        ("08-508 25 000", Revealing.TELEPHONE),
        ("+46 70 123 45 67", Revealing.TELEPHONE),
        ("+46 (0)70 123 45 67", Revealing.TELEPHONE),
        ("0046701234567", Revealing.TELEPHONE),
        ("070/123 45 67", Revealing.TELEPHONE),
        ("070–123 45 67", Revealing.TELEPHONE),
        ("mamma@example.se", Revealing.EMAIL),
        ("å.ä@example.se", Revealing.EMAIL),
    ],
)
def test_what_points_at_somebody_is_found_and_not_repeated(text: str, kind: Revealing) -> None:
    assert kind in revealing(text)
    with pytest.raises(NamesSomebody) as refused:
        ask(f"Hej! {text}")
    assert text not in f"{refused.value} {refused.value.explanation}"
    assert kind in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Ett barn på 4 år har kommit in 3 gånger på en månad.",
        "Mellan 2026-11-01 och 2026-11-22, kl. 02:40.",
        "SoL 2025:400 19 kap. 1 §",
        "38,5 graders feber, 120/80, 15 kg",
        "klass 6B, cirka 1 500 elever",
        "Kl 08.15-16.30 den 22 november 2026",
    ],
)
def test_ordinary_words_and_numbers_are_let_through(text: str) -> None:
    assert revealing(text) == set()
    assert ask(text).category is Category.NEGLECT
