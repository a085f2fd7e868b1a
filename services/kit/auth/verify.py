"""Verifies access tokens (RFC 9068, `at+jwt`), every check spelt out, and remembers verified ones until they expire."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from contracts.refusals import Unavailable

ALGORITHMS = ["ES256", "PS256"]
LEEWAY_SECONDS = 30
KEYS_SECONDS = 600.0
KEYS_GRACE_SECONDS = 3600.0
REFRESH_SECONDS = 10.0
LARGEST_TOKEN = 8192
REMEMBERED = 10_000
ASSURANCE = {f"http://id.elegnamnden.se/loa/1.0/loa{level}": level for level in (2, 3, 4)}
MACHINE_ASSURANCE = 3
CLAIM = "https://id.oidc.se/claim/"


class BadToken(Exception):
    """The token is not accepted. Log in again; a machine asks for a new one."""


@dataclass(frozen=True)
class Claims:
    """What a verified token says: who (issuer, subject), how strongly (assurance 2-4), from which organisation."""

    issuer: str
    subject: str
    client: str
    expires: int
    assurance: int
    org_number: str | None
    agency: str | None
    name: str


class TokenVerifier:
    """Tokens of one issuer for one audience. The issuer's keys come by discovery and are fetched again when they rotate."""

    def __init__(self, issuer: str, audience: str, http: httpx2.AsyncClient | None = None) -> None:
        self._issuer, self._audience = issuer, audience
        self._http = http or httpx2.AsyncClient(timeout=3, trust_env=False)
        self._keys, self._fetched, self._tried = KeySet([]), 0.0, 0.0
        self._verified: dict[str, Claims] = {}
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """The claims of a good token. Raises BadToken, or Unavailable when the issuer's keys cannot be had."""
        known = self._verified.get(token)
        if known is not None:
            if known.expires + LEEWAY_SECONDS > time.time():
                return known
            del self._verified[token]
        if len(token) > LARGEST_TOKEN:
            raise BadToken("too large")
        claims = self._claims(await self._decoded(token))
        if len(self._verified) >= REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims
        return claims

    async def _decoded(self, token: str) -> jwt.Token:
        await self._refresh(older_than=KEYS_SECONDS)
        try:
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as first:
            # An unknown key id may be a rotated key: fetch once more, but not at everybody's wish.
            await self._refresh(older_than=REFRESH_SECONDS)
            try:
                return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                raise BadToken(type(first).__name__) from first

    def _claims(self, token: jwt.Token) -> Claims:
        if str(token.header.get("typ", "")).lower().removeprefix("application/") != "at+jwt":
            raise BadToken("not an access token")
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
            jti={"essential": True},
        )
        try:
            rules.validate(token.claims)
        except JoseError as error:
            raise BadToken(str(error)) from error
        claims: dict[str, Any] = token.claims
        machine = claims["client_id"] == claims["sub"]
        assurance = ASSURANCE.get(claims.get("acr", ""), MACHINE_ASSURANCE if machine else 0)
        return Claims(
            issuer=claims["iss"],
            subject=claims["sub"],
            client=claims["client_id"],
            expires=int(claims["exp"]),
            assurance=assurance,
            org_number=claims.get(f"{CLAIM}orgNumber"),
            agency=claims.get("nattljus_agency"),
            name=str(claims.get("name") or claims["sub"]),
        )

    async def _refresh(self, older_than: float) -> None:
        async with self._lock:
            now = time.monotonic()
            if self._fetched and now - self._fetched < older_than:
                return
            if now - self._tried < 1.0:
                return
            self._tried = now
            try:
                self._keys, self._fetched = await self._fetch_keys(), now
            except (httpx2.HTTPError, ValueError, KeyError, JoseError) as error:
                if not self._fetched or now - self._fetched > KEYS_GRACE_SECONDS:
                    raise Unavailable("The login service does not answer. Try again in a moment.") from error

    async def _fetch_keys(self) -> KeySet:
        discovery = (await self._http.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status().json()
        if discovery["issuer"] != self._issuer:
            raise ValueError("discovery names another issuer")
        found = (await self._http.get(discovery["jwks_uri"])).raise_for_status().json()["keys"]
        signing = [key for key in found if key.get("kty") in {"EC", "RSA"} and key.get("use", "sig") == "sig" and "d" not in key]
        return KeySet.import_key_set(cast("KeySetSerialization", {"keys": signing}))
