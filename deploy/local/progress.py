"""Saying what happens: one line a step, with the seconds it took when it took long."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Say = Callable[[str], None]
"""Takes one line for a person to read."""


def to_terminal(line: str) -> None:
    """Print at once, on the error stream: the output stays clean for what a machine reads."""
    with suppress(BrokenPipeError):  # whoever read along has left, which is no reason to stop the hub
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def silently(_line: str) -> None:
    """Say nothing."""


@asynccontextmanager
async def step(say: Say, what: str, every: float = 5.0) -> AsyncIterator[None]:
    """Say `what`, again every `every` seconds while it lasts, and how long it took in the end."""
    began = time.monotonic()

    async def remind() -> None:
        while True:
            await asyncio.sleep(every)
            say(f"  … {what}: {time.monotonic() - began:.0f} s so far")

    reminder = asyncio.create_task(remind())
    try:
        yield
        say(f"  {what} ({time.monotonic() - began:.1f} s)")
    finally:
        reminder.cancel()
        with suppress(asyncio.CancelledError):
            await reminder
