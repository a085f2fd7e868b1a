"""Ten minutes at 200 referrals a second: whether memory stays flat and nothing becomes slower."""

import time

from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict
from tests.benchmarks.processes import used
from tests.benchmarks.run import Run
from tests.benchmarks.say import say
from tests.benchmarks.settled import positions
from tests.benchmarks.stack import Stack, up
from tests.benchmarks.tap import watching
from tests.benchmarks.timed import BROWSER, POST, VIEW, OpenLoop

TITLE = "A long stretch at 200 referrals a second"
RATE, PART_SECONDS, WARM_SECONDS = 200, 30.0, 15.0
GROWTH = Goal(name="soak: largest growth of a process of ours in the second half", least=10, less=True, unit="MiB")
EYE = Goal(name="soak: browser told, p99 over all parts", least=50, less=True, unit="ms")
OURS = ("identity", "intake", "liaison", "policies", "watchdog", "relay", "projector", "projections", "portal")


async def measure(run: Run) -> Measured:
    """Part after part at the same rate, each timed, memory read after each."""
    seconds = 2.0 if run.smoke else PART_SECONDS
    parts = max(2, round(run.minutes * 60 / seconds)) if not run.smoke else 2
    late: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    async with up(run) as stack, watching(stack) as seen:
        at, open_loop = await positions(stack), OpenLoop(run, stack, seen)
        await open_loop.load(RATE, 1.0 if run.smoke else WARM_SECONDS)
        await at.settled()
        _note(memory, stack)
        for part in range(1, parts + 1):
            began = time.monotonic()
            timed = await open_loop.load(RATE, seconds)
            for share, name in ((0.5, "p50"), (0.99, "p99")):
                for row, value in timed.share(share).items():
                    late.setdefault(f"{row}, {name}", []).append(value)
            _note(memory, stack)
            say(f"  part {part}/{parts} in {time.monotonic() - began:.0f} s: {timed.share(0.99)}")
        await at.settled()
    return _measured(late, memory, run.minutes)


def _note(memory: dict[str, list[float]], stack: Stack) -> None:
    for name, found in used(stack).items():
        memory.setdefault(name, []).append(found.mebibytes)


def _measured(late: dict[str, list[float]], memory: dict[str, list[float]], minutes: float) -> Measured:
    points = {"start": 0.0, "middle": 0.5, "end": 1.0}
    kept = {
        name: {point: Figure(samples=(values[round(share * (len(values) - 1))],)) for point, share in points.items()}
        for name, values in memory.items()
    }
    waits = {name: {"all parts": Figure(samples=tuple(values))} for name, values in late.items()}
    grown = max(kept[name]["end"].median - kept[name]["middle"].median for name in OURS)
    order = [f"{row}, {name}" for row in (POST, VIEW, BROWSER) for name in ("p50", "p99")]
    tables = (
        Table(title=f"{minutes:g} minutes at {RATE}/s", unit="ms", columns=("all parts",), rows={name: waits[name] for name in order}),
        Table(title="Memory of its own, by process", unit="MiB", columns=tuple(points), rows=kept),
    )
    verdicts = (
        Verdict(goal=GROWTH, figure=Figure(samples=(grown,))),
        Verdict(goal=EYE, figure=waits[f"{BROWSER}, p99"]["all parts"]),
    )
    return Measured(tables=tables, verdicts=verdicts)
