"""Handing a case over to a district: refused by a first one, taken back, or accepted; brothers and sisters together or split on purpose."""

from dataclasses import replace

from tests.chaos.writers.asking import Machine, machine
from tests.chaos.writers.commands import reading, step
from tests.chaos.writers.deciding import assess
from tests.chaos.writers.work import Case, Work

DISTRICTS = ("farsta", "skarholmen", "bromma", "jarva", "sodermalm", "kungsholmen", "skarpnack")
TOGETHER = 0.5
"""How often brothers and sisters move together."""


async def handed_over(work: Work, case: Case) -> Machine:
    """To a district; one in five is refused by a first one, and one in ten taken back from it."""
    first, second = (machine(client) for client in work.dice.sample(DISTRICTS, 2))
    siblings = await _brought_along(work, case) if work.dice.random() < TOGETHER else []
    ids = (case.id, *(each.id for each in siblings))
    how, detour = "together" if siblings else "split", work.dice.random()
    if detour < 0.3:
        await step(work, case, case.owner, "handover-offers", work.replies.offer(first.unit, how), parties=(first.agency,), ids=ids)
    if detour < 0.2:
        await step(work, case, first, "handover-refusals", work.replies.refusal(), ids=ids)
    elif detour < 0.3:
        await step(work, case, case.owner, "handover-withdrawals", work.replies.withdrawal(), ids=ids)
    await step(work, case, case.owner, "handover-offers", work.replies.offer(second.unit, how), parties=(second.agency,), ids=ids)
    await step(work, case, second, "handover-acceptances", ids=ids)
    for each in (case, *siblings):
        await reading(work, replace(each, after=case.after), second, "referrals")
    return second


async def _brought_along(work: Work, case: Case) -> list[Case]:
    """Brothers and sisters, opened and assessed: none is offered before somebody has asked whether it is safe."""
    for each in case.siblings:
        each.after = dict(case.after)
        await step(work, each, case.owner, "openings")
        await assess(work, each)
        case.after = dict(each.after)
    return list(case.siblings)
