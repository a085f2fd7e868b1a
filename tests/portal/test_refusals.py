"""Every refusal that the hub can give has words of its own for people."""

import importlib
import pkgutil
from collections.abc import Iterator

import contracts
import services
from contracts.refusals import Refused
from services.portal.hub import HubRefused
from services.portal.refusals import REFUSALS, words_of


def every_refusal() -> Iterator[type[Refused]]:
    """`Refused` and all its subclasses in contracts/ and services/."""
    for package in (contracts, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = [Refused]
    for each in found:
        found += [below for below in each.__subclasses__() if below not in found]
    return (each for each in found if each.__module__.startswith(("contracts.", "services.")))


def test_every_refusal_has_its_words_and_no_word_is_left_over() -> None:
    assert {refusal().code for refusal in every_refusal()} == set(REFUSALS)


def test_an_unknown_refusal_speaks_the_hubs_english() -> None:
    assert words_of(HubRefused("brand-new", "Do this instead.")) == "Do this instead."
    assert words_of(HubRefused("no-worry", "x")) == REFUSALS["no-worry"]
