"""One command or one reading in the life of a case, each with its receipt."""

from typing import Any
from uuid import UUID

from tests.chaos.receipts import ADVISED, CONSULTATION, PRIVATE, READING, REFERRAL, SCENE, STEP
from tests.chaos.writers.asking import Answer, File, Machine
from tests.chaos.writers.pen import Body
from tests.chaos.writers.work import Case, Work

PLACES = {REFERRAL: "referrals", PRIVATE: "referrals", CONSULTATION: "consultations", SCENE: "scene-calls"}
"""Where in the API each kind of case is."""
CALLED = {SCENE: "scene-"}
"""What a step's name begins with in its receipt, so that those of a call are told from those of a referral."""
WORDLESS = {
    *("openings", "supplement-openings", "handover-acceptances", "feedback-readings"),
    *("takings", "returns", "assignments", "phases", "tasks"),
}
"""Commands without words of their own take no key: they are a fact or they are not."""


class GoesNoFurther(Exception):
    """The hub did not take a step: the rest of this case is left alone."""


async def step(
    work: Work,
    case: Case,
    who: Machine,
    what: str,
    body: Body | File | None = None,
    *,
    service: str = "liaison",
    parties: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
    owes: str = "",
) -> None:
    """One command on a case; `ids` are all that it is about, where it moves several. Raises GoesNoFurther."""
    key = None if what in WORDLESS else work.key()
    answer = await ask(work, who, "POST", f"/{service}/v1/{PLACES[case.kind]}/{case.id}/{what}", body, key, case.positions)
    case.heard(answer)
    called = CALLED.get(case.kind, "") + what
    work.write(STEP, called, who, answer, key or "", ids=ids or (case.id,), parties=parties, owes=owes)
    if not answer.done:
        raise GoesNoFurther


async def reading(work: Work, case: Case, who: Machine, view: str) -> list[dict[str, Any]]:
    """A case file opened: a reading that must stand in the log. Gives its entries, none when it was refused."""
    answer = await ask(work, who, "GET", f"/projections/v1/{view}/{case.id}", after=case.positions)
    entries: list[dict[str, Any]] = answer.body["entries"] if answer.done else []
    advised = (ADVISED,) * any(entry["data"].get("content", {}).get("advised") for entry in entries)
    work.write(READING, view, who, answer, ids=(case.id,), found=(*(entry["event"] for entry in entries), *advised))
    return entries


async def ask(
    work: Work, who: Machine, method: str, path: str, body: Body | File | None = None, key: UUID | None = None, after: str = ""
) -> Answer:
    """The hub's final answer. Raises GoesNoFurther when the run ends."""
    if work.stop.is_set():
        raise GoesNoFurther
    return await work.asking.ask(who, method, path, body, key=key, after=after)
