"""Pointing out what tells, or may tell, who somebody is: beside the text by the page's script, and by the server for those without."""

import json
from collections.abc import Iterable, Mapping

from contracts.nameless import KNOWN, PATTERNS, pieces
from services.portal.labels import REVEALING
from services.portal.language import N_, Language, catalogue
from services.portal.pages.problems import Problems

LOOK_AGAIN = N_("Look at what is pointed out below the text. If it names nobody, send again.")
LOOKED = "_looked"
"""Ends the name of the hidden field that says which pieces of a text its writer has been shown."""


def rules(language: Language) -> str:
    """What the page's script looks for and what it says then, as JSON: `{piece}` stands for what was found."""
    words = {kind: catalogue(language).ugettext(said) % {"piece": "{piece}"} for kind, said in REVEALING.items()}
    patterns = {kind: "|".join(found) for kind, found in PATTERNS.items()}
    return json.dumps({"patterns": patterns, "known": KNOWN, "words": words}, ensure_ascii=False)


def sentences(text: str, language: Language) -> list[str]:
    """What is to be said about a text, in the reader's language."""
    return [catalogue(language).ugettext(REVEALING[piece.kind]) % {"piece": piece.text} for piece in pieces(text)]


def shown(text: str) -> str:
    """What the hidden field says when all of it stands beside the text."""
    return json.dumps([piece.text for piece in pieces(text)], ensure_ascii=False)


def unlooked(texts: Mapping[str, str], names: Iterable[str]) -> Problems:
    """The fields with something that may tell who somebody is, and that its writer has not been shown. Once shown, it is sent.

    What is clear the hub refuses; then everything is shown at once.
    """
    names = list(names)
    if clear_in(texts, names):
        return ()
    return tuple((name, LOOK_AGAIN) for name in names if _unclear(texts.get(name, "")) - _seen(texts.get(name + LOOKED, "")))


def clear_in(texts: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """The fields that hold what the hub refuses."""
    return [name for name in names if any(piece.clear for piece in pieces(texts.get(name, "")))]


def _unclear(text: str) -> set[str]:
    return {piece.text for piece in pieces(text) if not piece.clear}


def _seen(field: str) -> set[str]:
    """The pieces in the hidden field; none in one that somebody has made up."""
    try:
        said = json.loads(field or "[]")
    except ValueError:
        return set()
    return {each for each in said if isinstance(each, str)} if isinstance(said, list) else set()
