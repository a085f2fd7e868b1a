"""The forms of a duty officer who gives advice: the answer, and a question back; as written, as the hub takes them, and what is wrong."""

from collections.abc import Mapping
from typing import Any

from contracts.advice import Advice
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.case_forms import KEY, STEP
from services.portal.pages.pointing import LOOKED, clear_in, unlooked
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of

CHOOSE_ADVICE = N_("Choose what your advice comes to.")
WORDS = ("text", "condition", "back")
"""The fields that are written in, and that name nobody. `back` is what is asked of the one who asked."""
NAMES = ("advice", "service", *WORDS, *(name + LOOKED for name in WORDS), KEY)
FIELDS = {
    "no-advice": "text",
    "no-condition": "condition",
    "no-service": "service",
    "unknown-service": "service",
    "nothing-asked": "back",
}


def as_written(texts: Mapping[str, str]) -> dict[str, str]:
    """Every field, with what was written in it."""
    return {name: texts.get(name, "") for name in NAMES}


def half_written(texts: Mapping[str, str]) -> bool:
    """Whether something stands in the forms that must not be lost."""
    return any(texts.get(name) for name in ("advice", "service", *WORDS))


def answer(texts: Mapping[str, str]) -> dict[str, Any]:
    """The answer as the hub takes it: a condition and a service only with the advice that they belong to."""
    body = {"advice": texts["advice"], "text": texts.get("text", "")}
    if texts["advice"] == Advice.REFER_IF and texts.get("condition"):
        body["condition"] = texts["condition"]
    if texts["advice"] == Advice.OTHER_SERVICE and texts.get("service"):
        body["service"] = texts["service"]
    return body


def problems(texts: Mapping[str, str]) -> Problems:
    """What can be seen of an answer without asking."""
    if not texts.get("advice"):
        return (("advice", CHOOSE_ADVICE),)
    return unlooked(texts, ["text", "condition"] if texts["advice"] == Advice.REFER_IF else ["text"])


def place_of(refused: HubRefused, texts: Mapping[str, str]) -> Problems:
    """Where on the page a refusal belongs, and its words."""
    if refused.code == "names-somebody":
        return tuple((name, words_of(refused)) for name in clear_in(texts, WORDS) or [STEP])
    return ((FIELDS.get(refused.code, STEP), words_of(refused)),)
