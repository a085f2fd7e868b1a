"""One run's outcome, as it is shown, kept and added up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.chaos.checker.count import COLUMNS, Count
from tests.chaos.checker.ledger import Ledger
from tests.chaos.checker.timing import Timing
from tests.chaos.did import did
from tests.chaos.faults.fault import Happened


@dataclass(frozen=True)
class Verdict:
    """What the checker found in one seed's run: so many minutes of faults, at most `rate` submissions a second.

    `found` holds a number for each column, `looks` the first places of each, `commit` is what ran.
    """

    seed: int
    minutes: float
    rate: float
    acknowledged: int
    referrals: int
    readings: int
    strangers: int
    unanswered: int
    refused: dict[str, int]
    found: dict[str, int]
    looks: dict[str, list[str]]
    faults: list[dict[str, Any]]
    """Each as the log has it."""
    timing: dict[str, Any]
    searched: int = 0
    """Bytes of files in which no canary was found."""
    clustered: bool = False
    """Whether there were three NATS servers."""
    commit: str = ""
    did: dict[str, int] = field(default_factory=dict)
    """What the writers did, and how often that was acknowledged; empty for a run of before this was counted."""
    trouble: list[str] = field(default_factory=list)
    """What else went wrong: the calm did not come, something was not back in time."""

    @property
    def name(self) -> str:
        """How it is called in a table."""
        return f"{self.seed}, cluster" if self.clustered else str(self.seed)

    @property
    def clean(self) -> bool:
        """Whether every column is 0 and nothing else went wrong."""
        return not any(self.found.values()) and not self.trouble and not self.unanswered

    @property
    def cuts(self) -> int:
        """Power cuts."""
        return sum(each["kind"] in CUTS for each in self.faults)


def verdict(
    seed: int,
    minutes: float,
    rate: float,
    ledger: Ledger,
    count: Count,
    faults: Sequence[Happened],
    timing: Timing,
    *,
    searched: int,
    clustered: bool,
    commit: str,
    trouble: list[str],
) -> Verdict:
    """From what was counted."""
    return Verdict(
        seed=seed,
        minutes=round(minutes, 2),
        rate=rate,
        acknowledged=ledger.acknowledged,
        referrals=ledger.referrals,
        readings=len(ledger.readings),
        strangers=sum(bool(each.status) for each in ledger.strangers),
        unanswered=len(ledger.unanswered),
        refused={f"{what} {status}": times for (what, status), times in Counter((r.what, r.status) for r in ledger.refused).items()},
        found={column: count.numbers[column] for column in COLUMNS},
        looks={column: found for column, found in count.examples.items() if found},
        faults=[asdict(each) for each in faults],
        timing=asdict(timing),
        searched=searched,
        clustered=clustered,
        commit=commit,
        did=did(ledger),
        trouble=trouble,
    )


CUTS = ("PowerCut", "NodesWithoutPower")
HEAD = ("seed", "acknowledged", "referrals", "faults", "power cuts", *COLUMNS, "longest pause, s")


def row(each: Verdict) -> tuple[str, ...]:
    """A line of the table."""
    numbers = [each.acknowledged, each.referrals, len(each.faults), each.cuts, *(each.found[column] for column in COLUMNS)]
    return each.name, *(f"{number:,}" for number in numbers), f"{each.timing['longest_pause']:.1f}"


def total(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The last line."""
    sums = [
        sum(each.acknowledged for each in verdicts),
        sum(each.referrals for each in verdicts),
        sum(len(each.faults) for each in verdicts),
        sum(each.cuts for each in verdicts),
        *(sum(each.found[column] for each in verdicts) for column in COLUMNS),
    ]
    longest = max((each.timing["longest_pause"] for each in verdicts), default=0.0)
    return "all", *(f"{number:,}" for number in sums), f"{longest:.1f}"


def table(verdicts: Sequence[Verdict]) -> str:
    """For a terminal and for a page."""
    lines = [HEAD, tuple("-" * len(name) for name in HEAD), *(row(each) for each in verdicts), total(verdicts)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join("| " + " | ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines)
