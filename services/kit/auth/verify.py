"""Verifies access tokens (RFC 9068, `at+jwt`), every check spelt out, and remembers verified ones until they expire."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from uuid import UUID

import httpx2
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from contracts.directory import holder_id
from contracts.refusals import Unavailable

log = structlog.get_logger()

ALGORITHMS = ["ES256", "PS256"]
LEEWAY_SECONDS = 30  # how much two clocks may differ
KEYS_SECONDS = 600.0  # how long the issuer's keys are believed without asking again
KEYS_GRACE_SECONDS = 3600.0  # and how long when the issuer does not answer
RETRY_SECONDS = 1.0  # between two questions to the issuer, whatever strangers send us
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

    @cached_property
    def holder(self) -> UUID:
        """The opaque id under which the hub knows this subject."""
        return holder_id(self.issuer, self.subject)


class TokenVerifier:
    """Tokens of one issuer for one audience. The issuer's keys come by discovery and are fetched again when they rotate.

    A verified token is remembered until it expires, or until the issuer's keys change.
    """

    def __init__(
        self, issuer: str, audience: str, http: httpx2.AsyncClient | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._issuer, self._audience, self._clock = issuer, audience, clock
        self._http = http or httpx2.AsyncClient(timeout=3, trust_env=False)
        self._keys, self._published, self._fetched, self._tried = KeySet([]), list[dict[str, Any]](), -math.inf, -math.inf
        self._verified: dict[str, Claims] = {}
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """The claims of a good token. Raises BadToken, or Unavailable when the issuer's keys cannot be had."""
        if len(token) > LARGEST_TOKEN:
            raise BadToken("too large")
        await self._refresh(older_than=KEYS_SECONDS)
        known = self._verified.get(token)
        if known is not None and known.expires + LEEWAY_SECONDS > self._clock():
            return known
        claims = self._claims(await self._decoded(token))
        if len(self._verified) >= REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims
        return claims

    async def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as first:
            # An unknown key may be a new one: fetch once more, but not at everybody's wish.
            await self._refresh(older_than=RETRY_SECONDS)
            try:
                return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                raise BadToken(type(first).__name__) from first

    def _claims(self, token: jwt.Token) -> Claims:
        if str(token.header.get("typ", "")).lower().removeprefix("application/") != "at+jwt":
            raise BadToken("not an access token")
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            iat={"essential": True},  # checked not to lie in the future, as `nbf` is where there is one
            sub={"essential": True},
            client_id={"essential": True},
            jti={"essential": True},
        )
        try:
            rules.validate(token.claims)
        except JoseError as error:
            raise BadToken(str(error)) from error
        return _understood(token.claims)

    def _age(self) -> float:
        return self._clock() - self._fetched

    async def _refresh(self, older_than: float) -> None:
        """Fetches the issuer's keys when ours are older than that. Raises Unavailable when there are none young enough to trust."""
        if self._age() < older_than:
            return
        if self._lock.locked() and older_than == KEYS_SECONDS and self._age() < KEYS_GRACE_SECONDS:
            return  # somebody is asking already, and until it is known ours are good enough
        async with self._lock:
            if self._age() >= older_than and self._clock() - self._tried >= RETRY_SECONDS:
                await self._ask_issuer()
        if self._age() > KEYS_GRACE_SECONDS:
            raise Unavailable("The login service does not answer. Try again in a moment.")

    async def _ask_issuer(self) -> None:
        try:
            published = await self._published_keys()
            keys = KeySet.import_key_set(cast("KeySetSerialization", {"keys": published}))
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, LookupError, TypeError, AttributeError, JoseError) as error:
            log.warning("the issuer's keys cannot be fetched", reason=type(error).__name__)
            return
        finally:
            self._tried = self._clock()
        if published != self._published:
            self._keys, self._published = keys, published
            self._verified.clear()  # a token signed with a key that was withdrawn is worth nothing from now on
        self._fetched = self._clock()

    async def _published_keys(self) -> list[dict[str, Any]]:
        """The issuer's public keys that one of our algorithms can use; its other keys are no business of ours."""
        discovery = (await self._http.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status().json()
        if discovery["issuer"] != self._issuer:
            raise ValueError("discovery names another issuer")
        found = (await self._http.get(discovery["jwks_uri"])).raise_for_status().json()["keys"]
        if not (usable := [key for key in found if _usable(key)]):
            raise ValueError("the issuer publishes no key that we can use")
        return usable


def _usable(key: dict[str, Any]) -> bool:
    kind = key.get("kty") == "RSA" or (key.get("kty"), key.get("crv")) == ("EC", "P-256")
    return kind and key.get("use", "sig") == "sig" and key.get("alg", ALGORITHMS[0]) in ALGORITHMS and "d" not in key


def _understood(claims: dict[str, Any]) -> Claims:
    """The claims that the registry has found right, with the types that we rely on. Raises BadToken."""
    if "cnf" in claims:
        raise BadToken("bound to a key whose proof we do not check (RFC 9449, RFC 8705)")
    subject, client, acr = _text(claims, "sub"), _text(claims, "client_id"), _text(claims, "acr")
    org_number = _text(claims, f"{CLAIM}orgNumber")
    machine = client == subject and acr is None
    return Claims(
        issuer=claims["iss"],
        subject=subject or "",
        client=client or "",
        expires=int(claims["exp"]),
        assurance=MACHINE_ASSURANCE if machine else ASSURANCE.get(acr or "", 0),
        org_number=org_number.replace("-", "") if org_number else None,
        agency=_text(claims, "nattljus_agency"),
        name=_text(claims, "name") or subject or "",
    )


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not isinstance(value, str):
        raise BadToken(f"{name} is not text")
    return value
