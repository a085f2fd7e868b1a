"""The forms of a case: what each sends to the hub, what must be chosen first, and beside which field a refusal belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from contracts.feedback import LawfulFact
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of

KEY = "idempotency_key"
"""The hidden field that makes sending the same form twice harmless."""
STEP = "step"
"""Where a refusal is shown that belongs to no field."""
NO_ANSWER = N_("The hub does not answer. Nothing is lost: send again in a minute, it will not be counted twice.")
CHOOSE_PROTECTION = N_("Choose whether the child needs immediate protection.")
CHOOSE_UNIT = N_("Choose a district.")
CHOOSE_DECISION = N_("Choose what you have decided.")

FIELDS = {
    "no-reasons": "reasons",
    "siblings-unsaid": "siblings",
    "sibling-not-assessed": "siblings",
    "already-assessed": "needs_protection",
    "unknown-unit": "to_unit",
    "own-unit": "to_unit",
    "offer-pending": "to_unit",
    "already-decided": "decision",
    "no-advice": "text",
}


@dataclass(frozen=True)
class Act:
    """Something that an officer does to a case: liaison's path for it, its fields, and those that must be chosen."""

    path: str
    fields: Mapping[str, str]
    chosen: Mapping[str, str]
    unsaid: frozenset[str] = frozenset()
    """Fields that are left out when nothing stands in them."""

    def body(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """As liaison takes it."""
        said = {field: texts.get(field, "") for field in self.fields}
        return {self.fields[field]: _value(field, text) for field, text in said.items() if text or field not in self.unsaid}

    def problems(self, texts: Mapping[str, str]) -> Problems:
        """What can be seen without asking."""
        return tuple((field, words) for field, words in self.chosen.items() if not texts.get(field))


READ_OFFER = frozenset({"offer"})
"""The number of the offer that stood on the page, so that no other one is answered by mistake."""
ACTS = {
    "open": Act("openings", {}, {}),
    "assess": Act(
        "immediate-safety-assessments",
        {"needs_protection": "needsImmediateProtection", "reasons": "reasons"},
        {"needs_protection": CHOOSE_PROTECTION},
    ),
    "offer": Act(
        "handover-offers",
        {"to_unit": "toUnit", "message": "message", "siblings": "siblings"},
        {"to_unit": CHOOSE_UNIT},
        frozenset({"siblings"}),
    ),
    "withdraw": Act("handover-withdrawals", {"withdrawal": "reason", "offer": "offer"}, {}, READ_OFFER),
    "accept": Act("handover-acceptances", {"offer": "offer"}, {}, READ_OFFER),
    "refuse": Act("handover-refusals", {"reasons": "reason", "offer": "offer"}, {}, READ_OFFER),
    "decide": Act("decisions", {"decision": "decision", "reasons": "reasons"}, {"decision": CHOOSE_DECISION}),
}
"""What can be done to a case, by the last part of the address that a form is sent to."""

DECISIONS: tuple[tuple[LawfulFact, str, str], ...] = (
    (
        LawfulFact.INVESTIGATION_OPENED,
        N_("Open an investigation"),
        N_("Within four months from today it shall be finished."),
    ),
    (
        LawfulFact.INVESTIGATION_NOT_OPENED,
        N_("Do not open an investigation"),
        N_("The reporter gets to know that none was opened, and not why."),
    ),
    (
        LawfulFact.INVESTIGATION_ALREADY_ONGOING,
        N_("An investigation is going on already"),
        N_("The referral belongs to it."),
    ),
)
"""The choices of the decision: the fact, its name and what follows, as message ids."""


NAMES = sorted({name for act in ACTS.values() for name in act.fields})


def as_written(texts: Mapping[str, str]) -> dict[str, str]:
    """Every field of the case's forms, with what was written in it."""
    return {name: texts.get(name, "") for name in (*NAMES, KEY)}


def texts_of(sent: FormData) -> dict[str, str]:
    """The form's texts as a browser sent them, with plain line ends."""
    return {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}


def place_of(refused: HubRefused) -> Problems:
    """Where on the page a refusal belongs, and its words."""
    return ((FIELDS.get(refused.code, STEP), words_of(refused)),)


def _value(field: str, text: str) -> str | bool | int:
    if field in READ_OFFER and text.isdecimal():
        return int(text)
    return {"yes": True, "no": False}.get(text, text)
