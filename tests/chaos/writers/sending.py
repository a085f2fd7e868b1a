"""Handing something over to social services, with its receipt, and the cases that it makes."""

from typing import Any
from uuid import UUID

from tests.chaos.receipts import CONSULTATION, PRIVATE, REFERRAL, SCENE
from tests.chaos.writers.asking import Machine
from tests.chaos.writers.work import Case, Work

DOORS = {REFERRAL: "referrals", PRIVATE: "private-referrals", CONSULTATION: "consultations", SCENE: "scene-calls"}
AGAIN = 0.02
"""How often an acknowledged request is sent once more."""


async def hand_in(work: Work, kind: str, who: Machine, owner: Machine, body: dict[str, Any], origin: str = "") -> list[Case]:
    """Sent, sometimes twice with the same key; the cases that it made, one a child. `origin` is what a referral was made from."""
    key, again = work.key(), work.dice.random() < AGAIN
    found = await _send(work, kind, who, owner, body, key, origin)
    if again and found:
        await _send(work, kind, who, owner, body, key, origin)
    work.known.extend(found)
    if found:
        found[0].siblings = tuple(found[1:])
        work.fresh[kind].append(found[0])
    return found


async def _send(work: Work, kind: str, who: Machine, owner: Machine, body: dict[str, Any], key: UUID, origin: str) -> list[Case]:
    answer = await work.asking.ask(who, "POST", f"/intake/v1/{DOORS[kind]}", body, key=key, traced=kind == PRIVATE)
    each_child = kind in {REFERRAL, PRIVATE}
    made = (answer.body["referrals"] if each_child else [answer.body]) if answer.done else []
    ids = tuple(each["id"] for each in made)
    references = tuple(each["reference" if each_child else "receiptCode"] for each in made)
    children = len(body["children"]) if each_child else 1
    work.write(kind, str(children), who, answer, key, ids=ids, references=references, parties=(owner.agency,), origin=origin)
    cases = [Case(kind, each, who, owner, children=len(body.get("children", ()))) for each in ids]
    for case in cases:
        case.heard(answer)
    return cases
