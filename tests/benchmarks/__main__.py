"""`make bench`: runs the groups that are named (or all that are short), prints their tables, and writes the page with `--page`."""

import argparse
import asyncio
import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Coroutine
from typing import Any

import psutil

from tests.benchmarks.children import ROOT
from tests.benchmarks.figures import Measured
from tests.benchmarks.page import text_of
from tests.benchmarks.results import keep
from tests.benchmarks.run import PLACES, Run
from tests.benchmarks.say import say

GROUPS = ("appends", "post", "walls", "pipeline", "commands", "relay", "reads", "startup", "rebuild")
LONG = ("soak", "growth")
"""Only when they are named: they take long."""

STOPPED = 130
"""The exit code of a run that was told to stop: no figure of the group that was running stands anywhere."""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join((*GROUPS, *LONG))}; without any, all but the last two")
    parser.add_argument("--quick", action="store_true", help="three short rounds, for trying")
    parser.add_argument("--smoke", action="store_true", help="one round of a moment: does it run at all?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long one leg measures")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long `soak` goes on")
    parser.add_argument("--events", type=int, default=1_000_000, help="how far `growth` and `rebuild` fill the stores")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--page", action="store_true", help="keep the results and write docs/benchmarks.md")
    asked = parser.parse_args()
    if unknown := [name for name in asked.groups if name not in (*GROUPS, *LONG)]:
        parser.error(f"there is no group {', '.join(unknown)}")
    rounds, seconds = (1, 0.3) if asked.smoke else (3, 1.0) if asked.quick else (asked.rounds, asked.seconds)
    run = Run(PLACES / f"run-{os.getpid()}", rounds, seconds, asked.seed, asked.minutes, asked.events, asked.smoke)
    try:
        for name in asked.groups or GROUPS:
            _group(name, run, _command(name, sys.argv[1:]) if asked.page else None)
    except asyncio.CancelledError:
        say("Stopped before the end: everything that ran is stopped too, and the group that was running counts for nothing.")
        return STOPPED
    return 0


def _group(name: str, run: Run, command: str | None) -> None:
    group = importlib.import_module(f"tests.benchmarks.groups.{name}")
    forget_dead_runs()
    run.place.mkdir(parents=True)
    run.place.chmod(0o711)  # PostgreSQL's own user passes through
    say(f"\n{name}: {group.TITLE}")
    began = time.monotonic()
    try:
        measured = asyncio.run(_stoppable(group.measure(run)))
    finally:
        shutil.rmtree(run.place / "data", ignore_errors=True)  # of a failed run the logs stay
    took = time.monotonic() - began
    say(f"\n{text_of(measured)}\n{name} took {took:.0f} s")
    if command:
        keep(ROOT / "docs", name, command, group.TITLE, measured, run, took)
    shutil.rmtree(run.place)


async def _stoppable(measuring: Coroutine[Any, Any, Measured]) -> Measured:
    """A run that is told to stop (SIGTERM) stops what it started."""
    task = asyncio.ensure_future(measuring)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def forget_dead_runs() -> None:
    """Removes what runs left that ended before they could."""
    for old in PLACES.glob("run-*"):
        if not psutil.pid_exists(int(old.name.removeprefix("run-"))):
            shutil.rmtree(old)


def _command(name: str, options: list[str]) -> str:
    """What makes one group's table again."""
    return f'make bench ARGS="{" ".join([name, *(option for option in options if option not in (*GROUPS, *LONG))])}"'


if __name__ == "__main__":
    sys.exit(main())
