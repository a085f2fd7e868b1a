"""Brings the catalogues up to date with the texts in code and templates: `python -m services.portal.messages`."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from services.portal.language import DOMAIN, LOCALES, Language

PORTAL = Path(__file__).parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "ungettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
HEADER = "# Nattljus: the portal's texts. English is the source language; empty in English means: as in the source."

# Header lines with dates, persons and tool versions: a changed text is the only thing that may change the file.
UNWANTED = (b'"POT-Creation', b'"PO-Revision', b'"Project-Id', b'"Report-Msgid', b'"Last-Tr', b'"Language-Team', b'"Generated-By')


def extracted() -> Catalog:
    """Every text that the portal may show, with the files it stands in."""
    catalog = Catalog(domain=DOMAIN, charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(PORTAL, METHODS, OPTIONS, KEYWORDS, ("Translators:",)):
        catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalog


def po_file(language: Language) -> Path:
    """Where a language's catalogue lies."""
    return LOCALES / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"


def updated(language: Language) -> bytes:
    """The catalogue's text with new messages added and vanished ones dropped. Nothing is guessed, so nothing gets fuzzy."""
    path = po_file(language)
    source = BytesIO(path.read_bytes() if path.exists() else b"")
    catalog = read_po(source, locale=language.value, domain=DOMAIN)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER
    catalog.fuzzy = False
    for message in catalog:
        message.locations = sorted({(file, 0) for file, _line in message.locations})
    text = BytesIO()
    write_po(text, catalog, width=120, omit_header=False, sort_output=True, include_lineno=False)
    return b"".join(line for line in text.getvalue().splitlines(keepends=True) if not line.startswith(UNWANTED))


def update() -> None:
    """Write every catalogue anew."""
    for language in Language:
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(updated(language))


if __name__ == "__main__":
    update()
