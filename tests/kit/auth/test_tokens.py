"""Tokens that must not be believed, each refused for its own reason, and the few that must."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from services.kit.auth.verify import LARGEST_TOKEN, LEEWAY_SECONDS, BadToken
from tests.kit.auth.issuer import Issuer, new_key, new_rsa_key

Make = Callable[[Issuer], str]


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def with_header(issuer: Issuer, header: object) -> str:
    """A good token whose header was exchanged."""
    _, payload, signature = issuer.token().split(".")
    return f"{part(header)}.{payload}.{signature}"


def with_claim(issuer: Issuer, **changed: Any) -> str:
    """A good token whose payload was exchanged."""
    header, payload, signature = issuer.token().split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    return f"{header}.{part(claims | changed)}.{signature}"


def unsigned(issuer: Issuer, algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'at+jwt', 'kid': 'one'})}.{part(issuer.claims())}."


def with_public_key_as_secret(issuer: Issuer) -> str:
    """The classic confusion: HS256 with the bytes of the public key, which everybody has."""
    public = issuer.keys[0].as_pem(private=False)
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'one'})}.{part(issuer.claims())}"
    digest = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_own_key_in_the_header(issuer: Issuer) -> str:
    own = new_key("one")
    return issuer.token(key=own, header={"jwk": own.as_dict(private=False)})


def with_payload(issuer: Issuer, payload: bytes) -> str:
    return jws.serialize_compact({"alg": "ES256", "kid": "one", "typ": "at+jwt"}, payload, issuer.keys[0], ["ES256"])


def id_token(issuer: Issuer) -> str:
    return issuer.token(header={"typ": "JWT"}, aud="portal", client_id=None, nonce="n", at_hash="h")


LATE, EARLY = -LEEWAY_SECONDS - 1, LEEWAY_SECONDS + 2
ORG = "https://id.oidc.se/claim/orgNumber"
BAD: dict[str, Make] = {
    # not a token at all
    "empty": lambda _: "",
    "a word": lambda _: "hemligt",
    "three dots": lambda _: "...",
    "not ASCII": lambda _: "å.ä.ö",
    "two parts": lambda i: i.token().rpartition(".")[0],
    "five parts, as an encrypted one has": lambda i: f"{i.token()}.a.b",
    "oversized": lambda i: i.token(name="x" * LARGEST_TOKEN),
    "header is a list": lambda i: with_header(i, []),
    "header is null": lambda i: with_header(i, None),
    "payload is a list": lambda i: with_payload(i, b"[]"),
    "payload is not UTF-8": lambda i: with_payload(i, b"\xff"),
    # the signature
    "no signature": lambda i: f"{i.token().rpartition('.')[0]}.",
    "another signature": lambda i: f"{i.token().rpartition('.')[0]}.{i.token(sub='x').rpartition('.')[2]}",
    "payload exchanged": lambda i: with_claim(i, sub="chief"),
    "agency exchanged": lambda i: with_claim(i, nattljus_agency="socialjouren"),
    "foreign key under a known id": lambda i: i.token(key=new_key("one")),
    "foreign key under an unknown id": lambda i: i.token(key=new_key("two")),
    "own key in the header": with_own_key_in_the_header,
    "own address of keys in the header": lambda i: i.token(key=new_key("one"), header={"jku": "https://evil.test/keys"}),
    "own certificate in the header": lambda i: i.token(key=new_key("one"), header={"x5u": "https://evil.test/cert"}),
    "an unknown critical header": lambda i: with_header(i, {"alg": "ES256", "kid": "one", "typ": "at+jwt", "crit": ["exp"], "exp": 1}),
    # the algorithm
    "alg none": lambda i: unsigned(i, "none"),
    "alg None": lambda i: unsigned(i, "None"),
    "alg is missing": lambda i: with_header(i, {"kid": "one", "typ": "at+jwt"}),
    "alg is a list": lambda i: with_header(i, {"alg": ["ES256"], "kid": "one", "typ": "at+jwt"}),
    "kid is a list": lambda i: with_header(i, {"alg": "ES256", "kid": ["one"], "typ": "at+jwt"}),
    "HS256 with the public key": with_public_key_as_secret,
    "RS256": lambda i: i.token(key=new_rsa_key("one"), header={"alg": "RS256"}),
    "ES384": lambda i: i.token(key=ECKey.generate_key("P-384", {"kid": "one"}), header={"alg": "ES384"}),
    "PS256 said of an ES256 signature": lambda i: with_header(i, {"alg": "PS256", "kid": "one", "typ": "at+jwt"}),
    # the kind
    "typ JWT": lambda i: i.token(header={"typ": "JWT"}),
    "typ missing": lambda i: i.token(header={"typ": None}),
    "a logout token": lambda i: i.token(header={"typ": "logout+jwt"}),
    "an ID token": id_token,
    "an ID token that calls itself an access token": lambda i: i.token(aud="portal", client_id=None, nonce="n"),
    # from whom, for whom
    "wrong issuer": lambda i: i.token(iss="https://evil.test"),
    "issuer with another ending": lambda i: i.token(iss="https://login.test/"),
    "no issuer": lambda i: i.token(iss=None),
    "issuer is a list": lambda i: i.token(iss=["https://login.test"]),
    "wrong audience": lambda i: i.token(aud="another"),
    "several audiences, none of them us": lambda i: i.token(aud=["another", "portal"]),
    "no audience": lambda i: i.token(aud=None),
    "audience is an object": lambda i: i.token(aud={"nattljus": True}),
    "no subject": lambda i: i.token(sub=None),
    "empty subject": lambda i: i.token(sub=""),
    "subject is a number": lambda i: i.token(sub=7),
    "no client": lambda i: i.token(client_id=None),
    "client is a list": lambda i: i.token(client_id=["portal"]),
    "no id of its own": lambda i: i.token(jti=None),
    # when
    "expired": lambda i: i.token(exp=int(i.now) + LATE),
    "no end": lambda i: i.token(exp=None),
    "end is a text": lambda i: i.token(exp="2030-01-01"),
    "end is true": lambda i: i.token(exp=True),
    "end is infinite": lambda i: with_payload(i, json.dumps(i.claims() | {"exp": float("inf")}).encode()),
    "end is not a number": lambda i: with_payload(i, json.dumps(i.claims() | {"exp": float("nan")}).encode()),
    "not valid yet": lambda i: i.token(nbf=int(i.now) + EARLY),
    "beginning is a text": lambda i: i.token(nbf="now"),
    "issued in the future": lambda i: i.token(iat=int(i.now) + EARLY),
    "not said when issued": lambda i: i.token(iat=None),
    # what it says of people
    "strength is a list": lambda i: i.token(acr=["http://id.elegnamnden.se/loa/1.0/loa4"]),
    "agency is a list": lambda i: i.token(nattljus_agency=["polisen", "socialjouren"]),
    "organisation is a number": lambda i: i.token({ORG: 2021000076}),
    "name is an object": lambda i: i.token(name={"first": "x"}),
    "bound to a key that it does not show": lambda i: i.token(cnf={"jkt": "x"}),
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
async def test_it_is_not_believed(issuer: Issuer, make: Make) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.now += 2
    with pytest.raises(BadToken):
        await issuer.verifier.verify(make(issuer))
    await issuer.verifier.verify(issuer.token())


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
async def test_it_is_not_believed_by_a_verifier_that_has_seen_nothing_yet(issuer: Issuer, make: Make) -> None:
    with pytest.raises(BadToken):
        await issuer.verifier.verify(make(issuer))


async def test_the_reason_never_repeats_what_the_token_says(issuer: Issuer) -> None:
    for make in BAD.values():
        with pytest.raises(BadToken) as refused:
            await issuer.verifier.verify(make(issuer))
        assert "officer" not in str(refused.value)
        assert "Polis i" not in str(refused.value)


async def test_a_good_token_says_who_and_how_strongly(issuer: Issuer) -> None:
    claims = await issuer.verifier.verify(issuer.token())
    assert (claims.issuer, claims.subject, claims.client) == ("https://login.test", "officer", "portal")
    assert (claims.assurance, claims.agency, claims.org_number) == (3, "polisen", "2021000076")


GOOD: dict[str, Make] = {
    "several audiences, one of them us": lambda i: i.token(aud=["another", "nattljus"]),
    "the long name of its kind": lambda i: i.token(header={"typ": "application/at+jwt"}),
    "expired within the leeway": lambda i: i.token(exp=int(i.now) - LEEWAY_SECONDS + 1),
    "a clock a little ahead": lambda i: i.token(iat=int(i.now) + LEEWAY_SECONDS - 1, nbf=int(i.now) + LEEWAY_SECONDS - 1),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
async def test_it_is_believed(issuer: Issuer, make: Make) -> None:
    assert (await issuer.verifier.verify(make(issuer))).subject == "officer"


async def test_ps256_is_believed_too(issuer: Issuer) -> None:
    rsa = new_rsa_key("rsa")
    issuer.extra_keys = [dict(rsa.as_dict(private=False))]
    assert (await issuer.verifier.verify(issuer.token(key=rsa, header={"alg": "PS256"}))).subject == "officer"


@pytest.mark.parametrize(
    ("changed", "assurance"),
    [
        ({"acr": "http://id.elegnamnden.se/loa/1.0/loa2"}, 2),
        ({"acr": "http://id.elegnamnden.se/loa/1.0/loa4"}, 4),
        ({"acr": "http://id.elegnamnden.se/loa/1.0/loa5"}, 0),
        ({"acr": "loa4"}, 0),
        ({"acr": None}, 0),
        ({"acr": None, "client_id": "officer"}, 3),  # a machine: its subject is its client
        ({"acr": "http://id.elegnamnden.se/loa/1.0/loa2", "client_id": "officer"}, 2),
        ({"acr": "guest", "client_id": "officer"}, 0),
    ],
)
async def test_strength_is_read_from_acr_alone_and_never_guessed(issuer: Issuer, changed: dict[str, Any], assurance: int) -> None:
    assert (await issuer.verifier.verify(issuer.token(**changed))).assurance == assurance


async def test_an_organisation_number_is_the_same_with_and_without_its_hyphen(issuer: Issuer) -> None:
    assert (await issuer.verifier.verify(issuer.token({ORG: "202100-0076"}))).org_number == "2021000076"
