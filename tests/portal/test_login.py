"""Logging in at the test identity provider, being somebody, and logging out; and every answer that must not be trusted."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.local.identity.app import create_app as create_provider
from deploy.local.identity.settings import Settings as ProviderSettings
from deploy.local.organisation import load
from services.portal.app import create_app
from services.portal.login import LoggedIn, LoggedInBackground
from services.portal.sessions import SESSION
from tests.portal.parts import ISSUER, PORTAL, browser, key_of, portal_settings
from tests.stack import Servers

CALLBACK = f"{PORTAL}/login/callback"
SOMEONE = next(iter(load().people_by_subject))
ELSEWHERE = ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:1", "", "/a\nb"]
LATER = timedelta(minutes=10)  # the access token has ended, the session has not


class Clock:
    """A clock that can be set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Network(httpx2.AsyncBaseTransport):
    """What the portal reaches without the browser: the issuer, and a hub that knows nobody."""

    def __init__(self, issuer: httpx2.AsyncBaseTransport) -> None:
        self._issuer = issuer

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if str(request.url).startswith(ISSUER):
            return await self._issuer.handle_async_request(request)
        return httpx2.Response(404, json={})


class Stage:
    """A portal and an identity provider in this process, and a person's browser."""

    def __init__(self, app: FastAPI, issuer: httpx2.AsyncClient, person: httpx2.AsyncClient, engine: AsyncEngine, clock: Clock) -> None:
        self.app, self.issuer, self.person, self.engine, self.clock = app, issuer, person, engine, clock

    async def question(self, next_: str = "/") -> str:
        """Start a login; the address at the issuer."""
        answer = await self.person.get("/login", params={"next": next_})
        assert answer.status_code == 303
        return answer.headers["location"]

    async def chosen(self, address: str) -> str:
        """Choose who to be at the issuer; the address back at the portal."""
        answer = await self.issuer.post(address, data={"subject": SOMEONE})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def log_in(self, next_: str = "/whoami") -> httpx2.Response:
        """A whole login; the answer that sets the session cookie."""
        return await self.person.get(await self.chosen(await self.question(next_)))

    async def rows(self) -> int:
        """How many sessions there are."""
        async with self.engine.connect() as connection:
            return len((await connection.execute(select(SESSION.c.id_hash))).all())


@pytest.fixture
async def stage(servers: Servers, tmp_path: Path) -> AsyncIterator[Stage]:
    provider = create_provider(ProviderSettings(environment="local", issuer=ISSUER, portal=PORTAL, data=tmp_path))
    engine = create_async_engine(servers.dsn("nattljus_portal").replace("postgresql://", "postgresql+asyncpg://"))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(provider.router.lifespan_context(provider))
        issuer = await stack.enter_async_context(httpx2.AsyncClient(transport=httpx2.ASGITransport(app=provider), base_url=ISSUER))
        back_channel = httpx2.AsyncClient(transport=Network(httpx2.ASGITransport(app=provider)))
        app = create_app(portal_settings(servers.dsn("nattljus_portal"), key_of(tmp_path)), back_channel)
        await stack.enter_async_context(app.router.lifespan_context(app))
        clock = Clock()
        object.__setattr__(app.state.portal, "now", clock)
        add_routes(app)
        async with engine.begin() as connection:
            await connection.execute(delete(SESSION))
        yield Stage(app, issuer, await stack.enter_async_context(browser(app)), engine, clock)
    await engine.dispose()


def add_routes(app: FastAPI) -> None:
    @app.get("/whoami")
    async def whoami(session: LoggedIn) -> dict[str, str]:
        return {"name": session.person.name, "unit": session.person.unit_name, "token": session.tokens.access_token}

    @app.get("/board/rows")
    async def rows(session: LoggedInBackground) -> str:
        return session.person.name

    @app.post("/referrals")
    async def send(session: LoggedIn) -> str:
        return session.person.name


async def test_a_login_leads_to_where_the_person_wanted_to_go(stage: Stage) -> None:
    answer = await stage.log_in("/whoami?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/whoami?x=1")
    who = (await stage.person.get("/whoami")).json()
    assert who["name"]
    assert who["unit"]
    first = await stage.person.get("/")
    assert who["name"] in first.text
    assert "Logga ut" in first.text


