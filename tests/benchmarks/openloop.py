"""Our own load generator, a process of its own: open loop (a rate, whatever the answers take) or closed loop (connections).

Requests are bytes made here, sent over kept connections; answers are parsed no further than needed. In the open loop a request's clock
starts when it was due, so that a server that stands still is not forgiven. Prints one JSON line: the sums, and each answer when asked.
"""

import argparse
import asyncio
import gc
import itertools
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from tests.benchmarks.figures import percentile
from tests.benchmarks.sample import MARK
from tests.kept import Connections

END = "\r\n"
REFERRAL = re.compile(rb'"referrals":\[\{"id":"([0-9a-f-]{36})"')


@dataclass
class Sent:
    """One request: when it was due, when it was answered (monotonic seconds), and which referral it made."""

    due: float
    answered: float = 0.0
    status: int = 0
    referral: str = ""


@dataclass
class Load:
    """Where to send, and what has come back."""

    host: str
    port: int
    requests: Iterator[bytes]
    sent: list[Sent] = field(default_factory=list)
    connections: Connections = field(default_factory=Connections)

    async def one(self, due: float) -> None:
        """Sends the next request and notes the answer."""
        record = Sent(due)
        self.sent.append(record)
        head, body = await self.connections.exchange(self.host, self.port, next(self.requests))
        record.answered, record.status = time.monotonic(), int(head[9:12])
        if found := REFERRAL.search(body):
            record.referral = found[1].decode()


def fetches(address: str, token: str, cookie: str) -> Iterator[bytes]:
    """The same page again and again."""
    url = urlsplit(address)
    head = f"GET {url.path}{'?' * bool(url.query)}{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n{_authorization(token)}"
    return itertools.repeat(f"{head}{f'Cookie: {cookie}{END}' if cookie else ''}{END}".encode())


def _authorization(token: str) -> str:
    return f"Authorization: Bearer {token}{END}" if token else ""


def requests(address: str, template: str, first: int, token: str) -> Iterator[bytes]:
    """Referrals, each with a key and a body of its own."""
    url, number = urlsplit(address), first
    authorization = _authorization(token)
    while True:
        number += 1
        body = template.replace(MARK, f"{number % 10**8:08}").encode()
        key = f"{number >> 32:08x}-0000-4000-8000-0000{number % 2**32:08x}"
        head = (
            f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n{authorization}"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


async def at_rate(load: Load, rate: float, seconds: float) -> None:
    """So many a second, evenly, whatever the answers take."""
    began, sending = time.monotonic() + 0.1, set[asyncio.Task[None]]()
    for number in range(max(1, round(rate * seconds))):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(load.one(due))
        sending.add(task)
        task.add_done_callback(sending.discard)
    await asyncio.gather(*sending)


async def with_connections(load: Load, connections: int, seconds: float) -> None:
    """So many connections, each sending again when it is answered."""
    end = time.monotonic() + seconds

    async def one() -> None:
        while (now := time.monotonic()) < end:
            await load.one(now)

    await asyncio.gather(*[one() for _ in range(connections)])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("body", help="a file with a POST's body, or `-` to GET")
    parser.add_argument("first", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--each", type=Path, help="a file for every answer: due, answered, referral")
    asked = parser.parse_args()
    url = urlsplit(asked.address)
    token, cookie = os.environ.get("TOKEN", ""), os.environ.get("COOKIE", "")
    posts = asked.body != "-"
    each = requests(asked.address, Path(asked.body).read_text(), asked.first, token) if posts else fetches(asked.address, token, cookie)
    load = Load(url.hostname or "", url.port or 80, each)
    gc.freeze()
    began = time.monotonic()
    uvloop.run(at_rate(load, asked.rate, asked.seconds) if asked.rate else with_connections(load, asked.connections, asked.seconds))
    took = [(each.answered - each.due) * 1e6 for each in load.sent]
    refused = sum(each.status >= 300 for each in load.sent)
    if asked.each:
        asked.each.write_text(json.dumps([(each.due, each.answered, each.referral) for each in load.sent]))
    said = {
        "requests": len(took),
        "microseconds": (time.monotonic() - began) * 1e6,
        "p50": percentile(took, 0.5),
        "p99": percentile(took, 0.99),
    }
    print(json.dumps(said | {"refused": refused, "broken": 0}))  # noqa: T201  its answer


if __name__ == "__main__":
    main()
