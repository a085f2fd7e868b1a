"""What people wait for when they act: a call to the scene and its answer, an assessment, brothers and sisters handed over together."""

import time
from collections import defaultdict
from collections.abc import Awaitable
from uuid import uuid4

from deploy.local.api import Answer, Api, open_api
from tests.benchmarks.figures import Measured, Table, collect, percentile
from tests.benchmarks.run import Run
from tests.benchmarks.say import say
from tests.benchmarks.stack import up

TITLE = "Commands of the night, through the whole hub"
JOUR, POLICE, DISTRICT, DISTRICT_UNIT = "socialjouren", "polisen-farsta", "farsta", "farsta-mottagning"
CALLED, ANSWERED, ASSESSED = "a call to the scene, to its receipt", "a call answered", "a child assessed for immediate safety"
OFFERED, ACCEPTED = "brother and sister offered together", "both accepted, with their keys"
COLUMN = "one at a time"
CALL = {"place": "Provgatan 3", "children": [{"ageYears": 8}, {"ageYears": 5}], "danger": False, "seen": "Barnen sitter bakom dörren."}
COMING = {"answer": "coming", "who": "Socialjouren", "arrivesAt": "2027-01-12T02:00:00Z"}
SIBLINGS = {"children": [{"kind": "unknown", "name": name} for name in ("Test Ett", "Test Två")], "worry": "Oro."}
ASSESSMENT = {"needsImmediateProtection": False, "reasons": "Skäl."}
OFFER = {"toUnit": DISTRICT_UNIT, "message": "Ring.", "siblings": "together"}
Times = dict[str, list[float]]


async def measure(run: Run) -> Measured:
    """One machine after the other, each command when what it waits for has come."""
    found: list[dict[tuple[str, str], float]] = []
    async with up(run) as stack, open_api(stack.data.path) as api:
        for number in range(run.rounds + (not run.smoke)):
            times, until = defaultdict[str, list[float]](list), time.monotonic() + run.seconds
            while time.monotonic() < until:
                await _called(api, times)
                await _handed_over(api, times)
            if number or run.smoke:  # what is compiled or connected at the first time is no part of it
                found.append({(row, COLUMN): percentile(each, 0.5) for row, each in times.items()})
                say(f"  round {len(found)}/{run.rounds}  {found[-1]}")
    notes = (
        "Median. Token, policy, decision, seal and durable store are in each; openings before them, which wait for the policies, are not.",
    )
    return Measured(tables=(Table(title=TITLE, unit="ms", columns=(COLUMN,), rows=collect(found), notes=notes),))


async def _timed(times: Times, row: str, asking: Awaitable[Answer]) -> Answer:
    began = time.monotonic()
    answer = await asking
    times[row].append((time.monotonic() - began) * 1000)
    return answer


async def _called(api: Api, times: Times) -> None:
    called = await _timed(times, CALLED, api.ask(POLICE, "POST", "/intake/v1/scene-calls", CALL, key=uuid4()))
    at = f"/liaison/v1/scene-calls/{called.body['id']}"
    await api.ask(JOUR, "POST", f"{at}/openings")
    await _timed(times, ANSWERED, api.ask(JOUR, "POST", f"{at}/answers", COMING, key=uuid4()))


async def _handed_over(api: Api, times: Times) -> None:
    receipt = await api.ask(POLICE, "POST", "/intake/v1/referrals", SIBLINGS, key=uuid4())
    cases = [f"/liaison/v1/referrals/{each['id']}" for each in receipt.body["referrals"]]
    for case in cases:
        await api.ask(JOUR, "POST", f"{case}/openings")
        await _timed(times, ASSESSED, api.ask(JOUR, "POST", f"{case}/immediate-safety-assessments", ASSESSMENT, key=uuid4()))
    await _timed(times, OFFERED, api.ask(JOUR, "POST", f"{cases[0]}/handover-offers", OFFER, key=uuid4()))
    await _timed(times, ACCEPTED, api.ask(DISTRICT, "POST", f"{cases[0]}/handover-acceptances"))
