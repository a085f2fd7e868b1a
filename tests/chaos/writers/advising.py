"""Consultations: opened, asked back and told more, answered, and sometimes made into a referral that carries the advice."""

from typing import Any

from tests.chaos.receipts import REFERRAL
from tests.chaos.writers.commands import GoesNoFurther, reading, step
from tests.chaos.writers.pen import Body
from tests.chaos.writers.sending import hand_in
from tests.chaos.writers.work import Case, Work

ASKED_BACK, REFERRED, TWICE = 0.2, 0.5, 0.1
"""How often Socialjouren wants to know more first, how often a referral is made of it, and how often two."""
ANSWERED = "ConsultationAnswered"


async def advised(work: Work, case: Case) -> None:
    """Both sides of it."""
    await step(work, case, case.owner, "openings")
    await reading(work, case, case.owner, "consultations")
    if work.dice.random() < ASKED_BACK:
        await step(work, case, case.owner, "counter-questions", work.letters.more("askedback"))
        await step(work, case, case.reporter, "questions", work.letters.more("askedagain"))
        await step(work, case, case.owner, "openings")
    await step(work, case, case.owner, "answers", work.replies.answer())
    entries = await reading(work, case, case.reporter, "consultations")
    answers = [_given(entry["data"]) for entry in entries if entry["event"] == ANSWERED]
    if answers and work.dice.random() < REFERRED:
        await _referred(work, case, answers)
        if work.dice.random() < TWICE:
            await _referred(work, case, answers)


def _given(answer: dict[str, Any]) -> Body:
    """The advice as it is read, to go along."""
    said = answer["content"]
    return {"advice": answer["advice"], "answeredAt": answer["answeredAt"], "text": said["text"], "condition": said["condition"]}


async def _referred(work: Work, case: Case, answers: list[Body]) -> None:
    """By the unit that asked: the first of them stands as what became of the consultation."""
    if work.stop.is_set():
        raise GoesNoFurther
    body = work.letters.referral() | {"recipient": case.owner.unit, "consultation": {"id": case.id, "advised": answers}}
    await hand_in(work, REFERRAL, case.reporter, case.owner, body, origin=case.id)
