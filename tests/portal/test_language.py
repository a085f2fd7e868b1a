"""Which language a page speaks, and that nothing is left untranslated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.messages.pofile import read_po
from fastapi import Request

from services.portal import messages, times
from services.portal.language import Language, language_of


def request(query: str = "", cookie: str = "", accept: str = "") -> Request:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accept.encode())]
    return Request({"type": "http", "path": "/", "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        ("", "", "", Language.SV),
        ("", "", "fi", Language.SV),
        ("", "", "en-GB,en;q=0.9,sv;q=0.1", Language.EN),
        ("", "", "en;q=0.4, sv;q=0.5", Language.SV),
        ("", "", "en;q=lots", Language.SV),
        ("", "", "en;q=0", Language.SV),
        ("", "nattljus-language=sv", "en", Language.SV),
        ("language=en", "nattljus-language=sv", "sv", Language.EN),
        ("language=tlh", "", "en", Language.EN),
    ],
)
def test_address_goes_before_cookie_before_browser_before_swedish(query: str, cookie: str, accept: str, language: Language) -> None:
    assert language_of(request(query, cookie, accept)) is language


@pytest.mark.parametrize("language", Language)
def test_the_catalogues_hold_every_text_of_code_and_templates(language: Language) -> None:
    assert messages.po_file(language).read_bytes() == messages.updated(language), "run `python -m services.portal.messages`"


def test_every_text_has_a_swedish_translation_with_the_same_placeholders() -> None:
    with messages.po_file(Language.SV).open("rb") as file:
        catalog = read_po(file, locale="sv")
    for message in catalog:
        assert all(message.string if isinstance(message.string, tuple) else (message.string,)), message.id
        assert not message.fuzzy or not message.id, message.id
        assert not list(message.check(catalog)), message.id


def test_times_are_stockholms_in_the_readers_words() -> None:
    at = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
    assert times.moment(at, Language.SV) == '<time datetime="2026-11-22T23:40:00Z">mån 23 nov. 00:40</time>'
    assert times.moment(at, Language.EN) == '<time datetime="2026-11-22T23:40:00Z">Mon 23 Nov 00:40</time>'
    assert times.day(date(2026, 3, 2), Language.SV) == '<time datetime="2026-03-02">2 mars 2026</time>'
    with pytest.raises(ValueError, match="without a zone"):
        times.moment(datetime(2026, 11, 22), Language.SV)  # noqa: DTZ001  the very mistake


@pytest.mark.parametrize(
    ("length", "swedish", "english"),
    [
        (timedelta(seconds=59), "0 min", "0 min"),
        (timedelta(minutes=-71), "1 h 11 min", "1 h 11 min"),
        (timedelta(hours=47), "47 h 0 min", "47 h 0 min"),
        (timedelta(days=13, hours=23), "13 dagar", "13 days"),
    ],
)
def test_spans_are_rounded_down(length: timedelta, swedish: str, english: str) -> None:
    assert times.span(length, Language.SV) == swedish
    assert times.span(length, Language.EN) == english
