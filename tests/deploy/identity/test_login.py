"""People log in: authorization code with PKCE, ID token, refresh and logout."""

import hashlib
import re
from base64 import b64encode

import httpx2
import pytest
from starlette.applications import Starlette

from deploy.local.identity.app import create_app
from deploy.local.identity.settings import Settings
from deploy.local.organisation import load
from tests.deploy.identity.portal import Portal

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"


async def test_discovery_names_every_endpoint_and_only_what_is_checked(http: httpx2.AsyncClient) -> None:
    document = (await http.get("/.well-known/openid-configuration")).json()
    assert document["issuer"] == "http://127.0.0.1:8100"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert document["response_types_supported"] == ["code"]
    endpoints = [url for name, url in document.items() if name.endswith(("_endpoint", "_uri"))]
    for url in endpoints:
        answers = [await http.get(url), await http.post(url)]
        assert {answer.status_code for answer in answers} != {404}


async def test_published_keys_hold_no_private_part(http: httpx2.AsyncClient) -> None:
    keys = (await http.get("/jwks")).json()["keys"]
    assert len(keys) == 2
    for key in keys:
        assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
        assert key["kid"]
        assert "d" not in key


async def test_a_person_logs_in(portal: Portal) -> None:
    back = await portal.choose("test-polis-farsta")
    assert (back["state"], back["iss"]) == ("state-1", "http://127.0.0.1:8100")

    answer = await portal.exchange(back["code"])
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 300)

    login = (await portal.read(tokens["id_token"])).claims
    assert (login["sub"], login["aud"], login["nonce"]) == ("test-polis-farsta", "nattljus-portal", "nonce-1")
    assert login["exp"] - login["iat"] == 300
    assert login["acr"] == LOA3
    assert login["name"] == "Test Polis Farsta"


async def test_an_access_token_says_who_for_whom_and_how_surely(portal: Portal) -> None:
    token = await portal.read((await portal.login("test-polis-farsta"))["access_token"])
    assert token.header["typ"] == "at+jwt"
    assert token.header["alg"] == "ES256"
    assert token.header["kid"]
    claims = dict(token.claims)
    assert claims.pop("exp") - claims.pop("iat") == 300
    assert claims.pop("jti")
    assert claims == {
        "iss": "http://127.0.0.1:8100",
        "sub": "test-polis-farsta",
        "aud": "nattljus",
        "client_id": "nattljus-portal",
        "scope": "openid profile https://id.oidc.se/scope/naturalPersonOrgId",
        "acr": LOA3,
        "name": "Test Polis Farsta",
        "https://id.oidc.se/claim/orgNumber": "2021000076",
        "https://id.oidc.se/claim/orgName": "Polismyndigheten",
        "https://id.oidc.se/claim/orgAffiliation": "test-polis-farsta@2021000076",
        "https://id.oidc.se/claim/orgUnit": "Lokalpolisområde Farsta",
        "nattljus_agency": "polisen",
    }


async def test_a_weaker_login_shows_as_weaker(portal: Portal) -> None:
    token = await portal.read((await portal.login("test-svag-inloggning"))["access_token"])
    assert token.claims["acr"].endswith("loa2")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
    ],
)
async def test_no_code_without_an_s256_challenge(portal: Portal, changes: dict[str, str | None]) -> None:
    back = await portal.choose("test-polis-farsta", **changes)
    assert back["error"] == "invalid_request"
    assert back["state"] == "state-1"
    assert "code" not in back


@pytest.mark.parametrize("verifier", ["", "w" * 64])
async def test_a_code_is_worth_nothing_without_its_verifier(portal: Portal, verifier: str) -> None:
    code = (await portal.choose("test-polis-farsta"))["code"]
    refused = await portal.exchange(code, code_verifier=verifier)
    assert refused.status_code == 400
    assert refused.json()["error"] in {"invalid_grant", "invalid_request"}


