"""Which language a page speaks, and its catalogue: Swedish unless the reader asks for English."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from fastapi import Request

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "nattljus"
COOKIE = "nattljus-language"
QUERY = "language"


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "translate this later"
    """Marks a text for the catalogue; the page translates it."""
    return message


class Language(StrEnum):
    """The languages the pages speak; the value is also the `lang` attribute."""

    SV = "sv"
    EN = "en"

    @property
    def locale(self) -> Locale:
        """For dates: English as written in Europe, with a 24-hour clock."""
        return Locale.parse({"sv": "sv_SE", "en": "en_GB"}[self.value])

    @property
    def other(self) -> "Language":
        """What the language switch offers."""
        return Language.EN if self is Language.SV else Language.SV


def language_of(request: Request) -> Language:
    """Asked for in the address, else remembered in the cookie, else the browser's wish, else Swedish."""
    asked = (request.query_params.get(QUERY), request.cookies.get(COOKIE), *wishes(request.headers.get("accept-language", "")))
    known = {language.value: language for language in Language}
    return next((known[code] for code in asked if code in known), Language.SV)


def wishes(accept_language: str) -> Iterator[str]:
    """Primary language codes of an `Accept-Language` header, the most wanted first (RFC 9110, 12.5.4)."""
    weighted = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue  # a weight that is no number is a wish nobody can rank
    return (code for weight, code in sorted(weighted, key=lambda each: -each[0]) if weight > 0)


@cache
def catalogue(language: Language) -> Translations:
    """The translations of one language, compiled in memory from its .po file, so that no build step is needed."""
    with (LOCALES / language.value / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        messages = read_po(source, locale=language.value, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)
