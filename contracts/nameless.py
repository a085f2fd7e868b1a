"""Keeps consultations nameless: finds what tells, or may tell, who somebody is in a free text.

The patterns are written in what Python and browsers read alike: the page's script is handed them, and one table of examples holds both.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from contracts.refusals import Malformed


class Revealing(StrEnum):
    """Kinds of text that point at a person."""

    IDENTITY_NUMBER = "identity_number"
    TELEPHONE = "telephone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"


class NamesSomebody(Malformed):
    """The text holds an identity number, a telephone number or an e-mail address.

    Take it out: a consultation names nobody. If you want to name the child, make a referral.
    """


CLEAR = frozenset({Revealing.IDENTITY_NUMBER, Revealing.TELEPHONE, Revealing.EMAIL})
"""What is refused. The others may be something else: they are pointed out, and the writer decides."""

_UPPER, _LOWER = "A-ZÅÄÖÉÜÆØČŁŠŽÇ", "a-zåäöéèüæøáíóčćłšžçñ"
_STREET = "gatan|vägen|gränd|gränden|stigen|torget|allén|backen|slingan|kroken|svängen|stråket|esplanaden"
_DAY = "(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])"
_HOUSE = "[0-9]{1,4} ?[A-Za-z]?(?![0-9A-Za-z])"

PATTERNS: dict[Revealing, tuple[str, ...]] = {
    Revealing.IDENTITY_NUMBER: (
        # ten or twelve digits: personnummer, samordningsnummer, reservnummer that begin with 99
        "(?<![0-9])(?:[0-9]{2} ?)?[0-9]{6} ?[-+]? ?[0-9]{2} ?[0-9]{2}(?![0-9])",
        # the same with the date written apart, also with a day raised by 60
        f"(?<![0-9])(?:19|20)?[0-9]{{2}}[ ./-](?:0[1-9]|1[0-2])[ ./-]{_DAY} ?[-+ ./] ?[0-9]{{2}} ?[0-9]{{2}}(?![0-9])",
        # reserve numbers with letters, of a region and of the country
        "(?<![0-9A-Za-z])(?:19|20)[0-9]{6}-?(?=[0-9]{0,2}[A-Za-z])[0-9A-Za-z]{3}[0-9](?![0-9A-Za-z])",
        "(?<![0-9A-Za-z])[A-HJ-NPR-UX-Z]{2}[0-9]{6}[0-9A-HJ-NPR-UX-Z]{2}[0-9]{2}(?![0-9A-Za-z])",
    ),
    Revealing.TELEPHONE: (
        "(?<![0-9-])\\(?(?:\\+46|0046|0)(?: ?\\(0\\))?(?:[ )/-]{0,3}[0-9]){7,10}(?![0-9])",
        "(?<![0-9])(?:\\+|00)[1-9](?:[ ()/-]{0,3}[0-9]){7,13}(?![0-9])",
        "(?<![0-9.])0[0-9]{1,3}\\.[0-9]{3}\\.[0-9]{2}\\.?[0-9]{2,3}(?![0-9])",
        "(?:[Tt]el|[Tt]fn|[Rr]ing|[Mm]obil|[Pp]hone|[Cc]all)[^0-9\\n]{0,15}[0-9](?:[ -]?[0-9]){6,9}(?![0-9])",
    ),
    Revealing.EMAIL: ("[^\\s@]{1,64} ?(?:@|\\(at\\)|\\[at\\]) ?[^\\s@]{1,64}\\.[^\\s@.]{2,}",),
    Revealing.ADDRESS: (
        f"[{_UPPER}][{_LOWER}]+(?:{_STREET})(?![{_LOWER}])(?: {_HOUSE})?",
        f"(?<![{_UPPER}{_LOWER}])[{_LOWER}]{{3,}}(?:{_STREET}) {_HOUSE}",
        f"(?<![0-9])[1-9][0-9]{{2}} [0-9]{{2}} [{_UPPER}][{_LOWER}]+",
        "(?:[Ll]gh|[Ll]ägenhet|[Pp]ortkod|[Bb]ox)\\.? ?[0-9]{2,5}(?![0-9])",
        "(?<![0-9])[0-9]{1,4} [A-Z][a-z]+ (?:Street|Road|Avenue|Lane|Drive|Square)(?![a-z])",
    ),
    Revealing.NAME: (
        # two words with capitals, and one in the midst of a sentence: Swedish writes no other words so
        f"(?<![{_UPPER}{_LOWER}0-9])[{_UPPER}][{_LOWER}]+(?:[ -][{_UPPER}][{_LOWER}]+)+(?![{_UPPER}{_LOWER}])",
        f"(?<=[{_LOWER}0-9,;)] )[{_UPPER}][{_LOWER}]+(?![{_UPPER}{_LOWER}])",
    ),
}
KNOWN = (
    *("barnahus", "barnakuten", "barnombudsmannen", "bris", "försäkringskassan", "islandsmodellen", "karolinska", "kriminalvården"),
    *("maria", "migrationsverket", "polisen", "region", "sachsska", "sankt", "skatteverket", "socialjouren", "socialnämnden"),
    *("socialstyrelsen", "socialtjänsten", "stockholm", "stockholms", "sverige", "sweden", "swedish", "åklagaren"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june"),
    *("july", "august", "september", "october", "november", "december", "christmas", "easter"),
)
"""Words with capitals that name nobody. A piece of nothing but these is not pointed out."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_BLANKS = re.compile("[^\\S\\n]")


class Piece(NamedTuple):
    """A piece of text that points at somebody, in the spelling in which it was looked for."""

    kind: Revealing
    text: str

    @property
    def clear(self) -> bool:
        """Whether it is refused."""
        return self.kind in CLEAR


def plain(text: str) -> str:
    """The text as it is looked at: dashes, blanks and digits of one kind each, and nothing that cannot be seen."""
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _BLANKS.sub(" ", _DASHES.sub("-", seen))


@cache
def _compiled(kind: Revealing) -> re.Pattern[str]:
    return re.compile("|".join(PATTERNS[kind]))


def pieces(text: str) -> list[Piece]:
    """What points at somebody, the clear kinds first, each piece once."""
    return list(dict.fromkeys(_pieces(plain(text))))


def _pieces(text: str) -> Iterator[Piece]:
    for kind in Revealing:
        found = [each.group() for each in _compiled(kind).finditer(text)]
        yield from (Piece(kind, each.strip()) for each in found if not _known(kind, each))
        text = _compiled(kind).sub("\n", text)  # what is one thing is not looked at again as another


def _known(kind: Revealing, piece: str) -> bool:
    return kind is Revealing.NAME and all(word.lower() in KNOWN for word in re.split("[ -]", piece))


def refuse_names(*texts: str | None) -> None:
    """Raises NamesSomebody for what is clear, naming the kinds found and never the text itself."""
    if found := _clear([text for text in texts if text]):
        raise NamesSomebody(", ".join(found))


def _clear(texts: Sequence[str]) -> list[Revealing]:
    return sorted({piece.kind for text in texts for piece in pieces(text) if piece.clear})
