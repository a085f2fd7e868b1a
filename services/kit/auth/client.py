"""Logging a person in: the OpenID Connect authorization code flow from the client's side, with every check spelt out.

Sources: OpenID Connect Core 1.0 (3.1), RFC 7636 (PKCE), RFC 7523 (private_key_jwt), RFC 9207 (the answer names its issuer),
OpenID Connect RP-Initiated Logout 1.0.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

ALGORITHMS = ("ES256", "PS256", "RS256")
LEEWAY = 30  # seconds two clocks may differ
KEEP = 600.0  # seconds that discovery and keys are kept
KEYS_ASKED_AGAIN = 30.0  # seconds between two forced key fetches: an unknown `kid` must not let a stranger make us hammer the issuer
ASSERTION_LIVES = 60


class LoginRefused(Exception):
    """The login cannot be trusted: the answer does not belong to the question, or the token fails a check."""


class RefreshRefused(Exception):
    """The issuer will not renew this login any more; the person must log in again."""


class IssuerSilent(Exception):
    """The identity provider does not answer, or answers with something that is no answer."""


@dataclass(frozen=True)
class Question:
    """What must be remembered between sending a person to the issuer and getting them back (url-safe strings)."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


@dataclass(frozen=True)
class Tokens:
    """What a login gives: tokens, when the access token ends (Unix seconds), and the ID token's checked claims."""

    access_token: str
    refresh_token: str | None
    id_token: str
    expires_at: float
    claims: dict[str, Any]


class Issuer(NamedTuple):
    """The discovered endpoints of an issuer."""

    authorization: str
    token: str
    jwks: str
    end_session: str | None
    names_itself: bool