async def test_a_code_used_twice_ends_the_login_it_gave(portal: Portal) -> None:
    code = (await portal.choose("test-polis-farsta"))["code"]
    tokens = (await portal.exchange(code)).json()
    assert (await portal.exchange(code)).json()["error"] == "invalid_grant"
    assert (await portal.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_goes_back_to_the_address_it_was_asked_from(portal: Portal) -> None:
    code = (await portal.choose("test-polis-farsta"))["code"]
    assert (await portal.exchange(code, redirect_uri="http://127.0.0.1:8000/other")).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:8000/elsewhere"},
        {"redirect_uri": 'http://evil.example/"ö'},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": "polisen-farsta"},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(portal: Portal, changes: dict[str, str | None]) -> None:
    answer = await portal.http.get("/authorize", params=portal.request(**changes))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_person_who_does_not_exist_is_refused(portal: Portal) -> None:
    assert (await portal.choose("nobody"))["error"] == "access_denied"


async def test_someone_may_change_their_mind(portal: Portal) -> None:
    answer = await portal.http.post("/authorize", params=portal.request(), data={"cancel": "1"})
    assert "error=access_denied" in answer.headers["location"]


async def test_there_is_no_login_without_a_page(portal: Portal) -> None:
    answer = await portal.http.get("/authorize", params=portal.request(prompt="none"))
    assert "error=login_required" in answer.headers["location"]
    assert (await portal.choose("test-polis-farsta", prompt="none"))["error"] == "login_required"


async def test_a_refresh_token_works_once_and_is_replaced(portal: Portal) -> None:
    first = await portal.login("test-jour-ett")
    second = (await portal.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    renewed = (await portal.read(second["id_token"])).claims
    original = (await portal.read(first["id_token"])).claims
    assert (renewed["sub"], renewed["sid"], renewed["auth_time"]) == (original["sub"], original["sid"], original["auth_time"])
    assert (await portal.refresh(second["refresh_token"])).status_code == 200


async def test_a_refresh_token_used_twice_ends_the_login(portal: Portal) -> None:
    first = await portal.login("test-jour-ett")
    second = (await portal.refresh(first["refresh_token"])).json()
    assert (await portal.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await portal.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_token_is_worth_nothing_to_another_client(portal: Portal) -> None:
    tokens = await portal.login("test-jour-ett")
    stolen = await portal.token("socialjouren", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert stolen.json()["error"] == "unauthorized_client"
    assert (await portal.refresh(tokens["refresh_token"])).status_code == 200


async def test_logins_survive_a_restart_and_stand_nowhere_in_clear(portal: Portal, app: Starlette, settings: Settings) -> None:
    tokens = await portal.login("test-jour-ett")
    app.state.store.close()
    for file in settings.directory.iterdir():
        assert tokens["refresh_token"].encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0 or file.name.endswith(("-wal", "-shm"))
    again = create_app(settings)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=again), base_url=settings.issuer) as http:
        portal.http = http
        assert (await portal.refresh(tokens["refresh_token"])).status_code == 200
    again.state.store.close()


async def test_userinfo_says_who_the_token_is_about(portal: Portal) -> None:
    tokens = await portal.login("test-polis-farsta")
    answer = await portal.http.get("/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert answer.json()["sub"] == "test-polis-farsta"
    assert answer.json()["nattljus_agency"] == "polisen"
    for wrong in (tokens["id_token"], tokens["access_token"][:-4] + "AAAA", "x"):
        refused = await portal.http.get("/userinfo", headers={"authorization": f"Bearer {wrong}"})
        assert refused.status_code == 401
        assert "invalid_token" in refused.headers["www-authenticate"]


async def test_logging_out_ends_the_login_and_goes_back_to_the_portal(portal: Portal) -> None:
    tokens = await portal.login("test-jour-ett")
    leave = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://127.0.0.1:8000/", "state": "bye"}
    answer = await portal.http.get("/end_session", params=leave)
    assert answer.headers["location"] == "http://127.0.0.1:8000/?state=bye"
    assert (await portal.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("hint", ["", "x", "a.b.c", '{"}.ö.'])
async def test_logging_out_sends_nobody_anywhere_without_a_true_hint(portal: Portal, hint: str) -> None:
    answer = await portal.http.get(
        "/end_session", params={"id_token_hint": hint, "client_id": "nattljus-portal", "post_logout_redirect_uri": "http://127.0.0.1:8000/"}
    )
    assert answer.status_code in {200, 400}
    assert "location" not in answer.headers


async def test_the_page_lists_everyone_by_kind_and_says_that_it_is_a_test(portal: Portal) -> None:
    page = (await portal.http.get("/authorize", params=portal.request())).text
    assert "Test-identitetstjänst" in page
    assert "ingen riktig inloggning" in page
    assert set(re.findall(r'name="subject" value="([^"]+)"', page)) == {person.subject for person in load().people}
    assert '<html lang="sv">' in page
    assert "<script" not in page


@pytest.mark.parametrize(("locales", "language"), [("en", "en"), ("en-GB sv", "en"), ("sv en", "sv"), ("de", "sv")])
async def test_the_page_follows_the_reader_s_language(portal: Portal, locales: str, language: str) -> None:
    page = (await portal.http.get("/authorize", params=portal.request(ui_locales=locales))).text
    assert f'<html lang="{language}">' in page


async def test_the_page_loads_and_runs_nothing_from_anywhere(portal: Portal) -> None:
    answer = await portal.http.get("/authorize", params=portal.request())
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    style = answer.text.split("<style>")[1].split("</style>")[0]
    assert f"sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}" in policy


async def test_a_request_is_kept_whole_through_the_page(portal: Portal) -> None:
    page = (await portal.http.get("/authorize", params=portal.request(state='"><b>&x=1'))).text
    action = re.search(r'action="([^"]+)"', page)
    assert action
    answer = await portal.http.post(action[1].replace("&amp;", "&"), data={"subject": "test-ivo"})
    assert httpx2.URL(answer.headers["location"]).params["state"] == '"><b>&x=1'


async def test_a_parameter_that_stands_twice_is_refused(portal: Portal) -> None:
    assert (await portal.http.get("/authorize", params=portal.request() | {"scope": ["openid", "openid"]})).status_code == 400


async def test_a_stranger_s_name_for_this_machine_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/.well-known/openid-configuration", headers={"host": "evil.example"})
    assert answer.status_code == 400
