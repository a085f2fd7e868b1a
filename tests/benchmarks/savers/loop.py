"""What a saver process does: it is asked in JSON lines on its standard input, and answers on its standard output."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from tests.benchmarks.figures import percentile

Save = Callable[[], Awaitable[object]]


async def saved(save: Save, savers: int, seconds: float) -> dict[str, float]:
    """So many savers, each saving again when its save is durable, for so long: saves a second, and p50 and p99 in milliseconds."""
    took: list[float] = []
    end = time.monotonic() + seconds

    async def one() -> None:
        while (began := time.monotonic()) < end:
            await save()
            took.append(time.monotonic() - began)

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(savers)))
    return result(took, time.monotonic() - began)


def result(took: list[float], seconds: float) -> dict[str, float]:
    """The answer for saves that took so many seconds each."""
    return {"rate": len(took) / seconds, "p50": percentile(took, 0.5) * 1000, "p99": percentile(took, 0.99) * 1000}


def answer(serve: Callable[[Callable[[], Awaitable[dict[str, Any] | None]]], Awaitable[None]]) -> None:
    """Runs `serve` with a way to ask for the next question (None at the end), on uvloop as the services run."""
    uvloop.run(_answer(serve))


async def _answer(serve: Callable[[Callable[[], Awaitable[dict[str, Any] | None]]], Awaitable[None]]) -> None:
    async def question() -> dict[str, Any] | None:
        line = await asyncio.to_thread(sys.stdin.readline)
        return json.loads(line) if line else None

    await serve(question)


def reply(body: object) -> None:
    """One line back."""
    sys.stdout.write(json.dumps(body) + "\n")
    sys.stdout.flush()
