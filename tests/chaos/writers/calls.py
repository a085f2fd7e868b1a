"""Calls to the scene: seen, answered, corrected or called off by the patrol, worked through, made into a referral, and closed."""

from tests.chaos.receipts import REFERRAL
from tests.chaos.writers.asking import Machine
from tests.chaos.writers.commands import GoesNoFurther, reading, step
from tests.chaos.writers.pen import Body
from tests.chaos.writers.sending import hand_in
from tests.chaos.writers.work import Case, Work

AMENDED, CALLED_OFF, REFERRED = 0.3, 0.1, 0.5
"""How often the patrol writes something more, calls it off, and makes a referral of it."""
THEIRS, OURS = "police-children", "jour-interpreter"
"""A task of each one's checklist."""


async def came(work: Work, case: Case) -> None:
    """The whole call, from Socialjouren's side and the patrol's."""
    await step(work, case, case.owner, "openings")
    await reading(work, case, case.owner, "scene-calls")
    if work.dice.random() < CALLED_OFF:
        await _read_again(work, case, "withdrawals", work.letters.calling_off())
    else:
        await step(work, case, case.owner, "answers", work.replies.coming())
        if work.dice.random() < AMENDED:
            await _read_again(work, case, "amendments", work.letters.amendment())
        await _on_the_scene(work, case)
    if work.dice.random() < REFERRED:
        await _referred(work, case)
    await step(work, case, case.owner, "closings", work.replies.reasons("closing"))
    await reading(work, case, case.reporter, "scene-calls")


async def _read_again(work: Work, case: Case, what: str, body: Body) -> None:
    """The patrol has written something, and Socialjouren reads it."""
    await step(work, case, case.reporter, what, body)
    await step(work, case, case.owner, "openings")


async def _on_the_scene(work: Work, case: Case) -> None:
    """Cards, times and tasks, by the two in turns; one child more than the patrol saw at first."""
    await step(work, case, case.owner, "phases", {"phase": "care"})
    await step(work, case, case.reporter, "times", {"what": "arrived"})
    await step(work, case, case.reporter, "tasks", {"task": THEIRS})
    await step(work, case, case.owner, "tasks", {"task": OURS})
    await step(work, case, case.reporter, "children", work.letters.card(1))
    if work.dice.random() < 0.3:
        await step(work, case, case.owner, "children", work.letters.card(None))
        case.children += 1
    for child in range(1, case.children + 1):
        await _with_a_child(work, case, case.owner, child)
    await step(work, case, case.owner, "outcomes", work.replies.outcome())


async def _with_a_child(work: Work, case: Case, who: Machine, child: int) -> None:
    await step(work, case, who, "times", {"what": "child_spoken_with", "child": child})
    if work.dice.random() < 0.2:
        await step(work, case, who, "times", {"what": "medical_examination", "child": child})
        await step(work, case, who, "times", {"what": "medical_examination", "child": child, "happened": False})


async def _referred(work: Work, case: Case) -> None:
    """By the patrol, about every child of the call in its order."""
    origin = {"call": case.id, "children": list(range(1, case.children + 1))}
    body = work.letters.referral(case.children) | {"recipient": case.owner.unit, "scene": origin}
    if work.stop.is_set():
        raise GoesNoFurther
    for each in await hand_in(work, REFERRAL, case.reporter, case.owner, body, origin=case.id):
        case.after |= each.after
