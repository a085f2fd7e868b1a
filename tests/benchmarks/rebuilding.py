"""Rebuilds in a process of their own, so that their memory can be told: `python -m tests.benchmarks.rebuilding VIEW…`; prints JSON."""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from pathlib import Path

import psutil

from services.projections.rebuild import rebuild_together
from tests.benchmarks.say import say

EVERY_SECONDS = 10.0
MOST = re.compile(r"VmHWM:\s+(\d+) kB")


def main() -> None:
    """Rebuilds the views together, telling how far it is, and prints what it took."""
    views, done, peak = sys.argv[1:], 0, 0.0
    began = told = time.monotonic()

    def progress(events: int, share: float) -> None:
        nonlocal told, done, peak
        done, peak = events, max(peak, most_memory())
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            say(f"  {', '.join(views)}: {events:,} events, {share:.0%} done, {events / (told - began):,.0f}/s")

    made = asyncio.run(rebuild_together(os.environ["DSN"], views, progress))
    took = time.monotonic() - began
    rows, same, peak = sum(each.rows for each in made), all(each.same for each in made), max(peak, most_memory())
    sys.stdout.write(json.dumps({"events": done, "rows": rows, "same": same, "seconds": took, "mebibytes": peak}) + "\n")


def most_memory() -> float:
    """MiB that this process or one of its workers has had at most. The workers are another process's children: no `getrusage` tells."""
    found = []
    for pid in (os.getpid(), *(each.pid for each in psutil.Process().children(recursive=True))):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            found += MOST.findall(Path(f"/proc/{pid}/status").read_text())
    return max(map(int, found)) / 1024


if __name__ == "__main__":
    main()
