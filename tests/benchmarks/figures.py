"""The arithmetic of the benchmarks: samples of several rounds, their median and spread, and ratios of one round's figures."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Value):
    """What one leg gave, one sample a round, in the table's unit. Empty when the leg could not run."""

    samples: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest sample."""
        return min(self.samples), max(self.samples)


class Table(_Value):
    """Legs (rows) in several shapes (columns), measured in turns. `bound` is the row that the others are compared with."""

    title: str
    unit: str
    columns: tuple[str, ...]
    rows: dict[str, dict[str, Figure]]
    bound: str | None = None
    notes: tuple[str, ...] = ()


class Goal(_Value):
    """What must be reached. `least` and `moonshot` are ratios (or figures with a unit); `less` says whether smaller is better."""

    name: str
    least: float
    moonshot: float | None = None
    less: bool = False
    unit: str = ""


class Verdict(_Value):
    """A goal and what was measured in this run, one sample a round."""

    goal: Goal
    figure: Figure

    @property
    def met(self) -> Literal["moonshot", "met", "not met"]:
        """How far the median came."""
        if self.goal.moonshot is not None and _reaches(self.figure.median, self.goal.moonshot, less=self.goal.less):
            return "moonshot"
        return "met" if _reaches(self.figure.median, self.goal.least, less=self.goal.less) else "not met"


class Measured(_Value):
    """What one group gave."""

    tables: tuple[Table, ...]
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = Field(default=())


def _reaches(value: float, limit: float, *, less: bool) -> bool:
    return value <= limit if less else value >= limit


def ratio(one: Figure, other: Figure) -> Figure:
    """One leg over another, round by round: what disturbed a round disturbed both. Raises ValueError for unequal rounds."""
    return Figure(samples=tuple(a / b for a, b in zip(one.samples, other.samples, strict=True)))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0–1) of the values do not exceed (nearest rank). Raises ValueError when there are none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def collect(rounds: Sequence[Mapping[tuple[str, str], float]]) -> dict[str, dict[str, Figure]]:
    """Rounds of (row, column) → sample, turned into rows of figures; a leg that is missing in a round has fewer samples."""
    samples: dict[str, dict[str, list[float]]] = {}
    for each in rounds:
        for (row, column), value in each.items():
            samples.setdefault(row, {}).setdefault(column, []).append(value)
    return {row: {column: Figure(samples=tuple(found)) for column, found in cells.items()} for row, cells in samples.items()}
