"""One rebuild in a process of its own, so that its memory can be told: `python -m tests.benchmarks.rebuilding VIEW…`; prints JSON."""

import asyncio
import json
import os
import resource
import sys
import time

from services.projections.rebuild import rebuild_together
from tests.benchmarks.say import say

EVERY_SECONDS = 10.0


def main() -> None:
    """Rebuilds the views together, telling how far it is, and prints what it took."""
    views, done = sys.argv[1:], 0
    began = told = time.monotonic()

    def progress(events: int, share: float) -> None:
        nonlocal told, done
        done = events
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            say(f"  {', '.join(views)}: {events:,} events, {share:.0%} done, {events / (told - began):,.0f}/s")

    made = asyncio.run(rebuild_together(os.environ["DSN"], views, progress))
    took = time.monotonic() - began
    peak = max(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    rows, same = sum(each.rows for each in made), all(each.same for each in made)
    sys.stdout.write(json.dumps({"events": done, "rows": rows, "same": same, "seconds": took, "mebibytes": peak}) + "\n")


if __name__ == "__main__":
    main()
