"""Rounds: every leg once in turn, then again, so that what disturbs the machine disturbs all of them."""

from collections.abc import Awaitable, Callable, Mapping

from tests.benchmarks.figures import Figure, collect
from tests.benchmarks.say import say

Leg = Callable[[], Awaitable[float]]
"""Measures once and gives one sample."""


async def rounds(legs: Mapping[tuple[str, str], Leg], count: int) -> dict[str, dict[str, Figure]]:
    """(row, column) → leg, A B C A B C …, `count` times; rows of figures."""
    found: list[dict[tuple[str, str], float]] = []
    for number in range(1, count + 1):
        taken: dict[tuple[str, str], float] = {}
        for (row, column), leg in legs.items():
            taken[row, column] = await leg()
            say(f"  round {number}/{count}  {row}, {column}: {taken[row, column]:,.1f}")
        found.append(taken)
    return collect(found)
