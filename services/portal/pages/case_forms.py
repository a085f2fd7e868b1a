"""The forms of a case: what each sends to the hub, what must be chosen first, and beside which field a refusal belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
CHOOSE_COLLEAGUE = N_("Choose a colleague.")
CHOOSE_BEARING = N_("Choose what the signals mean for this referral.")

FIELDS = {
    "no-reasons": "reasons",
    "siblings-unsaid": "siblings",
    "sibling-not-assessed": "siblings",
    "already-assessed": "needs_protection",
    "unknown-unit": "to_unit",
    "unknown-colleague": "to",
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
    places: Mapping[str, str] = field(default_factory=dict)
    """Beside which field a refusal belongs, where it is another one than FIELDS says."""

    def body(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """As liaison takes it."""
        said = {name: texts.get(name, "") for name in self.fields}
        return {self.fields[name]: value_of(name, text) for name, text in said.items() if text or name not in self.unsaid}

    def problems(self, texts: Mapping[str, str]) -> Problems:
        """What can be seen without asking."""
        return tuple((name, words) for name, words in self.chosen.items() if not texts.get(name))


NUMBERS = frozenset({"offer", "corrects"})
"""The number of the offer, or of the assessment, that stood on the page: so that no other one is answered or corrected by mistake."""
ACTS = {
    "open": Act("openings", {"take": "take"}, {}, frozenset({"take"})),
    "take": Act("takings", {"over": "over"}, {}, frozenset({"over"})),
    "give-back": Act("returns", {}, {}),
    "assign": Act("assignments", {"to": "to"}, {"to": CHOOSE_COLLEAGUE}),
    "weigh": Act(
        "signal-weighings",
        {"bearing": "bearing", "signal_reasons": "reasons"},
        {"bearing": CHOOSE_BEARING},
        places={"no-reasons": "signal_reasons", "already-weighed": "bearing"},
    ),
    "link": Act("links", {"other": "other"}, {}),
    "hold-apart": Act("separations", {"other": "other"}, {}),
    "read": Act("supplement-openings", {}, {}),
    "offer": Act(
        "handover-offers",
        {"to_unit": "toUnit", "message": "message", "siblings": "siblings"},
        {"to_unit": CHOOSE_UNIT},
        frozenset({"siblings"}),
    ),
    "withdraw": Act("handover-withdrawals", {"withdrawal": "reason", "offer": "offer"}, {}, NUMBERS),
    "accept": Act("handover-acceptances", {"offer": "offer"}, {}, NUMBERS),
    "refuse": Act("handover-refusals", {"reasons": "reason", "offer": "offer"}, {}, NUMBERS),
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


def texts_of(sent: FormData) -> dict[str, str]:
    """The form's texts as a browser sent them, with plain line ends."""
    return {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}


def place_of(refused: HubRefused, act: Act | None = None) -> Problems:
    """Where on the page a refusal belongs, of this act if one is named, and its words."""
    place = act.places.get(refused.code) if act else None
    return ((place or FIELDS.get(refused.code, STEP), words_of(refused)),)


def value_of(name: str, text: str) -> str | bool | int:
    """What a field's text is to liaison: yes and no are true and false, and a number is one where a number is asked for."""
    if name in NUMBERS and text.isdecimal():
        return int(text)
    return {"yes": True, "no": False}.get(text, text)
