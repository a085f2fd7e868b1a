"""A portal before a hub in memory, with its door for private persons open: from the browser to the store without a socket."""

import json
from dataclasses import dataclass
from typing import Self

import httpx2
from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic import SecretStr

from services.portal.app import create_app
from tests.memory.hub import PORTAL as DOOR
from tests.memory.hub import Hub
from tests.portal.parts import ISSUER, portal_settings

METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
}
INTAKE = "http://127.0.0.1:8101"
ANSWER = {"token_type": "Bearer", "expires_in": 300}


class Behind(httpx2.AsyncBaseTransport):
    """What the portal reaches: the issuer, which gives the door its token, and the hub's intake."""

    def __init__(self, intake: FastAPI) -> None:
        self._intake = httpx2.ASGITransport(app=intake)
        self.heard: list[httpx2.Request] = []
        self.silent = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request of the portal's."""
        self.heard.append(request)
        if self.silent:
            raise httpx2.ConnectError("nobody is there")
        if str(request.url).startswith(INTAKE):
            return await self._intake.handle_async_request(request)
        given = ANSWER | {"access_token": DOOR.subject} if request.url.path == "/token" else METADATA
        return httpx2.Response(200, json=given, request=request)


@dataclass(frozen=True)
class Private:
    """The portal, the hub behind it, and what goes between them."""

    portal: FastAPI
    hub: Hub
    behind: Behind

    @classmethod
    async def opened(cls) -> Self:
        """From empty."""
        hub = Hub()
        await hub.start()
        behind = Behind(hub._apps["intake"])
        key = SecretStr(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)))
        settings = portal_settings().model_copy(update={"intake": INTAKE, "private_id": "nattljus-private", "private_key": key})
        return cls(create_app(settings, httpx2.AsyncClient(transport=behind)), hub, behind)

    async def everything_followed(self) -> None:
        """The policies and the views have come to all there is."""
        for store in ("intake", "liaison"):
            await self.hub.policies_follow(store, 1000)
        for store in ("liaison", "intake"):
            await self.hub.views_take(store, 0, 1000)
