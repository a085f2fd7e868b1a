"""What the writers of a night did, counted by what was acknowledged, in words for the page."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tests.chaos.checker.ledger import Ledger
from tests.chaos.receipts import CONSULTATION, PRIVATE, REFERRAL, SCENE

WORDS = {
    REFERRAL: "referrals of agencies, one a child",
    "from consultations": "of them made from a consultation, with its advice",
    "from calls": "of them made from a call to the scene",
    PRIVATE: "referrals of private persons, one a child",
    CONSULTATION: "consultations asked for",
    SCENE: "calls to the scene",
    "supplements": "additions to a referral",
    "attachments": "files",
    "openings": "referrals and consultations opened",
    "supplement-openings": "additions opened",
    "takings": "cases taken",
    "returns": "cases given back",
    "assignments": "cases assigned by the team lead",
    "immediate-safety-assessments": "immediate safety assessments",
    "police-report-decisions": "decisions on a police report",
    "report-meetings": "report meetings offered or not",
    "prosecutor-notices": "calls to the on-call prosecutor",
    "prosecutor-consultations": "answers of the on-call prosecutor, each holding the guardians' notice",
    "guardian-hold-endings": "such holds lifted",
    "signal-weighings": "several signals about a child weighed",
    "owed": "decisions without the reasons they need",
    "reasons": "such reasons given later",
    "handover-offers": "handovers offered",
    "together": "of them brothers and sisters together",
    "handover-refusals": "handovers refused",
    "handover-withdrawals": "handovers taken back",
    "handover-acceptances": "handovers accepted",
    "decisions": "decisions on an investigation",
    "feedback-readings": "feedback read",
    "sips": "SIP meetings",
    "counter-questions": "consultations asked back",
    "questions": "consultations told more",
    "answers": "consultations answered",
    "scene-openings": "calls opened, also again",
    "scene-answers": "calls answered",
    "scene-amendments": "calls corrected by the patrol",
    "scene-withdrawals": "calls called off",
    "scene-phases": "phases of calls begun",
    "scene-times": "times of calls noted or taken back",
    "scene-children": "cards of children written",
    "scene-tasks": "tasks of calls done",
    "scene-outcomes": "outcomes of calls",
    "scene-closings": "calls closed",
}
"""In the order of the page."""


def did(ledger: Ledger) -> dict[str, int]:
    """How often each was acknowledged."""
    made = ledger.created.values()
    origins = Counter(ledger.created[each.origin].kind for each in made if each.origin in ledger.created)
    found = Counter(each.kind for each in made) + Counter(each.what for each in ledger.steps)
    found["from consultations"], found["from calls"] = origins[CONSULTATION], origins[SCENE]
    found["owed"] = sum(bool(each.owes) for each in ledger.steps)
    found["together"] = sum(each.what == "handover-offers" and len(each.ids) > 1 for each in ledger.steps)
    return {name: found[name] for name in WORDS if found[name]}


def in_words(nights: Iterable[Mapping[str, int]]) -> list[tuple[str, str]]:
    """All nights together: what, and how often."""
    total: Counter[str] = Counter()
    for night in nights:
        total.update(night)
    return [(words, f"{total[name]:,}") for name, words in WORDS.items() if total[name]]
