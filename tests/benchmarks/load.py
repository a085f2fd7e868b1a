"""Closed-loop load: so many connections, each sending the next referral when the last is answered. By wrk, else by our own generator."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import sample
from tests.benchmarks.children import Failed, child, python
from tests.benchmarks.packages import Wrk, wrk
from tests.benchmarks.run import Run

POSTING, FETCHING = Path(__file__).with_name("posting.lua"), Path(__file__).with_name("fetching.lua")
SPACE = 2**32
"""Numbers between two loads: no idempotency key is used twice in a run."""


@dataclass(frozen=True)
class Answered:
    """What a load gave: answers a second, p50 and p99 in milliseconds (closed loop: under saturation they say how full it is)."""

    requests: int
    rate: float
    p50: float
    p99: float


class Generator:
    """Loads one address after the other, always with the same program."""

    def __init__(self, run: Run, program: Wrk | None) -> None:
        self._run, self._wrk = run, program
        self._body = run.place / "body.json"
        self._body.write_text(sample.BODY)
        self._loads = itertools.count(run.seed % 1000 + 1)

    async def load(self, address: str, connections: int, token: str = "", seconds: float | None = None) -> Answered:
        """POSTs referrals for so long. Raises Failed when one is refused or broken: a figure with errors in it is none."""
        first = str(next(self._loads) * SPACE)
        if self._wrk is None:
            return await self._load(self._by_us(address, connections, seconds, str(self._body), first), {"TOKEN": token}, address)
        script = (str(POSTING), address, "--", str(self._body), first, token)
        return await self._load(self._by_wrk(connections, seconds, *script), self._wrk.environment, address)

    async def fetch(self, address: str, connections: int, token: str = "", seconds: float | None = None, cookie: str = "") -> Answered:
        """GETs one page for so long. Raises Failed as `load` does."""
        if self._wrk is None:
            told = {"TOKEN": token, "COOKIE": cookie}
            return await self._load(self._by_us(address, connections, seconds, "-", "0"), told, address)
        script = (str(FETCHING), address, "--", token, cookie)
        return await self._load(self._by_wrk(connections, seconds, *script), self._wrk.environment, address)

    async def _load(self, command: tuple[str, ...], settings: dict[str, str], address: str) -> Answered:
        async with child("load", command, settings, self._run.logs, pipes=True) as load:
            assert load.process.stdout is not None
            said = (await load.process.stdout.read()).decode()
            await load.process.wait()
        if not (lines := [line for line in said.splitlines() if line.startswith("{")]):
            raise load.failure(f"gave no figure: {said[-500:]}")
        found = json.loads(lines[-1])
        if found["refused"] or found["broken"] or not found["requests"]:
            raise Failed(f"{address}: {found['refused']} refused, {found['broken']} broken of {found['requests']}")
        return Answered(found["requests"], found["requests"] / found["microseconds"] * 1e6, found["p50"] / 1000, found["p99"] / 1000)

    def _by_wrk(self, connections: int, seconds: float | None, *script: str) -> tuple[str, ...]:
        assert self._wrk is not None
        length = max(1, round(seconds or self._run.seconds))
        return (self._wrk.program, "-t1", f"-c{connections}", f"-d{length}s", "--timeout", "20s", "-s", *script)

    def _by_us(self, address: str, connections: int, seconds: float | None, body: str, first: str) -> tuple[str, ...]:
        length = str(seconds or self._run.seconds)
        return python("tests.benchmarks.openloop", address, body, first, length, "--connections", str(connections))


async def generator(run: Run) -> Generator:
    """The best generator that can be had here."""
    return Generator(run, wrk())
