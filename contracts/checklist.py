"""Who does what at a call to the scene, as data: one versioned list of tasks by role and phase.

The model's own checklists are Göteborg's and are not read: this list is ours, made from the model's division of work (the police
investigate the crime, social services see to the child, healthcare examines). A city's own list is a new version here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.agencies import AgencyKind
from contracts.scene import ScenePhase

Shown = Literal["answer", "child_spoken_with", "referral", "handed_over"]


@dataclass(frozen=True)
class Task:
    """One task: whose it is, in which phase, in words of both languages, and the section that asks for it, if one does."""

    id: str
    role: AgencyKind
    phase: ScenePhase
    swedish: str
    english: str
    section: str | None = None
    shown_by: Shown | None = None
    """What of the call itself shows that it is done: then nobody marks it."""


@dataclass(frozen=True)
class Checklist:
    """All tasks of one version, in the order in which they are shown."""

    version: str
    valid_from: date
    tasks: tuple[Task, ...]

    def task(self, task_id: str) -> Task | None:
        """The task of this id, if there is one."""
        return next((each for each in self.tasks if each.id == task_id), None)


_POLICE, _JOUR, _CARE = AgencyKind.POLICE, AgencyKind.SOCIALJOUR, AgencyKind.HEALTHCARE
_ALARM, _SCENE, _AFTER = ScenePhase.ALARM, ScenePhase.CARE, ScenePhase.COORDINATION

CHECKLISTS = (
    Checklist(
        "1",
        date(2021, 4, 1),
        (
            Task("police-safe", _POLICE, _ALARM, "Gör platsen trygg", "Make the place safe"),
            Task("police-children", _POLICE, _ALARM, "Se efter alla barn i hushållet", "Look for every child of the household"),
            Task(
                "jour-answer",
                _JOUR,
                _ALARM,
                "Svara patrullen: vem kommer och när",
                "Answer the patrol: who comes and when",
                shown_by="answer",
            ),
            Task("jour-interpreter", _JOUR, _ALARM, "Ordna tolk om det behövs", "Find an interpreter if one is needed"),
            Task("police-meet", _POLICE, _SCENE, "Möt Socialjouren och berätta vad ni vet", "Meet Socialjouren and tell what you know"),
            Task("police-evidence", _POLICE, _SCENE, "Säkra bevis och utred brottet", "Secure evidence and investigate the crime"),
            Task(
                "jour-talk",
                _JOUR,
                _SCENE,
                "Tala med varje barn",
                "Speak with each child",
                "SoL 2025:400 3 kap. 2–3 §§",
                shown_by="child_spoken_with",
            ),
            Task(
                "jour-safety",
                _JOUR,
                _SCENE,
                "Gör omedelbar skyddsbedömning för varje barn",
                "Assess each child's need of immediate protection",
                "SoL 2025:400 20 kap. 1 §",
            ),
            Task("jour-shelter", _JOUR, _SCENE, "Ordna skyddat boende om det behövs", "Find sheltered housing if it is needed"),
            Task("care-examine", _CARE, _SCENE, "Undersök barnet om det kan vara skadat", "Examine the child if it may be hurt"),
            Task(
                "police-refer",
                _POLICE,
                _AFTER,
                "Gör en orosanmälan för varje barn",
                "Make a referral about each child",
                "SoL 2025:400 19 kap. 1 §",
                shown_by="referral",
            ),
            Task("jour-barnahus", _JOUR, _AFTER, "Samråd med Barnahus", "Consult Barnahus"),
            Task(
                "jour-victims",
                _JOUR,
                _AFTER,
                "Erbjud varje barn stöd som brottsoffer",
                "Offer each child support as a victim of crime",
                "SoL 2025:400 18 kap. 7 §",
            ),
            Task("jour-perpetrator", _JOUR, _AFTER, "Erbjud den som utövat våld stöd att sluta", "Offer who was violent help to stop"),
            Task("jour-handover", _JOUR, _AFTER, "Lämna över till stadsdelen", "Hand over to the city district", shown_by="handed_over"),
            Task(
                "care-refer",
                _CARE,
                _AFTER,
                "Anmäl själva det ni ser",
                "Report yourselves what you see",
                "SoL 2025:400 19 kap. 1 §",
            ),
        ),
    ),
)
"""Every version there has been, the newest last. A call keeps the version that it was queued with."""


def checklist(version: str) -> Checklist:
    """The list of this version. Raises LookupError when there is none."""
    for each in CHECKLISTS:
        if each.version == version:
            return each
    raise LookupError(f"there is no checklist of version {version}")


def checklist_on(day: date) -> Checklist:
    """The list that holds on this day. Raises LookupError before the first."""
    held = [each for each in CHECKLISTS if each.valid_from <= day]
    if not held:
        raise LookupError(f"no checklist held on {day}")
    return held[-1]
