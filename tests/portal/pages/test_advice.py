"""The queue of questions: the longest waiting first, and only what is ours to answer."""

from datetime import timedelta
from uuid import UUID

from contracts.consultation import Advice
from contracts.referral import AgeBand, Category
from services.portal.pages.advice import Question, queue
from tests.portal.pages.rows import NIGHT


def asked(number: int, hours: int, *, relation: str = "to_answer", answered: bool = False) -> Question:
    return Question(
        consultation=UUID(int=number),
        relation=relation,
        receipt_code="K7Q2-FX9M",
        from_unit="sachsska-barnakut",
        category=Category.NEGLECT,
        age_band=AgeBand.AGE_4_6,
        requested_at=NIGHT + timedelta(hours=hours),
        advice=Advice.REFER_NOW if answered else None,
        answered_at=NIGHT + timedelta(hours=hours, minutes=20) if answered else None,
    )


def test_who_has_waited_longest_is_answered_first_and_answers_stand_newest_first() -> None:
    waiting, answered = queue(
        [asked(1, 2), asked(2, 1), asked(3, 0, relation="asked"), asked(4, 3, answered=True), asked(5, 4, answered=True)]
    )
    assert [each.consultation.int for each in waiting] == [2, 1]
    assert [each.consultation.int for each in answered] == [5, 4]


def test_waiting_ends_with_the_answer() -> None:
    now = NIGHT + timedelta(hours=9)
    assert asked(1, 1).waited(now) == timedelta(hours=8)
    assert asked(1, 1, answered=True).waited(now) == timedelta(minutes=20)
