"""Closed-loop load: so many connections, each sending the next referral when the last is answered. By wrk, else by our own generator."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import sample
from tests.benchmarks.children import Failed, child, python
from tests.benchmarks.packages import Wrk, wrk
from tests.benchmarks.run import Run

SCRIPT = Path(__file__).with_name("referral.lua")
SPACE = 2**32
"""Numbers between two loads: no idempotency key is used twice in a run."""


@dataclass(frozen=True)
class Answered:
    """What a load gave: answers a second, p50 and p99 in milliseconds (closed loop: under saturation they say how full it is)."""

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
        first, seconds = next(self._loads) * SPACE, seconds or self._run.seconds
        command = (
            self._by_wrk(address, connections, seconds, first, token) if self._wrk else self._by_us(address, connections, seconds, first)
        )
        settings = self._wrk.environment if self._wrk else {"TOKEN": token}
        async with child("load", command, settings, self._run.logs, pipes=True) as load:
            assert load.process.stdout is not None
            said = (await load.process.stdout.read()).decode()
            await load.process.wait()
        if not (lines := [line for line in said.splitlines() if line.startswith("{")]):
            raise load.failure(f"gave no figure: {said[-500:]}")
        found = json.loads(lines[-1])
        if found["refused"] or found["broken"]:
            raise Failed(f"{address}: {found['refused']} refused, {found['broken']} broken of {found['requests']}")
        return Answered(found["requests"] / found["microseconds"] * 1e6, found["p50"] / 1000, found["p99"] / 1000)

    def _by_wrk(self, address: str, connections: int, seconds: float, first: int, token: str) -> tuple[str, ...]:
        assert self._wrk is not None
        shape = ("-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", str(SCRIPT))
        return (self._wrk.program, *shape, address, "--", str(self._body), str(first), token)

    def _by_us(self, address: str, connections: int, seconds: float, first: int) -> tuple[str, ...]:
        return python("tests.benchmarks.openloop", address, str(self._body), str(first), str(seconds), "--connections", str(connections))


async def generator(run: Run) -> Generator:
    """The best generator that can be had here."""
    return Generator(run, wrk())
