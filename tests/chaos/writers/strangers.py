"""Those who ask for what is not theirs: another agency's, another unit's. Every answer must be a closed door."""

import asyncio

from tests.chaos.receipts import CONSULTATION, PRIVATE, SCENE, STRANGER
from tests.chaos.writers.asking import machine
from tests.chaos.writers.reporters import REPORTERS
from tests.chaos.writers.work import Case, Work

NEVER_A_PARTY = ("norra-innerstaden", "hagersten-alvsjo", "hasselby-vallingby", "enskede-arsta-vantor", "socialtjanstinspektorerna")
"""Nobody offers these a case."""
PAUSE = 0.04
ASSESSMENT = {"needsImmediateProtection": False, "reasons": "Inget."}
READS = (
    "/projections/v1/receipts/{}",
    "/projections/v1/receipts/{}/chain",
    "/projections/v1/referrals/{}",
    "/projections/v1/board/{}",
    "/projections/v1/referrals/{}/attachments",
)
COMMANDS: tuple[tuple[str, object], ...] = (
    ("/liaison/v1/referrals/{}/openings", None),
    ("/liaison/v1/referrals/{}/supplement-openings", None),
    ("/liaison/v1/referrals/{}/immediate-safety-assessments", ASSESSMENT),
    ("/liaison/v1/referrals/{}/handover-acceptances", None),
    ("/liaison/v1/referrals/{}/handover-withdrawals", {"reason": ""}),
    ("/liaison/v1/referrals/{}/feedback-readings", None),
    ("/liaison/v1/referrals/{}/takings", None),
    ("/liaison/v1/referrals/{}/police-report-decisions", {"decision": "made", "barnahusConsulted": False}),
    ("/liaison/v1/referrals/{}/report-meetings", {"outcome": "not_relevant"}),
    ("/liaison/v1/referrals/{}/signal-weighings", {"bearing": "no_bearing", "reasons": "Inget."}),
)
ELSE = {
    CONSULTATION: ("/projections/v1/consultations/{}", "/projections/v1/consultations/{}/state"),
    SCENE: ("/projections/v1/scene-calls/{}", "/projections/v1/scene-calls/{}/state"),
}


async def stray(work: Work) -> None:
    """Asks at random until the run ends."""
    while not work.stop.is_set():
        await asyncio.sleep(PAUSE)
        if work.known:
            await _try(work, work.dice.choice(work.known))


async def _try(work: Work, case: Case) -> None:
    others = [client for client in (*REPORTERS, *NEVER_A_PARTY) if client != case.reporter.client]
    if case.kind == PRIVATE:
        others += [case.reporter.client] * len(others)  # by whose door it came in sees nothing of it afterwards
    who = machine(work.dice.choice(others))
    if case.kind in ELSE:
        method, path, body = "GET", work.dice.choice(ELSE[case.kind]), None
    elif work.dice.random() < 0.7:
        method, path, body = "GET", work.dice.choice(READS), None
    else:
        method = "POST"
        path, body = work.dice.choice(COMMANDS)
    answer = await work.asking.ask(who, method, path.format(case.id), body)
    work.write(STRANGER, path.split("/{}")[-1] or path.split("/")[-2], who, answer, ids=(case.id,))
