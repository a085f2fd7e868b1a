"""Keeps consultations nameless: finds what could tell who the child is in a free text."""

import re
from enum import StrEnum

from contracts.refusals import Malformed


class Revealing(StrEnum):
    """Kinds of text that point at a person."""

    IDENTITY_NUMBER = "identity_number"
    TELEPHONE = "telephone"
    EMAIL = "email"


class NamesSomebody(Malformed):
    """The text holds an identity number, a telephone number or an e-mail address.

    Take it out: a consultation names nobody. If you want to name the child, make a referral.
    """


PATTERNS = {
    Revealing.IDENTITY_NUMBER: re.compile(r"(?<!\d)(?:\d{2})?\d{6} ?[-+\u2013]? ?\d{4}(?!\d)"),
    Revealing.TELEPHONE: re.compile(r"(?<![\d-])(?:\+46|0046|0)(?: ?\(0\))?(?:[ /\u2013-]?\d){7,10}(?!\d)"),
    Revealing.EMAIL: re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
}


def revealing(text: str) -> set[Revealing]:
    """The kinds of revealing text found."""
    return {kind for kind, pattern in PATTERNS.items() if pattern.search(text)}


def refuse_names(text: str) -> None:
    """Raises NamesSomebody, naming the kinds found and never the text itself."""
    if found := revealing(text):
        raise NamesSomebody(", ".join(sorted(found)))
