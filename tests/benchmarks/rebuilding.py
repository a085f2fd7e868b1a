"""One rebuild in a process of its own, so that its memory can be told: `python -m tests.benchmarks.rebuilding VIEW`; prints JSON."""

import asyncio
import json
import os
import resource
import sys
import time

from services.projections.rebuild import rebuild
from tests.benchmarks.say import say

EVERY_SECONDS = 10.0


def main() -> None:
    """Rebuilds the view, telling how far it is, and prints what it took."""
    began = told = time.monotonic()

    def progress(events: int, share: float) -> None:
        nonlocal told
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            say(f"  {sys.argv[1]}: {events:,} events, {share:.0%} done, {events / (told - began):,.0f}/s")

    rebuilt = asyncio.run(rebuild(os.environ["DSN"], sys.argv[1], progress))
    peak = max(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    said = {"events": rebuilt.events, "rows": rebuilt.rows, "same": rebuilt.same, "seconds": time.monotonic() - began, "mebibytes": peak}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
