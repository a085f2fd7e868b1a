"""How long things took, from receipts, looks and the log of faults: pauses, answers while NATS was away, catching up."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.chaos.checker.ledger import Ledger
from tests.chaos.faults.fault import Happened
from tests.chaos.receipts import PRIVATE
from tests.chaos.watch import Sample

AWAY = ("Down", "Unreachable", "Silent")
"""Faults that take a server away for a while."""
ENOUGH = 300
"""Events that a stream must be behind for its catching up to be measured."""


@dataclass(frozen=True)
class Timing:
    """In seconds; `caught_up` in events a second. None where nothing of the kind happened."""

    longest_pause: float
    p50: float
    p99: float
    away_p99: float | None
    away_answers: int
    caught_up: tuple[float, ...]
    back: dict[str, list[float]] = field(default_factory=dict)
    """What was broken -> how long it took to work again, once for each fault."""
    not_back: tuple[str, ...] = ()


def looks(path: Path) -> list[Sample]:
    """Everything that the watch saw."""
    return [Sample(**json.loads(line)) for line in path.read_text().splitlines()]


def timing(ledger: Ledger, faults: Sequence[Happened], samples: Sequence[Sample]) -> Timing:
    """All of it."""
    paced = (each for each in ledger.created.values() if each.kind != PRIVATE)  # private persons are told to wait when they are many
    answers = sorted({(each.asked, each.answered) for each in paced}, key=lambda each: each[1])
    times = [answered for _, answered in answers]
    waits = sorted(answered - asked for asked, answered in answers)
    away = [each for each in faults if each.kind in AWAY and each.part == "nats"]
    meanwhile = sorted(b - a for a, b in answers if any(each.began + 0.5 <= a and b <= each.healed for each in away))
    returned: dict[str, list[float]] = defaultdict(list)
    for each in faults:
        if each.back is not None:
            returned[group(each)].append(each.back)
    return Timing(
        longest_pause=max((b - a for a, b in pairwise(times)), default=0.0),
        p50=quantile(waits, 0.5) or 0.0,
        p99=quantile(waits, 0.99) or 0.0,
        away_p99=quantile(meanwhile, 0.99),
        away_answers=len(meanwhile),
        caught_up=tuple(catching_up(away, samples)),
        back=dict(returned),
        not_back=tuple(each.what for each in faults if each.back is None and each.waited and each.part),
    )


def group(fault: Happened) -> str:
    """How its recovery is told: a full disk apart, the whole hub, PostgreSQL, NATS, and any other process."""
    if fault.kind == "DiskFull":
        return f"{fault.part}, disk full"
    return fault.part if fault.part in {"hub", "postgres", "nats"} else "processes"


def quantile(sorted_values: Sequence[float], share: float) -> float | None:
    """None of nothing."""
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)] if sorted_values else None


def catching_up(away: Iterable[Happened], samples: Sequence[Sample]) -> Iterator[float]:
    """Events a second that the streams took after each absence, until they held what the stores held when NATS was back."""
    for fault in away:
        later = [each for each in samples if each.at >= fault.healed and each.streams and each.stores]
        before = [each for each in samples if each.at < fault.began and each.streams]
        if not later or not before:
            continue
        first, was = later[0], before[-1]
        behind = sum(first.stores.values()) - sum(was.streams.values())
        level = next((each for each in later if all(each.streams[store] >= first.stores[store] for store in first.stores)), None)
        if behind >= ENOUGH and level:
            yield behind / max(level.at - fault.healed, 0.2)
