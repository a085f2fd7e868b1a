"""What agencies write: referrals, questions, calls and the words of later steps, every text with a canary in it."""

import random
from typing import Any

from tests.chaos.canaries import NUMBERS, Canaries
from tests.chaos.writers.asking import File

Body = dict[str, Any]
CATEGORIES = ("violence_against_child", "violence_in_close_relation", "substance_abuse", "neglect", "own_behaviour", "other")
BANDS = ("0-3", "4-6", "7-9", "unknown")
DECISIONS = ("investigation_opened", "investigation_not_opened", "investigation_already_ongoing")
ADVICE = ("refer_now", "refer_if", "other_service", "no_further_action")
SERVICE = "testgruppen-farsta"
OUTCOMES = ("shelter", "talks", "family_treatment", "company_to_hospital", "link_to_child_psychiatry")
CHILDREN = (1, 1, 1, 2, 2, 3, 4)
STORY = "Grannar ringde om skrik. Barnen satt ensamma i köket och hade inte ätit sedan i går. Ingen vuxen svarade när vi ropade. "
CONSENT = {"written": True, "givenAt": "2025-11-20T09:00:00Z"}


class Letters:
    """The same seed, the same letters."""

    def __init__(self, seed: int, canaries: Canaries) -> None:
        self._dice, self._canaries = random.Random(f"letters {seed}"), canaries  # noqa: S311  not a secret

    def _said(self, field: str) -> str:
        return f"{STORY}{self._canaries.word(field)} {self._dice.randrange(10**9)}"

    def _child(self, number: int) -> Body:
        child: Body = {"kind": "unknown", "name": self._canaries.word(f"namn{number}"), "ageYears": self._dice.randrange(18)}
        if self._dice.random() < 0.5:
            child |= {"kind": "personal_identity_number", "number": self._dice.choice(NUMBERS)}
        return child

    def referral(self) -> Body:
        """About one to four children."""
        return {
            "children": [self._child(number) for number in range(self._dice.choice(CHILDREN))],
            "worry": self._said("oro"),
            "categories": [self._dice.choice(CATEGORIES)],
            "immediateDanger": self._dice.random() < 0.1,
            "childLocation": self._said("plats"),
            "guardians": self._canaries.word("guardians"),
            "reporterContact": self._canaries.word("contact"),
        }

    def addition(self) -> Body:
        """To a referral."""
        return {"text": self._said("addition"), "childLocation": self._said("later"), "immediateDanger": self._dice.random() < 0.1}

    def file(self) -> File:
        """A note of some lines, or of some pages."""
        lines = [self._said("note") for _ in range(self._dice.choice((1, 1, 300)))]
        return File(f"{self._canaries.word('file')}.txt", "\n".join(lines).encode())

    def question(self) -> Body:
        """For advice."""
        return {"question": self._said("question"), "category": self._dice.choice(CATEGORIES), "ageBand": self._dice.choice(BANDS)}

    def call(self) -> Body:
        """To a scene with one to four children."""
        children = [{"ageYears": self._dice.randrange(18)} for _ in range(self._dice.choice(CHILDREN))]
        return {
            "place": self._canaries.word("place"),
            "children": children,
            "danger": self._dice.random() < 0.3,
            "seen": self._said("seen"),
        }

    def coming(self) -> Body:
        """Socialjouren's answer to a call."""
        return {"answer": "coming", "who": "Socialjouren", "arrivesAt": "2027-01-12T02:00:00Z", "message": self._said("coming")}

    def outcome(self) -> Body:
        """What came of a call."""
        return {"outcome": self._dice.choice(OUTCOMES), "note": self._said("outcome")}

    def closing(self) -> Body:
        """Why a call is closed without a referral about each child."""
        return {"reasons": self._said("closing")}

    def assessment(self) -> Body:
        """Immediate safety."""
        return {"needsImmediateProtection": self._dice.random() < 0.3, "reasons": self._said("assessment")}

    def offer(self, unit: str) -> Body:
        """Of a handover."""
        return {"toUnit": unit, "message": self._said("message"), "siblings": "split"}

    def withdrawal(self) -> Body:
        """Of an offer."""
        return {"reason": self._said("withdrawal")}

    def refusal(self) -> Body:
        """Of a handover."""
        return {"reason": self._said("refusal")}

    def decision(self) -> Body:
        """On an investigation."""
        return {"decision": self._dice.choice(DECISIONS), "reasons": self._said("decision")}

    def answer(self) -> Body:
        """To a question, with what its kind wants."""
        advice = self._dice.choice(ADVICE)
        wanted = {"refer_if": {"condition": self._said("condition")}, "other_service": {"service": SERVICE}}
        return {"advice": advice, "text": self._said("advice"), **wanted.get(advice, {})}

    def meeting(self, referral: str, units: list[str]) -> Body:
        """A SIP with both consents."""
        consents = [CONSENT | {"giver": giver, "purpose": self._said(f"{giver}consent")} for giver in ("guardian", "child")]
        return {
            "referral": referral,
            "childName": self._canaries.word("invited"),
            "purpose": self._said("purpose"),
            "place": self._canaries.word("place"),
            "startsAt": "2027-01-12T13:00:00Z",
            "endsAt": "2027-01-12T14:00:00Z",
            "parties": units,
            "consents": consents,
        }
