"""The pages that need no login, in both languages: content, headers, static files, and what people read when something fails."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI

from contracts.aims import AIMS
from services.portal.app import create_app
from services.portal.errors import HubSilent
from services.portal.language import Language
from tests.portal.parts import PORTAL, browser, portal_settings
from tests.portal.sampling import CONTEXTS, add_samples

PAGES = ["/", "/?next=/board", "/accessibility", "/legal", *(f"/sample/{name}" for name in CONTEXTS)]


@pytest.fixture
def app() -> FastAPI:
    app = create_app(portal_settings())
    add_samples(app)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the secret name of a child")

    @app.get("/silent")
    async def silent() -> None:
        raise HubSilent

    @app.get("/count/{number}")
    async def count(number: int) -> int:
        return number

    return app


class Page(HTMLParser):
    """What a page holds: inline scripts and styles, headings, landmarks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.tags: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        self.tags.append(tag)
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""
        if tag == "style" or (tag == "script" and "src" not in names) or "style" in names or any(name.startswith("on") for name in names):
            self.inline.append(tag)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("address", PAGES)
async def test_a_page_speaks_one_language_and_needs_nothing_inline(app: FastAPI, address: str, language: Language) -> None:
    async with browser(app, **{"accept-language": language.value}) as person:
        answer = await person.get(address)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.language == answer.headers["content-language"] == language.value
    assert page.inline == []
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert "112" in answer.text


async def test_the_legal_notes_list_the_hubs_own_limits_and_call_none_of_them_law(app: FastAPI) -> None:
    async with browser(app, **{"accept-language": "en"}) as person:
        rows = unescape((await person.get("/legal")).text).split("<tr")
    for aim in AIMS:
        (row,) = [each for each in rows if aim.english[1:] in each]
        assert "In no law" in row
        assert "practice, not law" in row


async def test_the_language_switch_is_remembered(app: FastAPI) -> None:
    async with browser(app) as person:
        switched = await person.get("/legal?language=en")
        assert switched.cookies["nattljus-language"] == "en"
        assert "Rules and secrecy" in (await person.get("/legal")).text
        assert 'href="/legal?language=sv"' in switched.text


async def test_every_answer_carries_the_security_headers(app: FastAPI) -> None:
    async with browser(app) as person:
        for address in ("/", "/nowhere", "/broken", "/livez"):
            headers = (await person.get(address)).headers
            assert "default-src 'none'; script-src 'self'; style-src 'self';" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"
            assert "camera=()" in headers["permissions-policy"]


async def test_static_files_are_kept_for_ever_under_their_content_hash(app: FastAPI) -> None:
    async with browser(app) as person:
        addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', (await person.get("/")).text)
        assert len(addresses) == 6
        for address in addresses:
            answer = await person.get(address)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        older = await person.get("/static/000000000000/nattljus.css")
        assert (older.status_code, older.headers["cache-control"]) == (200, "no-cache")
        assert (await person.get("/static/000000000000/../app.py")).status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere", 404, "Här finns inget"),
        ("/count/many", 422, "Något i formuläret gick inte att läsa"),
        ("/broken", 500, "Något gick fel hos oss"),
        ("/silent", 502, "Navet svarar inte"),
    ],
)
async def test_trouble_says_what_happened_and_what_to_do(app: FastAPI, address: str, status: int, words: str) -> None:
    async with browser(app) as person:
        answer = await person.get(address)
    assert answer.status_code == status
    assert words in answer.text
    assert "child" not in answer.text
    assert ("Referens till supporten" in answer.text) == (status >= 500)


async def test_the_log_says_where_but_nothing_of_what(app: FastAPI, capfd: pytest.CaptureFixture[str]) -> None:
    async with browser(app) as person:
        reference = re.search(r"[0-9a-f]{8}", (await person.get("/broken")).text.partition("Referens")[2])
    out, err = capfd.readouterr()
    assert reference is not None
    assert reference[0] in out + err
    assert "test_pages.py" in out + err
    assert "secret name" not in out + err


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"sec-fetch-site": "same-origin", "origin": PORTAL}, 404),
        ({"sec-fetch-site": "", "origin": PORTAL}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8100"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": PORTAL}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 403),
        ({"sec-fetch-site": "none"}, 403),
    ],
)
async def test_a_form_comes_from_our_own_pages_or_is_refused(app: FastAPI, headers: dict[str, str], status: int) -> None:
    async with browser(app, **headers) as person:
        assert (await person.post("/nowhere")).status_code == status
        assert (await person.get("/legal")).status_code == 200


async def test_an_older_browser_says_origin_alone(app: FastAPI) -> None:
    async with browser(app) as person:
        del person.headers["sec-fetch-site"]
        assert (await person.post("/nowhere", headers={"origin": PORTAL})).status_code == 404
        assert (await person.post("/nowhere", headers={"origin": "https://elsewhere.example"})).status_code == 403
        assert (await person.post("/nowhere")).status_code == 403


@pytest.mark.real
async def test_not_ready_without_its_database(app: FastAPI) -> None:
    async with browser(app) as person:
        answer = await person.get("/readyz")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert (await person.get("/livez")).status_code == 200


def test_plain_http_is_for_this_machine_alone() -> None:
    with pytest.raises(ValueError, match="NATTLJUS_PORTAL"):
        create_app(portal_settings(portal="http://nattljus.example"))


def test_every_template_is_shown_by_a_page_or_another_template() -> None:
    """A template that nothing names would be text nobody has looked at."""
    portal = Path(__file__).parents[2] / "services/portal"
    sources = "".join(path.read_text() for path in (*portal.rglob("*.py"), *portal.rglob("templates/**/*.html")))
    names = [path.relative_to(portal / "templates").as_posix() for path in (portal / "templates").rglob("*.html")]
    assert [name for name in names if f'"{name}"' not in sources] == []
