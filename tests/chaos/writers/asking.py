"""Asking the hub as an agency's machine: the same request with the same key until there is an answer."""

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.local.identity.machines import key_file
from deploy.local.machine import client_assertion
from deploy.local.organisation import load
from tests.kept import Connections

TOKEN_SECONDS = 200.0
"""A token is used this long; it lives five minutes."""
ANSWER_SECONDS = 8.0
AGAIN = {401, 408, 429, 500, 502, 503, 504}
"""Answers after which the same request is sent again."""
POSITION = re.compile(rb"nattljus-position: (\S+)", re.IGNORECASE)
BOUNDARY = "nattljus-fault-run"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Answer:
    """The final answer. `status` is 0 when there was none before we were told to give up."""

    status: int
    body: Any
    position: str
    tries: int
    asked: float
    answered: float

    @property
    def done(self) -> bool:
        """Whether the hub acknowledged it."""
        return self.status in {200, 201}


@dataclass(frozen=True)
class File:
    """A file on its way, as the only one of a form."""

    name: str
    content: bytes

    def encoded(self) -> bytes:
        """multipart/form-data with the boundary that FORM names."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{self.name}"\r\n\r\n'
        return head.encode() + self.content + f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Machine:
    """An agency's own system: its client id and where it belongs."""

    client: str
    agency: str
    unit: str


@dataclass(frozen=True)
class Trace:
    """What a private person leaves on the way, and the hub must keep nowhere: an address, another one that a proxy names, an agent."""

    address: str
    forwarded: str
    agent: str

    @property
    def headers(self) -> dict[str, str]:
        """As a proxy and a browser would send them."""
        forwarded = {"X-Forwarded-For": self.forwarded, "X-Real-IP": self.forwarded, "Forwarded": f'for="[{self.forwarded}]"'}
        return forwarded | {"User-Agent": self.agent}


def machine(client: str) -> Machine:
    """A machine of the organisation."""
    organisation = load()
    unit = organisation.machines_by_client[client].unit
    return Machine(client, organisation.agency_of(unit).id, unit)


class Asking:
    """All machines' way to the hub. `seen` counts every answer by path's service and status, 0 for none."""

    def __init__(self, data: Path, where: Mapping[str, str], dice: random.Random, trace: Trace) -> None:
        self._data, self._where, self._dice = data, where, dice
        self._connections, self._trace, self._traced = Connections(), trace, Connections(trace.address)
        self._tokens: dict[str, tuple[str, float]] = {}
        self._asking_token: dict[str, asyncio.Lock] = {}
        self.give_up = asyncio.Event()
        self.seen: Counter[tuple[str, int]] = Counter()

    def close(self) -> None:
        """Disconnects."""
        self._connections.close()
        self._traced.close()

    def actor(self, who: Machine) -> str:
        """The opaque id under which the hub knows the machine."""
        return str(uuid5(NAMESPACE_URL, f"{self._where['identity']}#{who.client}"))

    async def ask(
        self,
        who: Machine,
        method: str,
        path: str,
        body: object = None,
        *,
        key: UUID | None = None,
        after: str = "",
        traced: bool = False,
    ) -> Answer:
        """The final answer to one request, however often it must be sent; `traced` when a private person sends it."""
        service = path.split("/", 2)[1]
        sent, kind = _encoded(body)
        headers = {"Content-Type": kind, "Nattljus-After": after} | ({"Idempotency-Key": str(key)} if key else {})
        if traced:
            headers |= self._trace.headers
        connections = self._traced if traced else self._connections
        asked, tries = time.monotonic(), 0
        while True:
            tries += 1
            status, answer, position = await self._once(connections, who, method, self._where[service] + path, sent, headers)
            self.seen[service, status] += 1
            if status and status not in AGAIN:
                return Answer(status, answer, position, tries, asked, time.monotonic())
            if self.give_up.is_set():
                return Answer(0, None, "", tries, asked, time.monotonic())
            if status == 401:
                self._tokens.pop(who.client, None)
            await asyncio.sleep(0.1 + 0.3 * self._dice.random())

    async def _once(
        self, connections: Connections, who: Machine, method: str, url: str, sent: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Any, str]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                token = await self._token(who.client)
                return await _sent(connections, method, url, sent or b"", {**headers, "Authorization": f"Bearer {token}"})
        except (TimeoutError, OSError, ValueError):
            return 0, None, ""

    async def _token(self, client: str) -> str:
        async with self._asking_token.setdefault(client, asyncio.Lock()):
            token, given = self._tokens.get(client, ("", 0.0))
            if not token or time.monotonic() - given > TOKEN_SECONDS:
                token = await self._new_token(client)
                self._tokens[client] = (token, time.monotonic())
            return token

    async def _new_token(self, client: str) -> str:
        """By client_credentials with private_key_jwt, as `deploy.local.machine` does, over our own connections."""
        issuer = self._where["identity"]
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": client_assertion(client, key_file(self._data, client), issuer),
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer, _ = await _sent(self._connections, "POST", f"{issuer}/token", urlencode(form).encode(), kind)
        if status != HTTPStatus.OK:
            raise ConnectionRefusedError(f"no token: {status}")
        token: str = answer["access_token"]
        return token


async def _sent(connections: Connections, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any, str]:
    """Status, body as JSON, and position. Raises OSError, ValueError."""
    to = urlsplit(url)
    lines = (
        f"{method} {to.path or '/'}{'?' * bool(to.query)}{to.query} HTTP/1.1",
        f"Host: {to.netloc}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    head, text = await connections.exchange(to.hostname or "", to.port or 80, "\r\n".join((*lines, "", "")).encode() + body)
    position = POSITION.search(head)
    return int(head[9:12]), json.loads(text) if text else None, position[1].decode() if position else ""


def _encoded(body: object) -> tuple[bytes | None, str]:
    """A request's body and its media type."""
    if isinstance(body, File):
        return body.encoded(), FORM
    return None if body is None else json.dumps(body).encode(), "application/json"
