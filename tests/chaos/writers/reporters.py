"""Police, healthcare and schools: they hand over referrals, ask for advice and call to a scene, sometimes twice with the same key."""

from typing import Any
from uuid import UUID

from tests.chaos.receipts import CONSULTATION, REFERRAL, SCENE
from tests.chaos.writers.asking import Machine, machine
from tests.chaos.writers.work import OWNER, Case, Work

REPORTERS = (
    "polisen-farsta",
    "polisen-skarholmen",
    "polisen-norrmalm",
    "karolinska-barnakut",
    "sachsska-barnakut",
    "st-goran-akut",
    "bup-akut",
    "skola-farsta",
    "skola-skarholmen",
    "friskola-sodermalm",
    "forskola-skarholmen",
)
PATROLS = ("polisen-farsta", "polisen-skarholmen", "polisen-norrmalm")
"""Police of districts where calls to the scene are in use."""
DIRECTLY = ("farsta", "skarholmen")
"""Districts that get some referrals without Socialjouren."""
AGAIN = 0.02
"""How often an acknowledged request is sent once more."""
ASKS = 0.05
"""How often a question comes instead of a referral."""
CALLS = 0.03
"""How often a patrol calls Socialjouren to a scene instead."""


async def hand_over(work: Work) -> None:
    """One submission, one question or one call."""
    who, chance = machine(work.dice.choice(REPORTERS)), work.dice.random()
    if chance < ASKS:
        await _consult(work, who)
    elif chance < ASKS + CALLS:
        await _call(work, machine(work.dice.choice(PATROLS)))
    else:
        await _refer(work, who)


async def _refer(work: Work, who: Machine) -> None:
    owner = machine(work.dice.choice(DIRECTLY) if work.dice.random() < 0.1 else OWNER)
    body, key = work.letters.referral() | {"recipient": owner.unit}, work.key()
    again = work.dice.random() < AGAIN
    found = await _send(work, REFERRAL, "/intake/v1/referrals", who, owner, body, key)
    if again and found:
        await _send(work, REFERRAL, "/intake/v1/referrals", who, owner, body, key)
    for case in found:
        work.known.append(case)
    if found:
        work.fresh.append(found[0])


async def _consult(work: Work, who: Machine) -> None:
    owner = machine(OWNER)
    body, key = work.letters.question(), work.key()
    found = await _send(work, CONSULTATION, "/intake/v1/consultations", who, owner, body, key)
    work.known.extend(found)
    work.fresh.extend(found)


async def _call(work: Work, who: Machine) -> None:
    body, key = work.letters.call(), work.key()
    again = work.dice.random() < AGAIN
    found = await _send(work, SCENE, "/intake/v1/scene-calls", who, machine(OWNER), body, key)
    if again and found:
        await _send(work, SCENE, "/intake/v1/scene-calls", who, machine(OWNER), body, key)
    work.known.extend(found)
    work.fresh.extend(found)


async def _send(work: Work, kind: str, path: str, who: Machine, owner: Machine, body: dict[str, Any], key: UUID) -> list[Case]:
    answer = await work.asking.ask(who, "POST", path, body, key=key)
    made = (answer.body["referrals"] if kind == REFERRAL else [answer.body]) if answer.done else []
    ids = tuple(each["id"] for each in made)
    children = len(body["children"]) if kind == REFERRAL else 1
    references = tuple(each["reference"] for each in made) if kind == REFERRAL else tuple(each["receiptCode"] for each in made)
    work.write(kind, str(children), who, answer, key, ids=ids, references=references, parties=(owner.agency,))
    cases = [Case(kind, each, who, owner) for each in ids]
    for case in cases:
        case.heard(answer)
    return cases
