"""The running hub's public APIs, spoken to as its machine clients: for the demo and for `nattljus call`."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from deploy.local.identity.machines import key_file
from deploy.local.machine import NoTokenError, machine_token
from deploy.local.stack import addresses
from deploy.local.trouble import Trouble

TOKEN_SECONDS = 240.0
"""A token is used this long; it lives five minutes."""
PATIENCE = 30.0
"""Seconds that a hub which is busy, or whose part is just being started again, is asked anew."""


class HubRefused(Trouble):
    """The hub said no; the text holds its own words."""


Positions = dict[str, int]
"""How far each store was when we last heard of it: what we ask the hub to have reached before it answers."""


@dataclass(frozen=True)
class Answer:
    """What the hub answered; `body` is its JSON, `recorded` whether anything happened that had not happened before."""

    status: int
    body: Any
    recorded: bool

    @property
    def refused(self) -> bool:
        """Whether it said no."""
        return self.status >= 400


@dataclass
class Api:
    """The APIs of one hub. Every answer's position is remembered and waited for, so that each machine sees what all have done."""

    data: Path
    where: dict[str, str]
    http: httpx2.AsyncClient
    positions: Positions = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def send(self, client: str, method: str, path: str, body: object = None, *, key: UUID | None = None) -> Answer:
        """One request as one machine. `path` begins with the service, such as `/intake/v1/referrals`. Raises Trouble."""
        headers = {"Authorization": f"Bearer {await self._token(client)}", "Nattljus-After": after(self.positions)}
        if key:
            headers["Idempotency-Key"] = str(key)
        answer = await self._answer(method, f"{self._base(path)}{path}", body, headers)
        if position := answer.headers.get("Nattljus-Position"):
            store, _, number = position.partition(":")
            self.positions[store] = max(int(number), self.positions.get(store, 0))
        return Answer(answer.status_code, answer.json() if answer.content else None, bool(position))

    async def ask(self, client: str, method: str, path: str, body: object = None, *, key: UUID | None = None) -> Answer:
        """As `send`, for who can do little about a refusal. Raises HubRefused, Trouble."""
        answer = await self.send(client, method, path, body, key=key)
        if answer.refused:
            raise HubRefused(f"the hub refused {client}: {method} {path} answered {answer.status}: {answer.body['detail']}")
        return answer

    async def _answer(self, method: str, url: str, body: object, headers: dict[str, str]) -> httpx2.Response:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await self.http.request(method, url, json=body, headers=headers)
            except httpx2.TransportError as error:
                raise Trouble(f"{url} does not answer ({type(error).__name__}): is the hub running? See `nattljus doctor`") from error
            # The same request again does nothing twice: creations have a key, and every other command is a fact or it is not.
            if answer.status_code != 503 or time.monotonic() > until:
                return answer
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))

    async def _token(self, client: str) -> str:
        known, given = self._tokens.get(client, ("", 0.0))
        if known and time.monotonic() - given < TOKEN_SECONDS:
            return known
        try:
            token = await machine_token(self.where["identity"], client, machine_key(self.data, client), http=self.http)
        except NoTokenError as refused:
            raise Trouble(f"the identity provider gave no token: {refused}") from refused
        except httpx2.TransportError as error:
            raise Trouble(f"the identity provider at {self.where['identity']} does not answer: is the hub running?") from error
        self._tokens[client] = (token, time.monotonic())
        return token

    def _base(self, path: str) -> str:
        service = path.lstrip("/").partition("/")[0]
        if service not in {"intake", "liaison", "projections"}:
            raise Trouble(f"{path} is of no service: a path begins with /intake/v1, /liaison/v1 or /projections/v1", os.EX_USAGE)
        return self.where[service]


def after(positions: Positions) -> str:
    """The Nattljus-After header, `intake:42,liaison:7`."""
    return ",".join(f"{store}:{number}" for store, number in sorted(positions.items()))


def machine_key(data: Path, client: str) -> Path:
    """The file with a machine's private key. Raises Trouble naming the machines there are."""
    key = key_file(data, client)
    if not key.exists():
        known = ", ".join(sorted(path.stem for path in key.parent.glob("*.jwk")))
        raise Trouble(f"there is no machine {client}: choose one of {known}", os.EX_USAGE)
    return key


@asynccontextmanager
async def open_api(data: Path) -> AsyncIterator[Api]:
    """The APIs of the hub that runs on this data directory. Raises Trouble when none does, or when it is not ready yet."""
    where = addresses(data)
    if not json.loads((data / "hub.json").read_text())["ready"]:
        raise Trouble("the hub is still starting: try again when `make up` has said that it is ready", os.EX_TEMPFAIL)
    async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
        yield Api(data, where, http)
