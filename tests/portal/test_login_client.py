"""Every check on what an issuer answers, each with an answer that fails it alone."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey

from services.kit.auth.client import IssuerSilent, LoginClient, LoginRefused, Question, RefreshRefused, Tokens

ISSUER = "https://issuer.example"
CLIENT = "nattljus-portal"
QUESTION = Question("state", "nonce", "verifier")
GOOD_ANSWER = {"state": "state", "code": "code", "iss": ISSUER}
Claims = dict[str, Any]


class Issuer:
    """An issuer whose token answer can be bent."""

    def __init__(self) -> None:
        self.key: Key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
        self.published: list[Key] = [self.key]
        self.metadata: Claims = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }
        self.claims: Claims = {"iss": ISSUER, "sub": "sara", "aud": CLIENT, "nonce": "nonce", "iat": self.now(), "exp": self.now() + 300}
        self.header = {"alg": "ES256", "kid": "one"}
        self.reply: Claims = {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "refresh_token": "again"}
        self.status = 200
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []

    @staticmethod
    def now() -> int:
        return int(time.time())

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        match request.url.path:
            case "/jwks":
                return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})
            case "/token":
                self.forms.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
                signed = {"id_token": jwt.encode(self.header, self.claims, self.key)} if self.claims else {}
                return httpx2.Response(self.status, json=signed | self.reply)
            case _:
                return httpx2.Response(200, json=self.metadata)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def own_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "portal"})


@pytest.fixture
def client(issuer: Issuer, own_key: ECKey) -> LoginClient:
    return LoginClient(
        httpx2.AsyncClient(transport=httpx2.MockTransport(issuer)),
        issuer=ISSUER,
        client_id=CLIENT,
        client_key=json.dumps(own_key.as_dict(private=True)),
        redirect_uri="https://nattljus.example/login/callback",
        scope="openid",
    )


async def test_a_good_answer_is_a_login(client: LoginClient, issuer: Issuer) -> None:
    tokens = await client.answer(QUESTION, GOOD_ANSWER)
    assert (tokens.access_token, tokens.refresh_token, tokens.claims["sub"]) == ("access", "again", "sara")
    assert tokens.expires_at == pytest.approx(time.time() + 300, abs=5)
    assert issuer.forms[0]["code_verifier"] == "verifier"


async def test_the_client_proves_itself_with_its_key_for_one_minute_and_one_use(
    client: LoginClient, issuer: Issuer, own_key: ECKey
) -> None:
    await client.answer(QUESTION, GOOD_ANSWER)
    await client.answer(QUESTION, GOOD_ANSWER)
    first, second = (jwt.decode(form["client_assertion"], own_key, algorithms=["ES256"]) for form in issuer.forms)
    assert first.header["kid"] == "portal"
    assert (first.claims["iss"], first.claims["sub"], first.claims["aud"]) == (CLIENT, CLIENT, f"{ISSUER}/token")
    assert first.claims["exp"] - first.claims["iat"] == 60
    assert first.claims["jti"] != second.claims["jti"]
    assert "client_secret" not in issuer.forms[0]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "other"},
        {"state": ""},
        {"iss": "https://other.example"},
        {"iss": ""},
        {"code": ""},
        {"error": "access_denied"},
    ],
    ids=str,
)
async def test_an_answer_to_another_question_is_refused(client: LoginClient, change: dict[str, str]) -> None:
    with pytest.raises(LoginRefused):
        await client.answer(QUESTION, GOOD_ANSWER | change)


async def test_an_issuer_that_promises_to_name_itself_must(client: LoginClient, issuer: Issuer) -> None:
    answer = {"state": "state", "code": "code"}
    with pytest.raises(LoginRefused, match="another issuer"):
        await client.answer(QUESTION, answer)
    issuer.metadata["authorization_response_iss_parameter_supported"] = False
    client._found = None
    assert (await client.answer(QUESTION, answer)).access_token


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": ""},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
async def test_an_id_token_that_fails_one_check_is_refused(client: LoginClient, issuer: Issuer, change: Claims) -> None:
    issuer.claims |= change
    with pytest.raises(LoginRefused):
        await client.answer(QUESTION, GOOD_ANSWER)


def _unsigned(issuer: Issuer) -> None:
    issuer.reply["id_token"] = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzYXJhIn0."


def _foreign_key(issuer: Issuer) -> None:
    issuer.key = ECKey.generate_key("P-256", {"kid": "one"})


def _public_key_as_secret(issuer: Issuer) -> None:
    # joserfc will not sign with a public key as secret, so the attack is written out by hand.
    secret = json.dumps(issuer.key.as_dict(private=False)).encode()
    signed = b".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "one"}, issuer.claims))
    issuer.reply["id_token"] = (signed + b"." + _base64url(hmac.digest(secret, signed, "sha256"))).decode()


def _base64url(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def _access_token_instead(issuer: Issuer) -> None:
    issuer.header["typ"] = "at+jwt"


def _published_secret(issuer: Issuer) -> None:
    secret = OctKey.generate_key(256, {"kid": "two"})
    issuer.published, issuer.key, issuer.header = [secret], secret, {"alg": "HS256", "kid": "two"}


def _no_bearer(issuer: Issuer) -> None:
    issuer.reply["token_type"] = "DPoP"


def _no_id_token(issuer: Issuer) -> None:
    issuer.claims = {}


def _refused_code(issuer: Issuer) -> None:
    issuer.status, issuer.reply = 400, {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "bend",
    [_unsigned, _foreign_key, _public_key_as_secret, _access_token_instead, _published_secret, _no_bearer, _no_id_token, _refused_code],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_token_answer_that_is_none_is_refused(client: LoginClient, issuer: Issuer, bend: Callable[[Issuer], None]) -> None:
    bend(issuer)
    with pytest.raises(LoginRefused):
        await client.answer(QUESTION, GOOD_ANSWER)


async def test_a_rotated_key_is_fetched_but_not_at_everybodys_wish(client: LoginClient, issuer: Issuer) -> None:
    now = time.time()
    client._clock = lambda: now
    await client.answer(QUESTION, GOOD_ANSWER)
    issuer.key = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
    issuer.published, issuer.header = [issuer.key], {"alg": "ES256", "kid": "two"}
    for _ in range(3):
        with pytest.raises(LoginRefused):
            await client.answer(QUESTION, GOOD_ANSWER)
    assert issuer.asked.count("/jwks") == 1, "a stranger's key id must not make us hammer the issuer"
    now += 31
    assert (await client.answer(QUESTION, GOOD_ANSWER)).access_token
    assert issuer.asked.count("/jwks") == 2


async def test_a_renewal_may_leave_out_what_stays(client: LoginClient, issuer: Issuer) -> None:
    issuer.claims, issuer.reply = {}, {"access_token": "next", "token_type": "bearer"}
    old = Tokens("access", "again", "id", 0.0, {"sub": "sara"})
    fresh = await client.refresh(old)
    assert (fresh.access_token, fresh.refresh_token, fresh.id_token, fresh.claims) == ("next", "again", "id", {"sub": "sara"})


async def test_a_renewal_is_about_the_same_person_or_refused(client: LoginClient, issuer: Issuer) -> None:
    with pytest.raises(LoginRefused, match="somebody else"):
        await client.refresh(Tokens("access", "again", "id", 0.0, {"sub": "amir"}))
    issuer.status, issuer.reply = 400, {"error": "invalid_grant"}
    with pytest.raises(RefreshRefused):
        await client.refresh(Tokens("access", "again", "id", 0.0, {"sub": "sara"}))
    with pytest.raises(RefreshRefused):
        await client.refresh(Tokens("access", None, "id", 0.0, {"sub": "sara"}))


@pytest.mark.parametrize("change", [{"issuer": "https://other.example"}, {"token_endpoint": None}], ids=str)
async def test_a_description_that_is_not_the_issuers_own_counts_as_silence(client: LoginClient, issuer: Issuer, change: Claims) -> None:
    issuer.metadata = {name: value for name, value in (issuer.metadata | change).items() if value is not None}
    with pytest.raises(IssuerSilent):
        await client.address(QUESTION, "sv")


async def test_an_address_that_has_a_query_keeps_it(client: LoginClient) -> None:
    assert (await client.address(QUESTION, "sv")).startswith(f"{ISSUER}/authorize?tenant=1&response_type=code&")


async def test_an_issuer_that_cannot_log_out_is_left_alone(client: LoginClient) -> None:
    assert await client.end_session_address("id", "https://nattljus.example/") is None


async def test_an_error_of_the_issuer_is_silence_not_a_refusal(client: LoginClient, issuer: Issuer) -> None:
    issuer.status = 503
    with pytest.raises(IssuerSilent):
        await client.refresh(Tokens("access", "again", "id", 0.0, {"sub": "sara"}))


def test_the_clients_key_must_be_private() -> None:
    public = json.dumps(ECKey.generate_key("P-256").as_dict(private=False))
    with pytest.raises(ValueError, match="private"):
        LoginClient(httpx2.AsyncClient(), issuer=ISSUER, client_id=CLIENT, client_key=public, redirect_uri="x", scope="openid")
