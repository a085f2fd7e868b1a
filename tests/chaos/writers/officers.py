"""Social services at work: a case opened, assessed, offered, taken or refused, decided, fed back, planned; a question or call answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from tests.chaos.receipts import CONSULTATION, READING, REFERRAL, SCENE, STEP
from tests.chaos.writers.asking import Answer, File, Machine, machine
from tests.chaos.writers.letters import Body
from tests.chaos.writers.work import Case, Work

DISTRICTS = ("farsta", "skarholmen", "bromma", "jarva", "sodermalm", "kungsholmen", "skarpnack")
WORDLESS = {"openings", "supplement-openings", "handover-acceptances", "feedback-readings"}
"""Commands without words of their own take no key: they are a fact or they are not."""
PATIENCE = 40
"""How often the reporter looks whether the feedback has come."""


class GoesNoFurther(Exception):
    """The hub did not take a step: the rest of this case is left alone."""


async def follow(work: Work, case: Case) -> None:
    """The whole life of one case, as far as it goes before the run ends."""
    try:
        await LIVES[case.kind](work, case)
    except GoesNoFurther:
        return


async def _worked(work: Work, case: Case) -> None:
    await _opened(work, case)
    await reading(work, case, case.owner, "referrals")
    if work.dice.random() < 0.2:
        await _added_to(work, case)
    await step(work, case, case.owner, "immediate-safety-assessments", work.letters.assessment())
    holder = case.owner
    if case.owner.client == "socialjouren":
        holder = await _handed_over(work, case)
    await step(work, case, holder, "decisions", work.letters.decision())
    if await _fed_back(work, case):
        await step(work, case, case.reporter, "feedback-readings")
    await reading(work, case, case.reporter, "receipts")
    if work.dice.random() < 0.25:
        await _planned(work, case, holder)


async def _opened(work: Work, case: Case) -> None:
    """Opened; who got its receipt at the second try knows no position to wait for, and asks until the policies have come so far."""
    for _ in range(PATIENCE if not case.after else 0):
        answer = await _ask(work, case.owner, "GET", f"/projections/v1/board/{case.id}")
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


async def _handed_over(work: Work, case: Case) -> Machine:
    """To a district; one in five is refused by a first one, and one in ten taken back from it."""
    first, second = (machine(client) for client in work.dice.sample(DISTRICTS, 2))
    detour = work.dice.random()
    if detour < 0.3:
        await step(work, case, case.owner, "handover-offers", work.letters.offer(first.unit), parties=(first.agency,))
    if detour < 0.2:
        await step(work, case, first, "handover-refusals", work.letters.refusal())
    elif detour < 0.3:
        await step(work, case, case.owner, "handover-withdrawals", work.letters.withdrawal())
    await step(work, case, case.owner, "handover-offers", work.letters.offer(second.unit), parties=(second.agency,))
    await step(work, case, second, "handover-acceptances")
    await reading(work, case, second, "referrals")
    return second


async def _fed_back(work: Work, case: Case) -> bool:
    for _ in range(PATIENCE):
        answer = await _ask(work, case.reporter, "GET", f"/projections/v1/receipts/{case.id}/chain", after=case.positions)
        if answer.done and answer.body["feedback"]:
            return True
        await asyncio.sleep(0.5)
    return False


async def _planned(work: Work, case: Case, holder: Machine) -> None:
    school, key = machine("skola-farsta"), work.key()
    body = work.letters.meeting(case.id, [school.unit, case.reporter.unit])
    parties = (holder.agency, school.agency, case.reporter.agency)
    answer = await _ask(work, holder, "POST", "/liaison/v1/sips", body, key, case.positions)
    ids = (answer.body["id"],) if answer.done else ()
    work.write(STEP, "sips", holder, answer, key, ids=ids, parties=parties)
    if ids:
        sip = Case("sip", ids[0], school, holder)
        sip.heard(answer)
        await reading(work, sip, school, "invitations")


async def _answered(work: Work, case: Case) -> None:
    opened = await _ask(work, case.owner, "POST", f"/liaison/v1/consultations/{case.id}/openings", after=case.positions)
    case.heard(opened)
    work.write(STEP, "openings", case.owner, opened, "", ids=(case.id,))
    if not opened.done:
        raise GoesNoFurther
    await reading(work, case, case.owner, "consultations")
    key = work.key()
    answer = await _ask(
        work, case.owner, "POST", f"/liaison/v1/consultations/{case.id}/answers", work.letters.answer(), key, case.positions
    )
    case.heard(answer)
    work.write(STEP, "answers", case.owner, answer, key, ids=(case.id,))
    await reading(work, case, case.reporter, "consultations")


async def _came(work: Work, case: Case) -> None:
    """A call to the scene: seen, read, answered, a child spoken with, and closed."""
    await _on_scene(work, case, "openings")
    await reading(work, case, case.owner, "scene-calls")
    await _on_scene(work, case, "answers", work.letters.coming())
    await _on_scene(work, case, "times", {"what": "child_spoken_with", "child": 1})
    await _on_scene(work, case, "outcomes", work.letters.outcome())
    await _on_scene(work, case, "closings", work.letters.closing())
    await reading(work, case, case.reporter, "scene-calls")


async def _on_scene(work: Work, case: Case, what: str, body: Body | None = None) -> None:
    """One command on a call. Raises GoesNoFurther."""
    key = None if what in WORDLESS else work.key()
    answer = await _ask(work, case.owner, "POST", f"/liaison/v1/scene-calls/{case.id}/{what}", body, key, case.positions)
    case.heard(answer)
    work.write(STEP, f"scene-{what}", case.owner, answer, key or "", ids=(case.id,))
    if not answer.done:
        raise GoesNoFurther


LIVES: Mapping[str, Callable[[Work, Case], Awaitable[None]]] = {REFERRAL: _worked, CONSULTATION: _answered, SCENE: _came}
"""What becomes of each kind of thing that was sent."""


async def step(
    work: Work,
    case: Case,
    who: Machine,
    what: str,
    body: Body | File | None = None,
    *,
    service: str = "liaison",
    parties: tuple[str, ...] = (),
) -> None:
    """One command on a referral. Raises GoesNoFurther."""
    key = None if what in WORDLESS else work.key()
    answer = await _ask(work, who, "POST", f"/{service}/v1/referrals/{case.id}/{what}", body, key, case.positions)
    case.heard(answer)
    work.write(STEP, what, who, answer, key or "", ids=(case.id,), parties=parties)
    if not answer.done:
        raise GoesNoFurther


async def reading(work: Work, case: Case, who: Machine, view: str) -> None:
    """A case file opened: a reading that must stand in the log."""
    answer = await _ask(work, who, "GET", f"/projections/v1/{view}/{case.id}", after=case.positions)
    found = tuple(entry["event"] for entry in answer.body["entries"]) if answer.done else ()
    work.write(READING, view, who, answer, ids=(case.id,), found=found)


async def _ask(
    work: Work, who: Machine, method: str, path: str, body: Body | File | None = None, key: UUID | None = None, after: str = ""
) -> Answer:
    if work.stop.is_set():
        raise GoesNoFurther
    return await work.asking.ask(who, method, path, body, key=key, after=after)
