"""How long the whole stack takes from the command to a page that answers, and what each service's imports take of it."""

import asyncio
import shutil
import time
from functools import partial

import httpx2

from tests.benchmarks.children import Failed, child, python
from tests.benchmarks.figures import Measured, Table
from tests.benchmarks.rounds import Leg, rounds
from tests.benchmarks.run import Run
from tests.benchmarks.stack import up

TITLE = "The start of the whole stack"
FRESH, AGAIN, COLUMN = "a new data directory", "the same directory again", "seconds"
NOTHING = "Python, importing nothing"
MODULES = {
    "intake": "services.intake.app",
    "liaison": "services.liaison.app",
    "policies": "services.liaison.policies",
    "watchdog": "services.liaison.watchdog",
    "relay": "services.projections.relays",
    "projector": "services.projections.projector",
    "projections": "services.projections.app",
    "portal": "services.portal.app",
    "identity": "deploy.local.identity.app",
    "nattljus up": "deploy.local.up",
}


async def measure(run: Run) -> Measured:
    """The stack in turns new and again; then the imports in turns."""
    starts: dict[tuple[str, str], Leg] = {
        (FRESH, COLUMN): partial(_start, run, fresh=True),
        (AGAIN, COLUMN): partial(_start, run, fresh=False),
    }
    imports: dict[tuple[str, str], Leg] = {(NOTHING, COLUMN): partial(_import, run, "sys")}
    imports |= {(name, COLUMN): partial(_import, run, module) for name, module in MODULES.items()}
    note = "From `nattljus up` to the portal's first page answering with the organisation in the register; every process is started."
    return Measured(
        tables=(
            Table(title=TITLE, unit="s", columns=(COLUMN,), rows=await rounds(starts, run.rounds), notes=(note,)),
            Table(title="Imports", unit="s", columns=(COLUMN,), rows=await rounds(imports, run.rounds), bound=NOTHING),
        )
    )


async def _start(run: Run, *, fresh: bool) -> float:
    if fresh:
        shutil.rmtree(run.place / "data", ignore_errors=True)
    began = time.monotonic()
    async with up(run) as stack, httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(stack.ports.address("portal"))
        if answer.status_code != 200:
            raise Failed(f"the first page answered {answer.status_code}")
        return time.monotonic() - began


async def _import(run: Run, module: str) -> float:
    began = time.monotonic()
    async with child("import", (*python("sys")[:1], "-c", f"import {module}"), {}, run.logs) as imported:
        async with asyncio.timeout(60):
            if await imported.process.wait():
                raise imported.failure("failed")
        return time.monotonic() - began
