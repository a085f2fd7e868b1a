"""A client that plays the portal's part of a login, and any client's part at the token endpoint."""

import hashlib
import secrets
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from deploy.local.identity.machines import PORTAL_CLIENT, key_file, private_key
from deploy.local.machine import ASSERTION_TYPE

ISSUER = "http://127.0.0.1:8100"
PORTAL = "http://127.0.0.1:8000"
CALLBACK = f"{PORTAL}/login/callback"


@dataclass
class Portal:
    """What the portal does at a provider: asks for a login, exchanges the code, refreshes, logs out."""

    http: httpx2.AsyncClient
    data: Path
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def request(self, **changes: str | None) -> dict[str, str]:
        """A right authorization request, with some parameters changed or (None) left out."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": PORTAL_CLIENT,
            "redirect_uri": CALLBACK,
            "scope": "openid profile https://id.oidc.se/scope/naturalPersonOrgId",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | changes).items() if value is not None}

    async def choose(self, subject: str, **changes: str | None) -> dict[str, str]:
        """Choose a person on the login page; what comes back at the callback."""
        answer = await self.http.post("/authorize", params=self.request(**changes), data={"subject": subject})
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"{CALLBACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    async def exchange(self, code: str, **changes: str) -> httpx2.Response:
        """Exchange a code for tokens."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier}
        return await self.token(PORTAL_CLIENT, **(form | changes))

    async def login(self, subject: str) -> dict[str, str]:
        """A whole login; the token answer."""
        answer = await self.exchange((await self.choose(subject))["code"])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    async def refresh(self, refresh_token: str) -> httpx2.Response:
        """Use a refresh token."""
        return await self.token(PORTAL_CLIENT, grant_type="refresh_token", refresh_token=refresh_token)

    async def token(self, client_id: str, **form: str) -> httpx2.Response:
        """Ask the token endpoint for something, logged in as the client."""
        return await self.token_with(self.assertion(client_id), **form)

    async def token_with(self, assertion: str, **form: str) -> httpx2.Response:
        """The same with an assertion of the caller's making."""
        login = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return await self.http.post("/token", data=login | form)

    def assertion(self, client_id: str, changes: Mapping[str, str | int] = MappingProxyType({}), key: ECKey | None = None) -> str:
        """A right client assertion, with some claims changed."""
        now = int(time.time())
        claims = {"iss": client_id, "sub": client_id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
        key = key or private_key(key_file(self.data, client_id))
        return jwt.encode({"alg": "ES256"}, claims | dict(changes), key, ["ES256"])

    async def read(self, token: str) -> jwt.Token:
        """A token's header and claims, its signature checked with the published keys."""
        published = KeySet.import_key_set((await self.http.get("/jwks")).json())
        return jwt.decode(token, published, algorithms=["ES256"])
