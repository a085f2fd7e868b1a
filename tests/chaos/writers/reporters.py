"""Police, healthcare and schools: they hand over referrals, ask for advice and call to a scene, sometimes twice with the same key."""

from tests.chaos.receipts import CONSULTATION, REFERRAL, SCENE
from tests.chaos.writers.asking import Machine, machine
from tests.chaos.writers.sending import hand_in
from tests.chaos.writers.work import OWNER, Work

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
ASKS = 0.05
"""How often a question comes instead of a referral."""
CALLS = 0.03
"""How often a patrol calls Socialjouren to a scene instead."""


async def hand_over(work: Work) -> None:
    """One submission, one question or one call."""
    who, chance = machine(work.dice.choice(REPORTERS)), work.dice.random()
    if chance < ASKS:
        await hand_in(work, CONSULTATION, who, machine(OWNER), work.letters.question())
    elif chance < ASKS + CALLS:
        await hand_in(work, SCENE, machine(work.dice.choice(PATROLS)), machine(OWNER), work.letters.call())
    else:
        await _refer(work, who)


async def _refer(work: Work, who: Machine) -> None:
    owner = machine(work.dice.choice(DIRECTLY) if work.dice.random() < 0.1 else OWNER)
    await hand_in(work, REFERRAL, who, owner, work.letters.referral() | {"recipient": owner.unit})
