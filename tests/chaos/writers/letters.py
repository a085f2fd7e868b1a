"""What agencies and private persons write to social services: referrals, additions, questions and calls, every text with a canary in it."""

from tests.chaos.canaries import NUMBERS
from tests.chaos.writers.asking import File
from tests.chaos.writers.pen import Body, Pen

CATEGORIES = ("violence_against_child", "violence_in_close_relation", "substance_abuse", "neglect", "own_behaviour", "other")
BANDS = ("0-3", "4-6", "7-9", "unknown")
EXPOSURES = ("saw", "suffered", "saw_and_suffered", "not_known")
CHILDREN = (1, 1, 1, 2, 2, 3, 4)


class Letters:
    """What comes in."""

    def __init__(self, pen: Pen) -> None:
        self._pen, self._dice = pen, pen.dice

    def _child(self, number: int) -> Body:
        child: Body = {"kind": "unknown", "name": self._pen.word(f"namn{number}"), "ageYears": self._dice.randrange(18)}
        if self._dice.random() < 0.5:
            child |= {"kind": "personal_identity_number", "number": self._dice.choice(NUMBERS)}
        return child

    def _children(self, how_many: int = 0) -> list[Body]:
        return [self._child(number) for number in range(how_many or self._dice.choice(CHILDREN))]

    def referral(self, children: int = 0) -> Body:
        """About so many children, or one to four."""
        return {
            "children": self._children(children),
            "worry": self._pen.said("oro"),
            "categories": [self._dice.choice(CATEGORIES)],
            "immediateDanger": self._dice.random() < 0.1,
            "childLocation": self._pen.said("plats"),
            "guardians": self._pen.word("guardians"),
            "reporterContact": self._pen.word("contact"),
        }

    def told(self) -> Body:
        """By a private person, who may say who it is."""
        name = {"reporterName": self._pen.word("neighbour")} if self._dice.random() < 0.5 else {}
        return self.referral() | name

    def addition(self) -> Body:
        """To a referral."""
        return {"text": self._pen.said("addition"), "childLocation": self._pen.said("later"), "immediateDanger": self._dice.random() < 0.1}

    def file(self) -> File:
        """A note of some lines, or of some pages."""
        lines = [self._pen.said("note") for _ in range(self._dice.choice((1, 1, 300)))]
        return File(f"{self._pen.word('file')}.txt", "\n".join(lines).encode())

    def question(self) -> Body:
        """For advice."""
        return {"question": self._pen.said("question"), "category": self._dice.choice(CATEGORIES), "ageBand": self._dice.choice(BANDS)}

    def more(self, field: str) -> Body:
        """Asked or told in the course of a consultation."""
        return {"text": self._pen.said(field)}

    def call(self) -> Body:
        """To a scene with one to four children."""
        children = [{"ageYears": self._dice.randrange(18)} for _ in range(self._dice.choice(CHILDREN))]
        return {
            "place": self._pen.word("place"),
            "children": children,
            "danger": self._dice.random() < 0.3,
            "seen": self._pen.said("seen"),
        }

    def amendment(self) -> Body:
        """To a call."""
        return {"place": self._pen.word("otherplace"), "danger": True, "seen": self._pen.said("seenmore")}

    def calling_off(self) -> Body:
        """Why nobody need come."""
        return {"reasons": self._pen.said("callingoff")}

    def card(self, child: int | None) -> Body:
        """Of a child at the scene; of one more without a number."""
        card = {"person": self._child(child or 0), "exposure": self._dice.choice(EXPOSURES), "note": self._pen.said("card")}
        return card | ({"child": child} if child else {})
