"""The forms of the duty officer's decisions: what each sends to the hub, and beside which field a refusal belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from typing_extensions import override

from services.portal.language import N_
from services.portal.pages.case_forms import ACTS, CHOOSE_PROTECTION, KEY, STEP, Act, value_of
from services.portal.pages.problems import Problems
from services.portal.times import stockholm

CHOOSE_POLICE = N_("Choose whether a police report is made.")
CHOOSE_BARNAHUS = N_("Choose whether Barnahus was consulted.")
CHOOSE_MEETING = N_("Choose how it stands with the report meeting.")
CHOOSE_PROSECUTOR = N_("Choose which prosecutor was reached.")
NO_SUCH_TIME = N_("This is no day and time. Write both, or leave it empty.")
SAY_WHY = N_("Write why.")


@dataclass(frozen=True)
class Decision(Act):
    """An act whose fields may be left empty. `times` are fields with a day and a time."""

    times: frozenset[str] = frozenset()

    @override
    def body(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """As liaison takes it, without what was left empty."""
        return {name: self._value(each, texts[each]) for each, name in self.fields.items() if texts.get(each)}

    @override
    def problems(self, texts: Mapping[str, str]) -> Problems:
        """What can be seen without asking."""
        wrong = tuple((each, NO_SUCH_TIME) for each in sorted(self.times) if texts.get(each) and stockholm(texts[each]) is None)
        return (*super().problems(texts), *wrong)

    def _value(self, name: str, text: str) -> str | bool | int:
        at: datetime | None = stockholm(text) if name in self.times else None
        return at.isoformat() if at else value_of(name, text)


DECISION_ACTS: dict[str, Decision] = {
    "assess": Decision(
        "immediate-safety-assessments",
        {"needs_protection": "needsImmediateProtection", "reasons": "reasons", "guardian_contacted": "guardianContacted"},
        {"needs_protection": CHOOSE_PROTECTION},
    ),
    "correct": Decision(
        "immediate-safety-assessments",
        {
            "corrects": "corrects",
            "correction": "correction",
            "corrected_protection": "needsImmediateProtection",
            "corrected_reasons": "reasons",
            "corrected_contacted": "guardianContacted",
        },
        {"correction": SAY_WHY, "corrected_protection": CHOOSE_PROTECTION},
        places={"no-correction": "correction", "already-corrected": STEP},
    ),
    "police": Decision(
        "police-report-decisions",
        {"police_report": "decision", "barnahus": "barnahusConsulted", "basis": "basis", "police_reasons": "reasons"},
        {"police_report": CHOOSE_POLICE, "barnahus": CHOOSE_BARNAHUS},
        places={"already-reported": "police_report"},
    ),
    "meeting": Decision(
        "report-meetings",
        {"meeting": "outcome", "invited": "reporterInvited", "meets_at": "meetsAt", "meeting_reasons": "reasons"},
        {"meeting": CHOOSE_MEETING},
        times=frozenset({"meets_at"}),
        places={"meeting-held": "meeting", "no-mandated-reporter": "meeting"},
    ),
    "notify": Decision(
        "prosecutor-notices",
        {"notified": "toUnit", "notified_at": "notifiedAt", "note": "note"},
        {"notified": CHOOSE_PROSECUTOR},
        times=frozenset({"notified_at"}),
        places={"not-happened-yet": "notified_at", "unknown-unit": "notified"},
    ),
    "consult": Decision(
        "prosecutor-consultations",
        {"consulted": "toUnit", "consulted_at": "consultedAt", "guardian_notice": "guardian", "answer": "answer"},
        {"consulted": CHOOSE_PROSECUTOR},
        times=frozenset({"consulted_at"}),
        places={"not-happened-yet": "consulted_at", "unknown-unit": "consulted"},
    ),
    "hold": Decision("guardian-holds", {"hold_reasons": "reasons"}, {}),
    "lift": Decision("guardian-hold-endings", {"lift_reasons": "reasons"}, {}),
    "say-why": Decision("reasons", {"owed_for": "of", "owed": "reasons"}, {"owed": SAY_WHY}, places={"no-reasons": "owed"}),
}
"""What a duty officer decides on a case, by the last part of the address that a form is sent to."""

ALL_ACTS: dict[str, Act] = {**ACTS, **DECISION_ACTS}
"""Everything that can be done to a case."""
NAMES = (*sorted({name for act in ALL_ACTS.values() for name in act.fields}), KEY)


def as_written(texts: Mapping[str, str]) -> dict[str, str]:
    """Every field of the case's forms, with what was written in it."""
    return {name: texts.get(name, "") for name in NAMES}


def lands(name: str) -> str:
    """Where on the page the officer goes on after an act: at the list, after what was decided there."""
    return "#duties" if name in DECISION_ACTS and name != "assess" else ""
