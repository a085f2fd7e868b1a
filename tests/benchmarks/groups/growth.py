"""The same at a thousand, a million and ten million events: whether anything becomes slower because there is much of it."""

import contextlib
import time
from uuid import uuid4

import httpx2

from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict, collect, percentile, ratio
from tests.benchmarks.groups.rebuild import Rebuilt, fill
from tests.benchmarks.load import Generator, generator
from tests.benchmarks.run import Run
from tests.benchmarks.sample import BODY, CLIENT, MARK
from tests.benchmarks.say import say
from tests.benchmarks.settled import positions
from tests.benchmarks.stack import Stack, organised, service
from tests.benchmarks.tap import OFFICER, cookie_of

TITLE = "The same with a thousand events, and with very many"
SIZES = (1000, 1_000_000, 10_000_000)
SERVICES = ("identity", "intake", "liaison", "policies", "projector", "projections", "portal")
"""All but the relay: ten million events need no second copy on disk, and followers read from the store what the bus does not bring."""
JOUR = "socialjouren"
APPEND, POST, DECIDE, PAGE, LARGEST, BOARD, OPEN = (
    "POSTs a second, 16 connections",
    "POST of a referral, ms",
    "decision on a stream, ms",
    "read API, 25 rows, ms",
    "read API, 200 rows, ms",
    "the board in the portal, ms",
    "opening a case file, ms",
)
LEGS = (APPEND, POST, DECIDE, PAGE, LARGEST, BOARD, OPEN)
CASES = 8
GROWN = Goal(name="page of 25, most events / fewest", least=1.3, moonshot=1.1, less=True)
SLOWER = Goal(name="POST of a referral, most events / fewest", least=1.3, moonshot=1.1, less=True)


async def measure(run: Run) -> Measured:
    """Size after size in the same stores, all legs in turns at each."""
    sizes = [size for size in ((300, 600) if run.smoke else SIZES) if size <= max(run.events, 600)]
    found: dict[str, dict[str, Figure]] = {}
    made: dict[str, dict[str, Rebuilt]] = {}
    async with organised(run) as stack:
        for size in sizes:
            column = f"{size:,} events"
            made[column] = await fill(run, stack, size)
            async with contextlib.AsyncExitStack() as started:
                for name in SERVICES:
                    await started.enter_async_context(service(run, stack, name))
                for leg, figure in (await _rounds(run, stack, column)).items():
                    found.setdefault(leg, {})[column] = figure[column]
    columns = tuple(made)
    note = "The stores are filled by COPY with whole referrals over all reporting units and districts, every view by its own rebuild."
    tables = (
        Table(title=TITLE, unit="", columns=columns, rows=found, notes=(note,)),
        Table(title="Rebuild of every view at that size", unit="events/s", columns=columns, rows=_rates(made)),
    )
    few, many = columns[0], columns[-1]
    grown = tuple(Verdict(goal=goal, figure=ratio(found[leg][many], found[leg][few])) for goal, leg in ((GROWN, PAGE), (SLOWER, POST)))
    return Measured(tables=tables, verdicts=grown)


def _rates(made: dict[str, dict[str, Rebuilt]]) -> dict[str, dict[str, Figure]]:
    return collect([{(view, column): took.events / took.seconds for column, views in made.items() for view, took in views.items()}])


async def _rounds(run: Run, stack: Stack, column: str) -> dict[str, dict[str, Figure]]:
    load, at, taken = await generator(run), await positions(stack), []
    for number in range(1, run.rounds + 1):
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
            cases = Cases(http, stack, await stack.token(CLIENT), await stack.token(JOUR))
            each = {POST: await cases.hand_over()}
            await at.settled()
            each |= {DECIDE: await cases.decide()}
            await at.settled()
            each |= {OPEN: await cases.open()}
        each |= await _pages(stack, load)
        each |= {APPEND: (await load.load(f"{stack.ports.address('intake')}/intake/v1/referrals", 16, await stack.token(CLIENT))).rate}
        await at.settled()
        say(f"  {column}, round {number}/{run.rounds}: " + ", ".join(f"{leg} {each[leg]:.1f}" for leg in LEGS))
        taken.append({(leg, column): each[leg] for leg in LEGS})
    return collect(taken)


async def _pages(stack: Stack, load: Generator) -> dict[str, float]:
    board, token = f"{stack.ports.address('projections')}/projections/v1/board?limit=", await stack.token(JOUR)
    cookie = await cookie_of(stack, OFFICER)
    return {
        PAGE: (await load.fetch(f"{board}25", 1, token)).p50,
        LARGEST: (await load.fetch(f"{board}200", 1, token)).p50,
        BOARD: (await load.fetch(f"{stack.ports.address('portal')}/board", 1, cookie=cookie)).p50,
    }


class Cases:
    """Some referrals of a round, one after the other over one connection; each step gives its median milliseconds."""

    def __init__(self, http: httpx2.AsyncClient, stack: Stack, reporter: str, jour: str) -> None:
        self._http, self._ports, self._reporter, self._jour = http, stack.ports, reporter, jour
        self._referrals: list[str] = []

    async def hand_over(self) -> float:
        """POSTs them."""
        took = []
        for number in range(CASES * 4):
            body = BODY.replace(MARK, f"{number:08}").encode()
            headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
            answer, milliseconds = await self._timed("intake", "POST", "/intake/v1/referrals", self._reporter, headers, body)
            took.append(milliseconds)
            self._referrals.append(answer.json()["referrals"][0]["id"])
        return percentile(took, 0.5)

    async def decide(self) -> float:
        """Opens and assesses some of them: two decisions, each on the whole stream."""
        took = []
        assessment = b'{"needsImmediateProtection": false, "reasons": "Barnet \\u00e4r hos mormor."}'
        for referral in self._referrals[:CASES]:
            path = f"/liaison/v1/referrals/{referral}"
            took.append((await self._timed("liaison", "POST", f"{path}/openings", self._jour))[1])
            headers = {"Content-Type": "application/json"}
            took.append((await self._timed("liaison", "POST", f"{path}/immediate-safety-assessments", self._jour, headers, assessment))[1])
        return percentile(took, 0.5)

    async def open(self) -> float:
        """Reads their case files, each through the read log."""
        paths = [f"/projections/v1/referrals/{referral}" for referral in self._referrals[:CASES]]
        return percentile([(await self._timed("projections", "GET", path, self._jour))[1] for path in paths], 0.5)

    async def _timed(
        self, service: str, method: str, path: str, token: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[httpx2.Response, float]:
        sent = {"Authorization": f"Bearer {token}"} | (headers or {})
        began = time.monotonic()
        answer = await self._http.request(method, f"{self._ports.address(service)}{path}", headers=sent, content=body)
        took = (time.monotonic() - began) * 1000
        answer.raise_for_status()
        return answer, took
