"""Copies rows into a table as fast as COPY takes them, a commit every 5,000: the physical bound of storing many at once."""

import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.benchmarks import sample
from tests.benchmarks.savers.loop import answer, reply

ROWS = 5000


async def serve(question: Callable[[], Awaitable[dict[str, Any] | None]]) -> None:
    """Answers until it is asked no more."""
    connection = await asyncpg.connect(os.environ["DSN"])
    state = sample.stored_bytes()
    while (asked := await question()) is not None:
        copied, began = 0, time.monotonic()
        while time.monotonic() - began < asked["seconds"]:
            first = uuid4().int
            rows = [(UUID(int=(first + n) % 2**128), 1, "ReferralReceived.v1", state) for n in range(ROWS)]
            await connection.copy_records_to_table("raw", records=rows, columns=("stream", "revision", "topic", "state"))
            copied += ROWS
        reply({"rate": copied / (time.monotonic() - began)})
    await connection.close()


if __name__ == "__main__":
    answer(serve)
