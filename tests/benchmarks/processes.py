"""What the stack's processes use: processor time and memory, each with its children (PostgreSQL has one a connection)."""

import contextlib
from dataclasses import dataclass

import psutil

from tests.benchmarks.stack import Stack


@dataclass(frozen=True)
class Used:
    """Processor seconds since its start, and resident memory in MiB (pages shared among PostgreSQL's processes counted once each)."""

    seconds: float
    mebibytes: float


def used(stack: Stack) -> dict[str, Used]:
    """By process of the stack."""
    return {name: used_by(number) for name, number in stack.processes().items()}


def used_by(number: int) -> Used:
    """One process with its children, by its number."""
    process = psutil.Process(number)
    seconds, resident = 0.0, 0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            seconds += times.user + times.system
            memory = each.memory_full_info() if each is process else each.memory_info()
            resident += getattr(memory, "uss", memory.rss - getattr(memory, "shared", 0))
    return Used(seconds, resident / 2**20)


def spent(before: dict[str, Used], after: dict[str, Used]) -> dict[str, float]:
    """Processor seconds between two looks."""
    return {name: now.seconds - before[name].seconds for name, now in after.items() if name in before}
