"""From the POST to the reader's eye: how much goes through the whole hub, and how long one referral takes at a steady rate."""

import contextlib
import time

from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, collect, ratio
from tests.benchmarks.groups.post import EMPTY, peer
from tests.benchmarks.load import Generator, generator
from tests.benchmarks.processes import spent, used
from tests.benchmarks.run import Run
from tests.benchmarks.sample import CLIENT
from tests.benchmarks.say import say
from tests.benchmarks.settled import Positions, positions
from tests.benchmarks.stack import Stack, up
from tests.benchmarks.tap import watching
from tests.benchmarks.timed import BROWSER, POST, VIEW, OpenLoop

TITLE = "From the POST to the reader's eye"
CONNECTIONS = 32
RATES = (1, 50, 200)
LONGEST = {1: 10.0}
"""Seconds: at one a second a leg must last a while to have a percentile."""
VIEWS, REGISTERED, COLUMN = "until every view has it", "until every view shows it registered", "32 connections"
MAXIMUM = Goal(name="whole pipeline's maximum / empty FastAPI POST", least=0.3, moonshot=0.5)
P50 = Goal(name="view committed p50 / POST p50 at 200/s", least=2, moonshot=1.5, less=True)
P99 = Goal(name="view committed p99 / POST p99 at 200/s", least=3, moonshot=1.7, less=True)
EYE = Goal(name="browser told, p99 at 200/s", least=50, less=True, unit="ms")

Samples = list[dict[tuple[str, str], float]]


async def measure(run: Run) -> Measured:
    """The whole hub, all walls on."""
    async with contextlib.AsyncExitStack() as started:
        stack = await started.enter_async_context(up(run))
        empty = await started.enter_async_context(peer(run, stack, EMPTY))
        seen = await started.enter_async_context(watching(stack))
        load, at = await generator(run), await positions(stack)
        open_loop = OpenLoop(run, stack, seen)
        await open_loop.load(20, 2.0)
        late, most, cost = Samples(), Samples(), Samples()
        for number in range(1, run.rounds + 1):
            late.append(await _latencies(run, open_loop, at))
            most.append({(EMPTY, COLUMN): (await load.load(empty.address, CONNECTIONS)).rate})
            through, used_by = await _through(stack, load, at)
            most[-1] |= through
            cost.append(used_by)
            say(f"  round {number}/{run.rounds}  {most[-1]}")
    return _measured(collect(late), collect(most), collect(cost))


async def _latencies(run: Run, open_loop: OpenLoop, at: Positions) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for rate in RATES:
        timed = await open_loop.load(rate, run.seconds if run.smoke else max(run.seconds, LONGEST.get(rate, 0)))
        await at.settled()
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            found |= {(row, f"{rate}/s {name}"): value for row, value in timed.share(share).items()}
        say(f"  {rate}/s: {timed.share(0.5)} p99 {timed.share(0.99)}")
    return found


async def _through(stack: Stack, load: Generator, at: Positions) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Referrals a second through the hub, and the processor milliseconds that one costs, by process."""
    first, before, began = await at.tail(), used(stack), time.monotonic()
    await load.load(f"{stack.ports.address('intake')}/intake/v1/referrals", CONNECTIONS, await stack.token(CLIENT))
    settled = await at.settled()
    referrals = await at.tail() - first
    rates = {(VIEWS, COLUMN): referrals / (settled.intake - began), (REGISTERED, COLUMN): referrals / (settled.everything - began)}
    cost = {(name, "ms a referral"): seconds * 1000 / referrals for name, seconds in spent(before, used(stack)).items()}
    return rates, cost


def _measured(late: dict[str, dict[str, Figure]], most: dict[str, dict[str, Figure]], cost: dict[str, dict[str, Figure]]) -> Measured:
    columns = tuple(f"{rate}/s {share}" for rate in RATES for share in ("p50", "p99"))
    note = (
        "Open loop: the clock of a referral starts when it was due to be sent. The view has it when the projector says so, after its"
        " commit; the browser is a logged-in officer's open page. One machine, one monotonic clock."
    )
    tables = (
        Table(title="Milliseconds at a steady rate", unit="ms", columns=columns, rows=late, bound=POST, notes=(note,)),
        Table(title="The most that goes through, 32 connections", unit="referrals/s", columns=(COLUMN,), rows=most, bound=EMPTY),
        Table(title="What one referral costs at that rate, by process", unit="processor ms", columns=("ms a referral",), rows=cost),
    )
    verdicts = (
        Verdict(goal=MAXIMUM, figure=ratio(most[VIEWS][COLUMN], most[EMPTY][COLUMN])),
        Verdict(goal=P50, figure=ratio(late[VIEW]["200/s p50"], late[POST]["200/s p50"])),
        Verdict(goal=P99, figure=ratio(late[VIEW]["200/s p99"], late[POST]["200/s p99"])),
        Verdict(goal=EYE, figure=late[BROWSER]["200/s p99"]),
    )
    return Measured(tables=tables, verdicts=verdicts)
