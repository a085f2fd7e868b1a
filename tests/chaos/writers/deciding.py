"""What duty officers decide beside who gets the case: safety, police report, report meeting, prosecutor, signals; and who handles it."""

from collections.abc import Awaitable, Callable

from tests.chaos.receipts import PRIVATE
from tests.chaos.writers.asking import machine
from tests.chaos.writers.commands import ask, step
from tests.chaos.writers.work import LEAD, OWNER, Case, Work

LATER = 0.5
"""How often owed reasons come in the same night."""


async def assess(work: Work, case: Case) -> None:
    """Immediate safety, sometimes without reasons, and sometimes corrected."""
    body = work.replies.assessment()
    await step(work, case, case.owner, "immediate-safety-assessments", body, owes="" if body["reasons"] else "safety_assessment")
    if work.dice.random() < 0.05:
        await step(work, case, case.owner, "immediate-safety-assessments", work.replies.corrected(body))


async def decide_beside(work: Work, case: Case) -> None:
    """Some of it, as the night leaves time; then some of the reasons that were left out."""
    for share, does in DECISIONS:
        if work.dice.random() < share:
            await does(work, case)
    if work.dice.random() < LATER:
        await _give_reasons(work, case)


async def _handled(work: Work, case: Case) -> None:
    """Taken, and given back or (at Socialjouren) assigned to the team lead, who gives it back."""
    await step(work, case, case.owner, "takings")
    ending = work.dice.random()
    if ending < 0.3:
        await step(work, case, case.owner, "returns")
    elif ending < 0.7 and case.owner.client == OWNER:
        lead = machine(LEAD)
        await step(work, case, lead, "assignments", {"to": work.asking.actor(lead)})
        if ending < 0.5:
            await step(work, case, lead, "returns")


async def _police_report(work: Work, case: Case) -> None:
    body = work.replies.police_report()
    owes = "police_report" if body["decision"] == "not_made" and not body["reasons"] else ""
    await step(work, case, case.owner, "police-report-decisions", body, owes=owes)


async def _report_meeting(work: Work, case: Case) -> None:
    body = work.replies.report_meeting(mandated=case.kind != PRIVATE)
    owes = "report_meeting" if body["outcome"] == "not_offered" and not body["reasons"] else ""
    await step(work, case, case.owner, "report-meetings", body, owes=owes)


async def _prosecutor(work: Work, case: Case) -> None:
    """Told, asked, and answering that the guardians are to wait; later they need not."""
    await step(work, case, case.owner, "prosecutor-notices", work.replies.notice())
    await step(work, case, case.owner, "prosecutor-consultations", work.replies.consulted())
    if work.dice.random() < 0.5:
        await step(work, case, case.owner, "guardian-hold-endings", work.replies.reasons("lifted"))


async def _signals(work: Work, case: Case) -> None:
    """Several signals about the child, where the hub has pointed them out."""
    answer = await ask(work, case.owner, "GET", f"/projections/v1/board/{case.id}", after=case.positions)
    if answer.done and answer.body["signals"] is not None:
        await step(work, case, case.owner, "signal-weighings", work.replies.weighing())


async def _give_reasons(work: Work, case: Case) -> None:
    """Of all that stands in the queue of missing reasons about this case."""
    answer = await ask(work, case.owner, "GET", "/projections/v1/missing-reasons?limit=200", after=case.positions)
    for row in answer.body if answer.done else ():
        if row["referral"] == case.id:
            await step(work, case, case.owner, "reasons", {"of": row["event"]} | work.replies.reasons("late"))


DECISIONS: tuple[tuple[float, Callable[[Work, Case], Awaitable[None]]], ...] = (
    (0.4, _handled),
    (0.5, _police_report),
    (0.3, _report_meeting),
    (0.15, _prosecutor),
    (0.3, _signals),
)
"""How often each is decided before the case goes on."""
