"""An issuer in memory: real keys, real discovery, a clock that a test can turn; reached through httpx2 without a socket."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit.auth.verify import TokenVerifier

ADDRESS = "https://login.test"
AUDIENCE = "nattljus"
START = 1_795_300_000.0


class Issuer:
    """Publishes keys, signs tokens, and can be silent, slow or wrong when a test wants it."""

    def __init__(self) -> None:
        self.now = START
        self.asked = 0
        self.silent = False
        self.slow = 0.0
        self.named = ADDRESS
        self.extra_keys: list[dict[str, Any]] = []
        self.keys = [new_key("one")]
        routes = [Route("/.well-known/openid-configuration", self._discovery), Route("/keys", self._published)]
        transport = httpx2.ASGITransport(app=Starlette(routes=routes))
        self.http = httpx2.AsyncClient(transport=transport, timeout=3)
        self.verifier = TokenVerifier(ADDRESS, AUDIENCE, self.http, clock=lambda: self.now)

    async def _discovery(self, _: Request) -> Response:
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.silent:
            return Response(status_code=503)
        return JSONResponse({"issuer": self.named, "jwks_uri": f"{ADDRESS}/keys"})

    async def _published(self, _: Request) -> Response:
        public = [key.as_dict(private=False) for key in self.keys]
        return JSONResponse({"keys": [*public, *self.extra_keys]})

    def claims(self, **changed: object) -> dict[str, Any]:
        """The claims of a good token; a changed one that is None is left out."""
        now = int(self.now)
        good = {
            "iss": ADDRESS,
            "sub": "officer",
            "aud": AUDIENCE,
            "client_id": "portal",
            "exp": now + 300,
            "iat": now,
            "jti": str(uuid4()),
            "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
            "https://id.oidc.se/claim/orgNumber": "2021000076",
            "nattljus_agency": "polisen",
            "name": "Polis i yttre tjänst",
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def token(
        self, also: dict[str, Any] | None = None, *, header: dict[str, Any] | None = None, key: Key | None = None, **changed: object
    ) -> str:
        """A good token, changed as the test says."""
        signing = key or self.keys[-1]
        head = {"alg": "ES256", "kid": signing.kid, "typ": "at+jwt"} | (header or {})
        algorithms = ["ES256", "ES384", "RS256", "PS256", "HS256"]
        claims = self.claims(**changed | (also or {}))
        return jwt.encode({name: value for name, value in head.items() if value is not None}, claims, signing, algorithms)

    def rotate(self, name: str) -> None:
        """A new key, and the old ones withdrawn."""
        self.keys = [new_key(name)]


def new_key(name: str) -> ECKey:
    """A fresh P-256 key."""
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


def new_rsa_key(name: str) -> RSAKey:
    """A fresh RSA key."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})
