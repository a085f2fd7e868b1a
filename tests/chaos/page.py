"""The results as a page of the documentation, `docs/chaos.md`, with the runs that it is made of beside it in `docs/chaos.json`."""

import inspect
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.page import markdown
from tests.chaos.did import in_words
from tests.chaos.faults import clock, identity, network, nodes, poison, processes, servers, streams, views
from tests.chaos.goals import goals
from tests.chaos.verdict import Verdict, table

PAGE, RUNS = "chaos.md", "chaos.json"
MODULES = (processes, servers, network, views, identity, clock, poison, streams, nodes)
SIGN = {True: "yes", False: "**no**", None: "–"}


def write(docs: Path, verdicts: Sequence[Verdict], there: frozenset[str]) -> None:
    """Adds these runs to the earlier ones (a seed that ran again replaces itself) and writes both files."""
    machine = this_machine()
    runs = {(each.clustered, each.seed): each for each in [*earlier(docs), *verdicts]}
    kept = [runs[which] for which in sorted(runs)]
    docs.mkdir(exist_ok=True)
    (docs / RUNS).write_text(json.dumps([asdict(each) for each in kept], indent=1) + "\n")
    (docs / PAGE).write_text("\n".join(lines(kept, machine, there)) + "\n")


def earlier(docs: Path) -> list[Verdict]:
    """What ran before."""
    path = docs / RUNS
    found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    return [Verdict(**each) for each in found]


def lines(verdicts: Sequence[Verdict], machine: Machine, there: frozenset[str]) -> Iterator[str]:
    """The page."""
    yield "# The fault run"
    yield ""
    yield "Made by `make chaos`, which anybody may run: real writers through the real HTTP API, every process and both servers of the hub"
    yield "on one machine, faults at random from a seed, then calm, then a checker that imports nothing of the services and reads only"
    yield "the writers' receipts, the stores, the streams, the views, the read log and the files."
    yield ""
    for (minutes, rate, clustered), runs in groupby(sorted(verdicts, key=_shape), key=_shape):
        seeds = ",".join(str(each.seed) for each in runs)
        yield f"    make chaos SEEDS={seeds} MINUTES={minutes:g} ARGS='--rate {rate:g} --page{' --cluster' * clustered}'"
    yield ""
    if "disk" not in there:
        yield "**No power was cut and no disk was full in the last of these runs: that needs root and loop devices.**\n"
    if "clock" not in there:
        yield "**No clock was put wrong in the last of these runs: that needs libfaketime.**\n"
    yield f"Commit {', '.join(sorted({each.commit for each in verdicts}))}."
    yield from _machine(machine)
    yield "\n## Goals\n"
    yield from markdown(("goal", "seen", "met"), [(each.what, each.seen, SIGN[each.met]) for each in goals(verdicts)])
    yield "\n## Seeds\n"
    yield from table(verdicts).splitlines()
    yield ""
    yield from _explained(verdicts)
    yield from _night(verdicts)
    yield "\n## Faults\n"
    yield from markdown(("fault", "row", "what it is", "times", "works again after: median, longest"), list(_faults(verdicts)))


def _shape(each: Verdict) -> tuple[float, float, bool]:
    return each.minutes, each.rate, each.clustered


def _machine(machine: Machine) -> Iterator[str]:
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    yield f"On {machine.cores} cores ({machine.processor}) and {machine.memory_gib} GiB, {machine.system}, Python {machine.python};"
    yield f"{libraries}. Writers, faults, checker and the whole hub share these cores."


def _explained(verdicts: Sequence[Verdict]) -> Iterator[str]:
    readings, strangers = sum(each.readings for each in verdicts), sum(each.strangers for each in verdicts)
    searched = sum(each.searched for each in verdicts) / 2**30
    yield "*Acknowledged* are referrals (one a child), consultations, calls to the scene and later steps, answered with success. *Longest"
    yield "pause* is between two acknowledgements, deliberate outages included."
    yield f"Case files opened: {readings:,}. Tries of strangers to see or change"
    yield f"what is not theirs: {strangers:,}. Searched for the writers' words and numbers: {searched:.1f} GiB of files, and every table."
    for each in verdicts:
        for text in (*each.trouble, *(f"{column}: {where}" for column, found in each.looks.items() for where in found)):
            yield f"- seed {each.name}: {text}"


def _night(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What was done, for which each of these columns was looked at."""
    counted = [each.did for each in verdicts if each.did]
    yield "\n## What the night did\n"
    yield "Every acknowledged command has its receipt, and the checker finds each once in its store, its stream and the views: on the right"
    yield "boards, with who has the case, what is to be explained still, what was offered together, and what became of it. What private"
    yield "persons tell comes by the portal's own door: its sender sees nothing of it afterwards, and the address and agent that they leave"
    yield "on the way are among the words that are searched for. A referral made from a consultation or a call is linked there once, and"
    yield "whoever reads it reads the advice. Nobody who reported holds a key to what social services decide."
    yield ""
    if not counted:
        yield "*These runs are from before this was counted: they held referrals, additions, files, consultations and handovers alone.*"
        return
    if len(counted) < len(verdicts):
        yield f"Counted in {len(counted)} of the {len(verdicts)} runs; the others are from before this was counted, and held less.\n"
    yield from markdown(("done", "times"), in_words(counted))


def _faults(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, ...]]:
    told = {name: found for module in MODULES for name, found in inspect.getmembers(module, inspect.isclass)}
    back: dict[str, list[float | None]] = defaultdict(list)
    for fault in (fault for each in verdicts for fault in each.faults):
        back[fault["kind"]].append(fault["back"])
    for kind in sorted(back):
        row, _, what = (inspect.getdoc(told[kind]) or "").partition(": ")
        times = sorted(seconds for seconds in back[kind] if seconds is not None)
        again = f"{times[len(times) // 2]:.1f} s, {times[-1]:.1f} s" if times else "–"
        yield kind, row, " ".join(what.split()), str(len(back[kind])), again
