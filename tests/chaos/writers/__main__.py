"""The writers' process: works until SIGTERM, then finishes what is unanswered and ends."""

import argparse
import asyncio
import json
import random
import signal
import time
from collections import Counter
from pathlib import Path

import uvloop

from deploy.local.stack import addresses
from tests.chaos.canaries import Canaries
from tests.chaos.receipts import Book
from tests.chaos.writers.asking import Asking
from tests.chaos.writers.letters import Letters
from tests.chaos.writers.officers import follow
from tests.chaos.writers.pen import Pen
from tests.chaos.writers.private import tell, trace
from tests.chaos.writers.replies import Replies
from tests.chaos.writers.reporters import hand_over
from tests.chaos.writers.strangers import stray
from tests.chaos.writers.work import Work

IN_FLIGHT = 64
"""Submissions under way at once; no new one is begun beyond."""
FOLLOWERS = 8
"""Cases that are worked on at once."""
STRANGERS = 1
Counts = Counter[tuple[str, int]]
PATIENCE = 90.0
"""Seconds after the end within which everything unanswered must be answered."""


async def submit(work: Work, rate: float) -> None:
    """New submissions at a steady pace, `rate` a second at most; what could not be begun in time is not made up for."""
    under_way: set[asyncio.Task[None]] = set()
    due = time.monotonic()
    while not work.stop.is_set():
        due = max(due + 1 / rate, time.monotonic() - 0.2)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if len(under_way) < IN_FLIGHT:
            task = asyncio.create_task(hand_over(work))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)


async def officer(work: Work) -> None:
    """Works on one case after the other, the newest first."""
    while not work.stop.is_set():
        if case := work.next():
            await follow(work, case)
        else:
            await asyncio.sleep(0.05)


async def keep_book(work: Work) -> None:
    """Lets others read what was answered so far."""
    while True:
        await asyncio.sleep(0.5)
        work.book.flush()


async def main(data: Path, seed: int, rate: float, receipts: Path) -> Counts:
    """Everybody at work; gives how often each service answered what."""
    dice = random.Random(f"writers {seed}")  # noqa: S311  not a secret
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    canaries = Canaries.of(seed)
    pen = Pen(seed, canaries)
    asking = Asking(data, addresses(data), dice, trace(canaries.address, canaries.forwarded, canaries.mark))
    with Book(receipts) as book:
        work = Work(asking, Letters(pen), Replies(pen), dice, book, stop)
        keeping = asyncio.create_task(keep_book(work))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(submit(work, rate))
                tasks.create_task(tell(work))
                for _ in range(FOLLOWERS):
                    tasks.create_task(officer(work))
                for _ in range(STRANGERS):
                    tasks.create_task(stray(work))
                await stop.wait()
                loop.call_later(PATIENCE, asking.give_up.set)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            asking.close()
    return asking.seen


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--receipts", type=Path, required=True)
    parser.add_argument("--counts", type=Path, required=True)
    asked = parser.parse_args()
    counted = uvloop.run(main(asked.data, asked.seed, asked.rate, asked.receipts))
    asked.counts.write_text(json.dumps([[service, status, number] for (service, status), number in sorted(counted.items())]))
