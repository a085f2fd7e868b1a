"""The question that names nobody, as the hub takes it."""

from dataclasses import fields

from starlette.datastructures import FormData

from services.portal.hub import HubRefused
from services.portal.pages.consultations import Question, written
from services.portal.refusals import REFUSALS


def test_no_field_for_a_name_exists() -> None:
    assert {field.name for field in fields(Question)} == {"key", "question", "category", "age_band"}
    asked = written(FormData({"question": " När? ", "name": "Test", "number": "200510162381"}))
    assert asked.question == "När?"


def test_a_refusal_stands_beside_the_question_or_the_field_it_means() -> None:
    asked = Question()
    assert asked.refused(HubRefused("names-somebody", "d")) == (("question", REFUSALS["names-somebody"]),)
    assert asked.refused(HubRefused("malformed", "d", ("body.ageBand",))) == (("age_band", REFUSALS["malformed"]),)