class LoginClient:
    """One client at one issuer. Nothing is fetched before the first login."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        *,
        issuer: str,
        client_id: str,
        client_key: str,
        redirect_uri: str,
        scope: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`client_key` is the client's private key as JWK JSON (EC P-256 or RSA). Raises ValueError when it is not."""
        self._http = http
        self._issuer = issuer
        self._client_id = client_id
        self._key = _signing_key(client_key)
        self._redirect_uri = redirect_uri
        self._scope = scope
        self._clock = clock
        self._found: tuple[float, Issuer] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def address(self, question: Question, language: str) -> str:
        """Where to send the person's browser; `language` is the one the person reads, for the issuer's pages. Raises IssuerSilent."""
        challenge = urlsafe_b64encode(hashlib.sha256(question.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._scope,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with_query((await self._discover()).authorization, query)

    async def answer(self, question: Question, answer: dict[str, str]) -> Tokens:
        """The tokens for the query that the browser came back with. Raises LoginRefused or IssuerSilent."""
        issuer = await self._discover()
        if not secrets.compare_digest(answer.get("state", "").encode(), question.state.encode()):
            raise LoginRefused("the answer carries another state than the question")
        if answer.get("iss", self._issuer if not issuer.names_itself else "") != self._issuer:
            raise LoginRefused("the answer comes from another issuer (RFC 9207)")
        if "error" in answer or not answer.get("code"):
            raise LoginRefused(f"the issuer answered {answer.get('error', 'without a code')!r}")
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self._redirect_uri,
            "code_verifier": question.verifier,
        }
        status, reply = await self._ask(issuer, form)
        if status != 200:
            raise LoginRefused(f"the issuer refused the code: {reply.get('error')!r}")
        return await self._tokens(reply, nonce=question.nonce)

    async def refresh(self, old: Tokens) -> Tokens:
        """New tokens for the same person (OpenID Connect Core 12). Raises RefreshRefused, LoginRefused or IssuerSilent."""
        if old.refresh_token is None:
            raise RefreshRefused("the login cannot be renewed")
        form = {"grant_type": "refresh_token", "refresh_token": old.refresh_token}
        status, reply = await self._ask(await self._discover(), form)
        if status != 200:
            raise RefreshRefused(str(reply.get("error")))
        return await self._tokens(reply, before=old)

    async def own_token(self) -> tuple[str, float]:
        """An access token for the client itself (RFC 6749, 4.4), and when it ends (Unix seconds). Raises LoginRefused, IssuerSilent."""
        status, reply = await self._ask(await self._discover(), {"grant_type": "client_credentials", "scope": self._scope})
        token = reply.get("access_token")
        if status != 200 or not isinstance(token, str):
            raise LoginRefused(f"the issuer gave no token: {reply.get('error')!r}")
        return token, self._clock() + float(reply.get("expires_in", 300))

    async def end_session_address(self, id_token: str, return_to: str) -> str | None:
        """Where to send the browser so that the issuer forgets the login too, or None when it has no such place."""
        end_session = (await self._discover()).end_session
        if end_session is None:
            return None
        query = {"id_token_hint": id_token, "client_id": self._client_id, "post_logout_redirect_uri": return_to}
        return _with_query(end_session, query)

    async def _tokens(self, reply: dict[str, Any], *, nonce: str | None = None, before: Tokens | None = None) -> Tokens:
        """The checked tokens of a token answer; a renewal may leave out the ID token and the refresh token."""
        access_token, id_token = reply.get("access_token"), reply.get("id_token")
        if not isinstance(access_token, str) or str(reply.get("token_type", "")).lower() != "bearer":
            raise LoginRefused("the token answer has no bearer token")
        if isinstance(id_token, str):
            claims = await self._checked(id_token, nonce, access_token)
        elif before is not None:
            id_token, claims = before.id_token, before.claims
        else:
            raise LoginRefused("the token answer has no ID token")
        if before is not None and claims["sub"] != before.claims["sub"]:
            raise LoginRefused("the renewed login is about somebody else")
        renewal = reply.get("refresh_token") or (before.refresh_token if before else None)
        return Tokens(access_token, renewal, id_token, self._clock() + float(reply.get("expires_in", 300)), claims)

    async def _checked(self, id_token: str, nonce: str | None, access_token: str) -> dict[str, Any]:
        """The claims of an ID token that passes every check of OpenID Connect Core 3.1.3.7 and 3.1.3.8."""
        token = await self._verified(id_token)
        claims = token.claims
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise LoginRefused(f"the ID token fails a check: {error}") from error
        if token.header.get("typ", "JWT") != "JWT":
            raise LoginRefused("this is another kind of token than an ID token")
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", self._client_id if len(audience) == 1 else None) != self._client_id:
            raise LoginRefused("the ID token was made for another client")
        if nonce is not None and not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise LoginRefused("the ID token answers another question")
        if "at_hash" in claims and claims["at_hash"] != _left_half_hash(access_token):
            raise LoginRefused("the access token is not the one that the ID token belongs to")
        return dict(claims)

    async def _verified(self, id_token: str) -> jwt.Token:
        """The decoded token with a good signature; asks for the issuer's keys once more when none of them fits."""
        keys = await self._key_set(older_than=KEEP)
        try:
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            fresher = await self._key_set(older_than=KEYS_ASKED_AGAIN)
        try:
            return jwt.decode(id_token, fresher, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise LoginRefused(f"the ID token's signature does not hold: {error}") from error

    async def _discover(self) -> Issuer:
        """The issuer's endpoints (OpenID Connect Discovery 1.0), kept for ten minutes."""
        if self._found is None or self._clock() - self._found[0] > KEEP:
            document = await self._get(f"{self._issuer}/.well-known/openid-configuration")
            if document.get("issuer") != self._issuer:
                raise IssuerSilent(f"the issuer calls itself {document.get('issuer')!r}, not {self._issuer!r}")
            try:
                found = Issuer(
                    authorization=document["authorization_endpoint"],
                    token=document["token_endpoint"],
                    jwks=document["jwks_uri"],
                    end_session=document.get("end_session_endpoint"),
                    names_itself=document.get("authorization_response_iss_parameter_supported") is True,
                )
            except KeyError as missing:
                raise IssuerSilent(f"the issuer's description lacks {missing}") from missing
            self._found = (self._clock(), found)
        return self._found[1]

    async def _key_set(self, *, older_than: float) -> KeySet:
        """The issuer's signing keys, fetched when ours are older than so many seconds. Symmetric keys are never loaded."""
        if self._keys is None or self._clock() - self._keys[0] > older_than:
            document = await self._get((await self._discover()).jwks)
            keys = [
                import_key(key) for key in document.get("keys", []) if key.get("kty") in {"EC", "RSA"} and key.get("use", "sig") == "sig"
            ]
            self._keys = (self._clock(), KeySet(keys))
        return self._keys[1]

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            response = await self._http.get(address)
            return dict(response.raise_for_status().json())
        except (httpx2.HTTPError, ValueError, TypeError) as error:
            raise IssuerSilent(f"{address}: {error}") from error

    async def _ask(self, issuer: Issuer, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask the token endpoint; its status and JSON. The client proves itself with a signed assertion, never a secret."""
        proof = {
            "client_id": self._client_id,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(issuer.token),
        }
        try:
            response = await self._http.post(issuer.token, data=form | proof)
            if response.status_code >= 500:
                raise IssuerSilent(f"{issuer.token}: {response.status_code}")
            return response.status_code, dict(response.json())
        except (httpx2.HTTPError, ValueError, TypeError) as error:
            raise IssuerSilent(f"{issuer.token}: {error}") from error

    def _assertion(self, audience: str) -> str:
        """A client assertion for one use within a minute (RFC 7523 section 3)."""
        now = int(self._clock())
        claims = {"iss": self._client_id, "sub": self._client_id, "aud": audience, "jti": str(uuid4())}
        header = {"alg": "ES256" if self._key.key_type == "EC" else "PS256"} | ({"kid": self._key.kid} if self._key.kid else {})
        return jwt.encode(header, claims | {"iat": now, "exp": now + ASSERTION_LIVES}, self._key)


def _signing_key(text: str) -> Key:
    key = import_key(json.loads(text))
    if not isinstance(key, ECKey | RSAKey) or not key.is_private:
        raise ValueError("the client's key must be a private EC or RSA key")
    return key


def _left_half_hash(access_token: str) -> str:
    """`at_hash` for the SHA-256 algorithms, the only ones we accept (OpenID Connect Core 3.1.3.6)."""
    return urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def _with_query(address: str, query: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
