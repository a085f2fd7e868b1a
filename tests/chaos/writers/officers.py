"""Social services at work on a referral: opened, assessed, offered, taken over, decided, fed back and planned; and other cases' lives."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from tests.chaos.receipts import CONSULTATION, PRIVATE, REFERRAL, SCENE, STEP
from tests.chaos.writers.advising import advised
from tests.chaos.writers.asking import Machine, machine
from tests.chaos.writers.calls import came
from tests.chaos.writers.commands import GoesNoFurther, ask, reading, step
from tests.chaos.writers.deciding import assess, decide_beside
from tests.chaos.writers.handing import handed_over
from tests.chaos.writers.work import OWNER, Case, Work

PATIENCE = 40
"""How often the reporter looks whether the feedback has come."""


async def follow(work: Work, case: Case) -> None:
    """The whole life of one case, as far as it goes before the run ends."""
    try:
        await LIVES[case.kind](work, case)
    except GoesNoFurther:
        return


async def _worked(work: Work, case: Case) -> None:
    await _opened(work, case)
    await reading(work, case, case.owner, "referrals")
    if case.kind == REFERRAL and work.dice.random() < 0.2:
        await _added_to(work, case)
    await assess(work, case)
    await decide_beside(work, case)
    holder = case.owner
    if case.owner.client == OWNER:
        holder = await handed_over(work, case)
    await step(work, case, holder, "decisions", work.replies.decision())
    if case.kind == PRIVATE:
        return  # there is nobody to tell
    if await _fed_back(work, case):
        await step(work, case, case.reporter, "feedback-readings")
    await reading(work, case, case.reporter, "receipts")
    if work.dice.random() < 0.25:
        await _planned(work, case, holder)


async def _opened(work: Work, case: Case) -> None:
    """Opened; who got its receipt at the second try knows no position to wait for, and asks until the policies have come so far."""
    for _ in range(PATIENCE if not case.after else 0):
        answer = await ask(work, case.owner, "GET", f"/projections/v1/board/{case.id}")
        if answer.done and answer.body["registryNumber"]:
            break
        await asyncio.sleep(0.5)
    await step(work, case, case.owner, "openings")


async def _added_to(work: Work, case: Case) -> None:
    """The reporter has come to know more, in words and with a file; whoever has the case opens it."""
    await step(work, case, case.reporter, "supplements", work.letters.addition(), service="intake")
    await step(work, case, case.reporter, "attachments", work.letters.file(), service="intake")
    await step(work, case, case.owner, "supplement-openings")
    await reading(work, case, case.owner, "referrals")


async def _fed_back(work: Work, case: Case) -> bool:
    for _ in range(PATIENCE):
        answer = await ask(work, case.reporter, "GET", f"/projections/v1/receipts/{case.id}/chain", after=case.positions)
        if answer.done and answer.body["feedback"]:
            return True
        await asyncio.sleep(0.5)
    return False


async def _planned(work: Work, case: Case, holder: Machine) -> None:
    school, key = machine("skola-farsta"), work.key()
    body = work.replies.meeting(case.id, [school.unit, case.reporter.unit])
    parties = (holder.agency, school.agency, case.reporter.agency)
    answer = await ask(work, holder, "POST", "/liaison/v1/sips", body, key, case.positions)
    ids = (answer.body["id"],) if answer.done else ()
    work.write(STEP, "sips", holder, answer, key, ids=ids, parties=parties)
    if ids:
        sip = Case("sip", ids[0], school, holder)
        sip.heard(answer)
        await reading(work, sip, school, "invitations")


LIVES: Mapping[str, Callable[[Work, Case], Awaitable[None]]] = {REFERRAL: _worked, PRIVATE: _worked, CONSULTATION: advised, SCENE: came}
"""What becomes of each kind of thing that was sent."""
