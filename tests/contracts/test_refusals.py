"""Refusals are sentences that people read: what is wrong, and what to do next."""

import importlib
import pkgutil
import re

import pytest

import services
from contracts.refusals import Malformed, Refused

for _module in pkgutil.walk_packages(services.__path__, "services."):
    importlib.import_module(_module.name)


def all_of(kind: type[Refused]) -> list[type[Refused]]:
    return [kind, *(each for sub in kind.__subclasses__() for each in all_of(sub))]


REFUSALS = sorted(set(all_of(Refused)), key=lambda each: each.__qualname__)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: each.__name__)
def test_it_explains_itself_in_whole_sentences(refusal: type[Refused]) -> None:
    said = refusal().explanation
    assert said[0].isupper()
    assert said.endswith(".")
    assert "\n" not in said
    assert "`" not in said, "this is for people, not for programmers"
    assert len(said) <= 250


@pytest.mark.parametrize("refusal", [each for each in REFUSALS if each is not Refused], ids=lambda each: each.__name__)
def test_it_says_what_to_do_next(refusal: type[Refused]) -> None:
    said = refusal().explanation
    assert len(re.findall(r"[.:;] ", said)) >= 1 or re.match(r"(Write|Record|Open|Say|Invite|Make|Choose)\b", said), said


def test_names_for_machines_are_unique() -> None:
    codes = [each().code for each in REFUSALS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_an_explanation_is_the_class_own() -> None:
    assert Malformed().explanation != Refused().explanation
    assert [each.__name__ for each in REFUSALS if not each.__dict__.get("__doc__")] == []
