"""What is wrong with a form: which field, and what to say beside it."""

from collections import defaultdict
from collections.abc import Iterable

from services.portal.language import Language, catalogue

Problems = tuple[tuple[str, str], ...]
"""(name of the field, message id) pairs, in the order of the page."""


def spoken(problems: Iterable[tuple[str, str]], language: Language) -> list[tuple[str, str]]:
    """The same in the reader's language."""
    return [(name, catalogue(language).ugettext(message)) for name, message in problems]


def beside(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What to say beside each field: the first thing that is wrong with it, and nothing where nothing is."""
    return defaultdict(str, reversed(list(said)))
