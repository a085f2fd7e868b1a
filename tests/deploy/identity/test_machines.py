"""Machines log in: client_credentials with private_key_jwt, and nothing else."""

import time
from pathlib import Path

import httpx2
import pytest

from deploy.local.identity.keys import new_key
from deploy.local.identity.machines import ensure_machine_keys, key_file
from deploy.local.identity.settings import Settings
from deploy.local.machine import NoTokenError, machine_token
from tests.deploy.identity.portal import Portal

GRANT = {"grant_type": "client_credentials"}


async def test_a_machine_gets_a_token_that_says_whose_it_is(portal: Portal, settings: Settings) -> None:
    key = key_file(settings.data, "polisen-farsta")
    token = await portal.read(await machine_token(settings.issuer, "polisen-farsta", key, http=portal.http))
    assert token.header["typ"] == "at+jwt"
    claims = dict(token.claims)
    assert claims.pop("exp") - claims.pop("iat") == 300
    assert claims.pop("jti")
    assert claims == {
        "iss": settings.issuer,
        "sub": "polisen-farsta",
        "aud": "nattljus",
        "client_id": "polisen-farsta",
        "scope": "nattljus",
        "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
        "https://id.oidc.se/claim/orgNumber": "2021000076",
        "https://id.oidc.se/claim/orgName": "Polismyndigheten",
        "https://id.oidc.se/claim/orgAffiliation": "polisen-farsta@2021000076",
        "https://id.oidc.se/claim/orgUnit": "Lokalpolisområde Farsta",
        "nattljus_agency": "polisen",
    }


async def test_every_machine_can_log_in(portal: Portal, settings: Settings) -> None:
    for client_id, key in ensure_machine_keys(settings.data).items():
        if client_id != "nattljus-portal":
            assert await machine_token(settings.issuer, client_id, key, http=portal.http)


async def test_an_assertion_works_once(portal: Portal) -> None:
    assertion = portal.assertion("polisen-farsta")
    assert (await portal.token_with(assertion, **GRANT)).status_code == 200
    assert (await portal.token_with(assertion, **GRANT)).json()["error"] == "invalid_client"


async def test_an_assertion_may_name_the_token_endpoint(portal: Portal, settings: Settings) -> None:
    assertion = portal.assertion("polisen-farsta", {"aud": f"{settings.issuer}/token"})
    assert (await portal.token_with(assertion, **GRANT)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://127.0.0.1:9999"},
        {"exp": int(time.time()) - 120},
        {"exp": int(time.time()) + 7200},
        {"iss": "polisen-skarholmen"},
        {"sub": "polisen-skarholmen"},
        {"sub": "nobody", "iss": "nobody"},
        {"exp": "soon"},
    ],
)
async def test_an_assertion_that_is_not_right_is_refused(portal: Portal, changes: dict[str, str | int]) -> None:
    answer = await portal.token_with(portal.assertion("polisen-farsta", changes), **GRANT)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


async def test_another_key_is_refused(portal: Portal) -> None:
    answer = await portal.token_with(portal.assertion("polisen-farsta", key=new_key()), **GRANT)
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "ö.ö.ö", "e30.e30.", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwb2xpc2VuLWZhcnN0YSJ9."])
async def test_what_is_no_assertion_is_refused(portal: Portal, assertion: str) -> None:
    answer = await portal.token_with(assertion, **GRANT)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


async def test_the_client_id_beside_the_assertion_must_be_the_same(portal: Portal) -> None:
    same = await portal.token_with(portal.assertion("polisen-farsta"), client_id="polisen-farsta", **GRANT)
    other = await portal.token_with(portal.assertion("polisen-farsta"), client_id="socialjouren", **GRANT)
    assert same.status_code == 200
    assert other.json()["error"] == "invalid_client"


@pytest.mark.parametrize("login", [{"client_id": "polisen-farsta"}, {"client_id": "polisen-farsta", "client_secret": "x"}, {}])
async def test_there_is_no_other_way_to_log_in(http: httpx2.AsyncClient, login: dict[str, str]) -> None:
    answer = await http.post("/token", data=GRANT | login)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("grant", ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", 'ö"', ""])
async def test_there_is_no_other_grant(portal: Portal, grant: str) -> None:
    answer = await portal.token("polisen-farsta", grant_type=grant)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}


async def test_the_portal_gets_no_token_for_itself(portal: Portal) -> None:
    assert (await portal.token("nattljus-portal", **GRANT)).json()["error"] == "unauthorized_client"


async def test_a_machine_cannot_ask_for_a_person_s_token(portal: Portal) -> None:
    answer = await portal.token("polisen-farsta", scope="openid", **GRANT)
    assert "id_token" not in answer.json()
    assert "refresh_token" not in answer.json()
    code = (await portal.choose("test-jour-ett"))["code"]
    stolen = await portal.token("polisen-farsta", grant_type="authorization_code", code=code)
    assert stolen.json()["error"] == "unauthorized_client"


async def test_a_refusal_tells_the_machine_why(portal: Portal, settings: Settings, tmp_path: Path) -> None:
    ensure_machine_keys(tmp_path / "other")
    with pytest.raises(NoTokenError, match=r"polisen-farsta: .*invalid_client"):
        await machine_token(settings.issuer, "polisen-farsta", key_file(tmp_path / "other", "polisen-farsta"), http=portal.http)


async def test_keys_are_private_and_kept(settings: Settings) -> None:
    files = ensure_machine_keys(settings.data)
    before = {name: file.read_bytes() for name, file in files.items()}
    assert "nattljus-portal" in files
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files.values())
    assert {name: file.read_bytes() for name, file in ensure_machine_keys(settings.data).items()} == before


async def test_a_replaced_key_counts_at_once(portal: Portal, settings: Settings) -> None:
    old = portal.assertion("polisen-farsta")
    key_file(settings.data, "polisen-farsta").unlink()
    ensure_machine_keys(settings.data)
    assert (await portal.token_with(old, **GRANT)).json()["error"] == "invalid_client"
    assert (await portal.token("polisen-farsta", **GRANT)).status_code == 200
