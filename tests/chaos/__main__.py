"""`make chaos`: faults at random from seeds, and a table of what was lost. Everything on this machine, everything stopped again."""

import argparse
import asyncio
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import uvloop

from tests.chaos import page
from tests.chaos.clock import library
from tests.chaos.disk import let_go, power_can_be_cut
from tests.chaos.plan import KINDS, OF_A_CLUSTER, plan
from tests.chaos.run import Asked, run
from tests.chaos.stage import ROOT, remove, remove_leftovers
from tests.chaos.verdict import Verdict, table

LOUD = "!" * 100
STOPPED = 130
"""The exit code of a run that was told to stop."""


def say(text: str) -> None:
    """Progress."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="of faults for each seed")
    parser.add_argument("--seeds", default="1", help="how many (1, 2, …), or which: 3,7,9 or 5-8")
    parser.add_argument("--rate", type=float, default=150.0, help="submissions a second at most; each is 1 to 4 referrals")
    parser.add_argument("--no-disks", action="store_true", help="no loop devices: no power cuts and no full disks")
    parser.add_argument("--cluster", action="store_true", help="with three NATS servers, of which one, two, all are lost")
    parser.add_argument("--page", action="store_true", help="write docs/chaos.md anew, with the earlier runs in docs/chaos.json")
    parser.add_argument("--keep", action="store_true", help="leave data and logs of every seed, not only of those with a finding")
    parser.add_argument("--work", type=Path, default=ROOT / ".nattljus-chaos", help="where the runs take place")
    return parser.parse_args()


def seeds(text: str) -> list[int]:
    """`3` → 1, 2, 3; `3,7` → those; `5-8` → from, to and with."""
    if "-" in text:
        first, _, last = text.partition("-")
        return list(range(int(first), int(last) + 1))
    return [int(each) for each in text.split(",")] if "," in text else list(range(1, int(text) + 1))


async def main(asked: argparse.Namespace) -> int:
    """Every seed, then the table."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, lambda: task.cancel() if task else None)
    await asyncio.to_thread(remove_leftovers, asked.work)
    there = machine(asked)
    verdicts: list[Verdict] = []
    for seed in seeds(asked.seeds):
        folder = asked.work / str(os.getpid()) / f"seed-{seed}"
        try:
            faults = plan(seed, there, OF_A_CLUSTER if asked.cluster else KINDS)
            what = Asked(seed, asked.minutes, asked.rate, "disk" in there, faults, say, asked.cluster)
            verdicts.append(await run(what, folder, first_port()))
        except asyncio.CancelledError:
            await asyncio.to_thread(remove, folder)
            raise
        except Exception:
            await asyncio.to_thread(let_go, folder)
            say(f"seed {seed}: the run itself failed; its logs, receipts and disk images stay in {folder}")
            raise
        tell(verdicts[-1], folder)
        await asyncio.to_thread(remove if verdicts[-1].clean and not asked.keep else let_go, folder)
        if asked.page:
            page.write(ROOT / "docs", verdicts, there)
    sys.stdout.write(table(verdicts) + "\n")
    return 0 if all(each.clean for each in verdicts) else 1


def machine(asked: argparse.Namespace) -> frozenset[str]:
    """What faults this machine can have; loudly what it cannot."""
    no_disk = "not asked for" if asked.no_disks else power_can_be_cut()
    if no_disk:
        say(f"{LOUD}\nNO POWER CUTS AND NO FULL DISKS IN THIS RUN: {no_disk}\n{LOUD}")
    no_clock = library() is None
    if no_clock:
        say(f"{LOUD}\nNO WRONG CLOCKS IN THIS RUN: libfaketime is not installed\n{LOUD}")
    return frozenset({name for name, missing in (("disk", no_disk), ("clock", no_clock)) if not missing})


def first_port() -> int:
    """Where this run looks for its ports: apart from other runs."""
    return 10_000 + os.getpid() % 190 * 100


def tell(found: Verdict, folder: Path) -> None:
    """What one seed came to."""
    if found.clean:
        say(f"seed {found.seed}: clean, {found.acknowledged} acknowledged, {len(found.faults)} faults")
        return
    say(f"seed {found.seed}: NOT CLEAN, its logs, receipts and disk images stay in {folder}")
    for name, value in asdict(found).items():
        say(f"    {name}: {value}")


def start(asked: argparse.Namespace) -> int:
    """Runs them; told to stop, says so."""
    try:
        return uvloop.run(main(asked))
    except asyncio.CancelledError:
        say("Stopped before the end: everything that ran is stopped too, and the seed that was running counts for nothing.")
        return STOPPED


if __name__ == "__main__":
    sys.exit(start(arguments()))
