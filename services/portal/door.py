"""The door for private persons: the portal hands in what they tell under a machine's name, and nothing of who they are goes with it."""

import time
from dataclasses import dataclass
from typing import Annotated, Any, cast

import httpx2
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from services.kit.auth.client import IssuerSilent, LoginClient, LoginRefused
from services.kit.settings import Settings
from services.portal.errors import HubSilent
from services.portal.hub import Answer, Hub, TokenRefused

SCOPE = "nattljus"
BEFORE_IT_ENDS = 30.0
"""Seconds before its end at which a token is replaced."""


@dataclass
class Door:
    """The machine that hands in, and the token it has just now."""

    hub: Hub
    machine: LoginClient
    _token: str = ""
    _ends: float = 0.0

    async def hand_in(self, body: dict[str, Any], key: str) -> Answer:
        """A private referral. Raises HubRefused, and HubSilent also when no token can be had: to who writes it is the same."""
        try:
            if time.time() > self._ends - BEFORE_IT_ENDS:
                self._token, self._ends = await self.machine.own_token()
            return await self.hub.hand_in(self._token, "/private-referrals", body, key=key)
        except (IssuerSilent, LoginRefused, TokenRefused) as error:
            self._ends = 0.0
            raise HubSilent("no token for the door") from error


def door_of(hub: Hub, http: httpx2.AsyncClient, settings: Settings) -> Door | None:
    """The door, if the settings name a machine for it. Raises ValueError when its key is none."""
    if not settings.private_id:
        return None
    machine = LoginClient(
        http,
        issuer=settings.issuer,
        client_id=settings.private_id,
        client_key=settings.private_key.get_secret_value(),
        redirect_uri="",
        scope=SCOPE,
    )
    return Door(hub, machine)


def open_door(request: Request) -> Door:
    """The door, for a route. Raises HTTPException 404 where private persons have no page."""
    if (door := door_in(request)) is None:
        raise HTTPException(404)
    return door


def door_in(request: Request) -> Door | None:
    """The door, if there is one."""
    return cast("Door | None", request.app.state.door)


OpenDoor = Annotated[Door, Depends(open_door)]
