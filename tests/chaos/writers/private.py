"""Private persons: what they tell comes in by the door that the portal's machine has for it, and nobody on that side sees it again."""

import asyncio
import contextlib

from tests.chaos.receipts import PRIVATE
from tests.chaos.writers.asking import Trace, machine
from tests.chaos.writers.sending import hand_in
from tests.chaos.writers.work import OWNER, Work

DOOR = "nattljus-private"
PAUSE = 3.0
"""Seconds between two of them: intake takes sixty at once from all of them together, and then one every five seconds."""


async def tell(work: Work) -> None:
    """One after the other until the run ends."""
    while not work.stop.is_set():
        await hand_in(work, PRIVATE, machine(DOOR), machine(OWNER), work.letters.told())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):
                await work.stop.wait()


def trace(address: str, forwarded: str, mark: str) -> Trace:
    """What each of them leaves on the way."""
    return Trace(address, forwarded, f"Mozilla/5.0 ({mark}agent)")
