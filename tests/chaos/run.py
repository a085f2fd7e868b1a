"""One seed: the hub on fresh disks, everybody at work, faults at random, calm, and the checker."""

import asyncio
import json
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.up import first_of
from deploy.nats.permissions import inbox
from deploy.nats.streams import DEPLOY
from tests.benchmarks.machine import this_machine
from tests.chaos.canaries import Canaries
from tests.chaos.checker.check import Evidence, check
from tests.chaos.checker.clear import check_files
from tests.chaos.checker.count import Count
from tests.chaos.checker.ledger import Ledger, ledger
from tests.chaos.checker.timing import looks, timing
from tests.chaos.faults import fault
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.processes import family, send
from tests.chaos.receipts import read
from tests.chaos.stage import Stage
from tests.chaos.verdict import Verdict, verdict
from tests.chaos.watch import Watch, watched

CALM_SECONDS = 180.0
WARM_UP = 3.0
LEVEL = 5
"""So many looks in a row must be level before it is calm."""
Say = Callable[[str], None]


class WritersEnded(Exception):
    """The writers ended when nobody asked them to: their exit code, and what they said."""


@dataclass(frozen=True)
class Asked:
    """What a run is asked for. `rate` is submissions a second at most, `disks` whether the servers get disks of their own.

    `faults` are seconds of peace before each, whether what breaks may recover before the next one, and the fault.
    """

    seed: int
    minutes: float
    rate: float
    disks: bool
    faults: Iterable[tuple[float, bool, Fault]]
    say: Say
    clustered: bool = False


async def run(asked: Asked, folder: Path, first_port: int) -> Verdict:
    """Plays it and judges it. The folder is left as it is."""
    stage = Stage(folder, first_port, clustered=asked.clustered)
    trouble: list[str] = []
    try:
        if asked.disks:
            await asyncio.to_thread(stage.make_disks)
        await stage.start()
        asked.say(f"seed {asked.seed}: the hub runs")
        async with watched(stage, folder / "looks.jsonl") as watch:
            await play(asked, stage, watch, trouble)
            await stand_still(stage, watch)
        receipts = await asyncio.to_thread(lambda: ledger(read(folder / "receipts.jsonl")))
        count = await check(evidence(asked, stage, receipts))
    finally:
        await stage.stop()
    searched = await asyncio.to_thread(check_files, (stage.data.postgres, stage.data.nats, stage.data.logs), canaries(asked), count)
    return judged(asked, folder, receipts, count, searched, trouble)


async def play(asked: Asked, stage: Stage, watch: Watch, trouble: list[str]) -> None:
    """Writers at work, faults, then calm."""
    writers = await stage.run_python(
        "tests.chaos.writers",
        *("--data", str(stage.data.path), "--seed", str(asked.seed), "--rate", str(asked.rate)),
        *("--receipts", str(stage.folder / "receipts.jsonl"), "--counts", str(stage.folder / "counts.json")),
        log="writers",
    )
    try:
        await asyncio.sleep(WARM_UP)
        await first_of(strike(asked, stage, watch), unexpected_end(writers, stage.folder))
        writers.terminate()
        if await writers.wait():
            raise WritersEnded(writers.returncode, (stage.folder / "writers.log").read_text())
        await calm(watch, trouble)
    finally:
        if writers.returncode is None:
            writers.kill()
            await writers.wait()


async def unexpected_end(writers: Process, folder: Path) -> None:
    """Raises WritersEnded when they do."""
    raise WritersEnded(await writers.wait(), (folder / "writers.log").read_text())


async def strike(asked: Asked, stage: Stage, watch: Watch) -> None:
    """The faults, as many as the minutes allow."""
    log = fault.FaultLog(stage.folder / "faults.jsonl", stage, watch)
    until = time.monotonic() + asked.minutes * 60
    for peace, wait, each in asked.faults:
        await asyncio.sleep(peace)
        if time.monotonic() > until:
            return
        asked.say(f"seed {asked.seed}: {each}")
        happened = await log.carry_out(each, wait=wait)
        if wait and happened.part:
            asked.say(f"    works again after {happened.back:.1f} s" if happened.back is not None else "    does not work again")


async def calm(watch: Watch, trouble: list[str]) -> None:
    """Waits until store, streams, views and policies are level, and the reconciler has looked at it all and found it equal."""
    began, level, ended = time.monotonic(), 0, time.time()
    while level < LEVEL:
        level = level + 1 if watch.last.level and watch.last.reconciled > ended else 0
        if time.monotonic() - began > CALM_SECONDS:
            trouble.append(f"not level {CALM_SECONDS:.0f} s after the last fault: {watch.last}")
            return
        await asyncio.sleep(0.25)


async def stand_still(stage: Stage, watch: Watch) -> None:
    """The watchdog says something by the mere passing of time, also while everything is looked at: it is held until the end."""
    for process in family(stage.process("watchdog")):
        send(process, signal.SIGSTOP)
    await calm(watch, [])


def canaries(asked: Asked) -> tuple[str, ...]:
    """What must be found nowhere."""
    return Canaries.of(asked.seed).texts


def evidence(asked: Asked, stage: Stage, receipts: Ledger) -> Evidence:
    """Where the checker finds everything."""

    async def rebuild(views: list[str]) -> bool:
        process = await stage.run_python("tests.chaos.anew", str(stage.data.path), *views, log="rebuild")
        return await process.wait() == 0

    poison = stage.folder / "poison.json"
    return Evidence(
        ledger=receipts,
        admin_dsn=stage.admin_dsn,
        nats=(stage.nats, stage.nats_seed(DEPLOY), inbox(DEPLOY)),
        issuer=stage.ports.address("identity"),
        poison=frozenset(json.loads(poison.read_text())) if poison.exists() else frozenset(),
        canaries=canaries(asked),
        logs=stage.data.logs,
        rebuild=rebuild,
    )


def judged(asked: Asked, folder: Path, receipts: Ledger, count: Count, searched: int, trouble: list[str]) -> Verdict:
    """The verdict, with the times."""
    happened = fault.read(folder / "faults.jsonl")
    times = timing(receipts, happened, looks(folder / "looks.jsonl"))
    trouble += [f"does not work again: {what}" for what in times.not_back]
    return verdict(
        asked.seed,
        asked.minutes,
        asked.rate,
        receipts,
        count,
        happened,
        times,
        searched=searched,
        clustered=asked.clustered,
        commit=this_machine().commit,
        trouble=trouble,
    )