async def test_the_question_has_everything_that_binds_the_answer_to_it(stage: Stage) -> None:
    query = parse_qs(urlsplit(await stage.question()).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [CALLBACK]
    assert query["ui_locales"] == ["sv"]
    assert all(len(query[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(await stage.question()).query)
    assert all(query[name] != again[name] for name in ("state", "nonce", "code_challenge"))


async def test_the_cookie_says_nothing_and_only_the_server_reads_it(stage: Stage) -> None:
    cookie = (await stage.log_in()).headers.get_list("set-cookie")[0]
    assert re.fullmatch(r"nattljus=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", cookie)


async def test_over_tls_the_cookie_is_bound_to_the_host(stage: Stage) -> None:
    app = create_app(portal_settings(portal="https://nattljus.example"), stage.app.state.portal.login._http)
    async with browser(app, base="https://nattljus.example") as person:
        cookie = (await person.get("/login")).headers["set-cookie"]
    assert cookie.startswith("__Host-nattljus-login=")
    assert cookie.endswith("HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")


async def test_a_login_gets_a_new_id_and_ends_the_one_before(stage: Stage) -> None:
    stage.person.cookies.set("nattljus", "planted-by-somebody", domain="127.0.0.1", path="/")
    await stage.log_in()
    first = stage.person.cookies.get("nattljus", domain="127.0.0.1")
    assert first != "planted-by-somebody"
    await stage.log_in()
    assert stage.person.cookies.get("nattljus", domain="127.0.0.1") != first
    assert await stage.rows() == 1


async def test_without_a_session_a_page_asks_for_login_and_remembers_where_to(stage: Stage) -> None:
    answer = await stage.person.get("/whoami")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?next=%2Fwhoami")
    first_page = (await stage.person.get(answer.headers["location"])).text
    assert 'href="/login?next=%2Fwhoami"' in first_page
    assert "Logga in för att fortsätta" in first_page


async def test_a_piece_of_a_page_sends_the_whole_page_to_the_login(stage: Stage) -> None:
    headers = {"hx-request": "true", "hx-current-url": f"{PORTAL}/board"}
    answer = await stage.person.get("/board/rows", headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/?next=%2Fboard")


async def test_a_form_sent_too_late_keeps_what_was_written(stage: Stage) -> None:
    answer = await stage.person.post("/referrals", data={"worry": 'They "fight" <every> night', "category": ["a", "b"]})
    assert answer.status_code == 401
    assert 'name="worry" value="They &#34;fight&#34; &lt;every&gt; night"' in answer.text
    assert answer.text.count('name="category"') == 2
    assert 'action="/referrals"' in answer.text


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_a_login_never_leads_elsewhere(stage: Stage, address: str) -> None:
    assert (await stage.log_in(address)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("before", "after"), [("state=", "state=x"), ("code=", "code=x"), ("iss=", "iss=x"), ("code=", "error=access_denied&x=")]
)
async def test_an_answer_that_was_changed_is_no_login(stage: Stage, before: str, after: str) -> None:
    address = await stage.chosen(await stage.question())
    answer = await stage.person.get(address.replace(before, after, 1))
    assert answer.status_code == 400
    assert "Inloggningen fungerade inte" in answer.text
    assert await stage.rows() == 0


async def test_an_answer_counts_once_and_in_the_browser_that_asked(stage: Stage) -> None:
    address = await stage.chosen(await stage.question())
    async with browser(stage.app) as stranger:
        assert (await stranger.get(address)).status_code == 400
    assert (await stage.person.get(address)).status_code == 303
    assert (await stage.person.get(address)).status_code == 400


async def test_a_token_about_to_end_is_renewed_on_the_way(stage: Stage) -> None:
    await stage.log_in()
    first = (await stage.person.get("/whoami")).json()["token"]
    assert (await stage.person.get("/whoami")).json()["token"] == first
    stage.clock.ahead = LATER
    assert (await stage.person.get("/whoami")).json()["token"] != first


async def test_a_login_that_the_issuer_will_not_renew_is_over(stage: Stage) -> None:
    await stage.log_in()
    stage.clock.ahead = LATER
    refused = httpx2.MockTransport(lambda _request: httpx2.Response(400, json={"error": "invalid_grant"}))
    stage.app.state.portal.login._http._transport = refused
    assert (await stage.person.get("/whoami")).status_code == 303
    assert await stage.rows() == 0


async def test_a_silent_issuer_ends_nobodys_session_and_is_said_plainly(stage: Stage) -> None:
    await stage.log_in()

    def silent(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    heard = stage.app.state.portal.login._http._transport
    stage.app.state.portal.login._http._transport = httpx2.MockTransport(silent)
    stage.clock.ahead = timedelta(minutes=4, seconds=30)
    assert (await stage.person.get("/whoami")).status_code == 200, "the token still holds"
    stage.clock.ahead = LATER
    answer = await stage.person.get("/whoami")
    assert answer.status_code == 502
    assert "Inloggningstjänsten svarar inte" in answer.text
    stage.app.state.portal.login._http._transport = heard
    assert (await stage.person.get("/whoami")).status_code == 200


async def test_logging_out_ends_the_session_here_and_at_the_issuer(stage: Stage) -> None:
    await stage.log_in()
    kept = stage.person.cookies.get("nattljus", domain="127.0.0.1")
    answer = await stage.person.post("/logout")
    assert answer.status_code == 303
    there = urlsplit(answer.headers["location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{ISSUER}/end_session"
    query = parse_qs(there.query)
    assert query["post_logout_redirect_uri"] == [f"{PORTAL}/"]
    assert query["id_token_hint"]
    assert await stage.rows() == 0
    stage.person.cookies.set("nattljus", str(kept), domain="127.0.0.1", path="/")
    assert (await stage.person.get("/whoami")).status_code == 303


async def test_logging_out_without_a_session_leads_to_the_first_page(stage: Stage) -> None:
    assert (await stage.person.post("/logout")).headers["location"] == "/"
