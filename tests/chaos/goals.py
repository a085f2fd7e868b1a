"""What the fault run is held to, and whether it was met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.checker.count import COLUMNS
from tests.chaos.verdict import Verdict

ACKNOWLEDGED, FAULTS, CUTS = 1_000_000, 500, 100
BACK = {"processes": 5.0, "nats": 5.0, "postgres": 10.0, "hub": 30.0}
"""Seconds within which what was broken works again; `hub` is all of it, whose supervisor was killed and started anew."""
ANSWER = 0.25
"""Seconds: the 99th percentile of the answers while NATS is away."""
CATCH_UP = 1000.0
"""Events a second."""


@dataclass(frozen=True)
class Goal:
    """One goal, what was seen, and whether that is enough. `met` is None where nothing of the kind happened."""

    what: str
    seen: str
    met: bool | None


def goals(verdicts: Sequence[Verdict]) -> Iterator[Goal]:
    """All of them."""
    for column in COLUMNS:
        number = sum(each.found[column] for each in verdicts)
        yield Goal(f"{column}: 0", f"{number:,}", number == 0)
    yield _at_least("acknowledged", ACKNOWLEDGED, sum(each.acknowledged for each in verdicts))
    yield _at_least("faults", FAULTS, sum(len(each.faults) for each in verdicts))
    yield _at_least("of them power cuts", CUTS, sum(each.cuts for each in verdicts))
    for group, most in BACK.items():
        yield _back(verdicts, group, most)
    away = [(each.timing["away_p99"], each.timing["away_answers"]) for each in verdicts if each.timing["away_p99"] is not None]
    worst = max((p99 for p99, _ in away), default=None)
    answers = sum(number for _, number in away)
    seen = f"worst seed {worst * 1000:.0f} ms, {answers:,} answers" if worst is not None else "NATS was never away"
    yield Goal(f"answers while NATS is away: p99 ≤ {ANSWER * 1000:.0f} ms", seen, None if worst is None else worst <= ANSWER)
    rates = sorted(rate for each in verdicts for rate in each.timing["caught_up"])
    seen = f"median {rates[len(rates) // 2]:,.0f}, slowest {rates[0]:,.0f}, {len(rates)} times" if rates else "nothing to catch up"
    yield Goal(f"streams catch up: {CATCH_UP:,.0f} events/s", seen, rates[len(rates) // 2] >= CATCH_UP if rates else None)


def _at_least(what: str, least: int, number: int) -> Goal:
    return Goal(f"{what}: {least:,}", f"{number:,}", number >= least)


def _back(verdicts: Sequence[Verdict], group: str, most: float) -> Goal:
    times = sorted(seconds for each in verdicts for seconds in each.timing["back"].get(group, ()))
    what = f"{group} back in {most:.0f} s"
    if not times:
        return Goal(what, "nothing of the kind happened", None)
    late = sum(seconds > most for seconds in times)
    seen = f"median {times[len(times) // 2]:.1f} s, longest {times[-1]:.1f} s, {late} of {len(times)} later"
    return Goal(what, seen, late == 0)
