"""What can be seen from outside: when views have committed (the projector's announcements on NATS) and when a browser hears of it."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx2
import nats
from nats.aio.msg import Msg

from deploy.nats.permissions import inbox
from tests.benchmarks.children import Failed
from tests.benchmarks.stack import Stack

UNIT, VIEW = "socialjouren-jour", "board"
OFFICER = "test-jour-ett"


@dataclass
class Seen:
    """When the board's changes were announced, by referral; and when the browser was told, in order (monotonic seconds)."""

    committed: dict[str, float] = field(default_factory=dict)
    announced: list[float] = field(default_factory=list)
    by_id: dict[str, int] = field(default_factory=dict)
    told: list[float] = field(default_factory=list)

    def clear(self) -> None:
        """Forgets what was."""
        for each in (self.committed, self.announced, self.by_id, self.told):
            each.clear()


@contextlib.asynccontextmanager
async def watching(stack: Stack) -> AsyncIterator[Seen]:
    """Listens as the portal's user does, and as a person's open page does."""
    seen = Seen()

    async def announced(message: Msg) -> None:
        now, body = time.monotonic(), json.loads(message.data)
        if VIEW in body["views"]:
            for referral in body["ids"]:
                seen.committed.setdefault(referral, now)
                seen.by_id.setdefault(referral, len(seen.announced))
            seen.announced.append(now)

    client = await nats.connect(stack.nats.url, nkeys_seed_str=stack.nats_seed("portal"), inbox_prefix=inbox("portal"))
    await client.subscribe(f"nattljus.changed.{UNIT}", cb=announced)
    async with httpx2.AsyncClient(trust_env=False, timeout=None, follow_redirects=True) as http:
        await log_in(http, stack, OFFICER)
        listening = asyncio.create_task(_listen(http, stack, seen))
        try:
            await asyncio.sleep(0.5)
            yield seen
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await client.close()


async def _listen(http: httpx2.AsyncClient, stack: Stack, seen: Seen) -> None:
    async with http.stream("GET", f"{stack.ports.address('portal')}/live") as answer:
        async for line in answer.aiter_lines():
            if line == f"event: {VIEW}-changed":
                seen.told.append(time.monotonic())


async def log_in(http: httpx2.AsyncClient, stack: Stack, subject: str) -> None:
    """Logs a person of the test organisation in at the portal; the client keeps the cookie. Raises Failed."""
    page = await http.get(f"{stack.ports.address('portal')}/login")
    form = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    address = urljoin(str(page.url), form[1].replace("&amp;", "&")) if form else str(page.url)
    answer = await http.post(address, data={"subject": subject})
    if answer.status_code != 200 or "/login" in answer.url.path:
        raise Failed(f"{subject} could not log in: {answer.status_code} at {answer.url.path}")


async def cookie_of(stack: Stack, subject: str) -> str:
    """The cookie of a fresh login, as a browser would send it."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10, follow_redirects=True) as http:
        await log_in(http, stack, subject)
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar)
