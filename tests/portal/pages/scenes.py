"""Calls to the scene as projections send them, for the tests of what the pages make of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.agencies import AgencyKind, Role
from services.portal.language import Language
from services.portal.pages.colleagues import Colleague, Colleagues
from services.portal.pages.problems import Problems, beside
from services.portal.pages.scene_acts import MINUTES
from services.portal.pages.scene_board import CallStep, clocks_of, next_step
from services.portal.pages.scene_duties import duties
from services.portal.pages.scene_file import SceneFile, scene_file
from services.portal.pages.scene_row import SceneRow, chain, phases, standing
from services.portal.pages.zones import ACT_NAMES
from services.portal.person import Person
from services.portal.units import Units
from tests.portal.pages.rows import NIGHT

PATROL = Person(
    subject="polis", name="Test Polis", unit="lpo-farsta", unit_name="Lokalpolisområde Farsta", kind=AgencyKind.POLICE, role=Role.REPORTER
)
OFFICER_ID = UUID(int=77)
SCENE = UUID("7d9f2a1c-51a5-4b0e-8a43-0f6e1c9b7a55")
ALARM = NIGHT - timedelta(minutes=2)


def call(**changed: object) -> SceneRow:
    """A call with two children that came in at NIGHT, on Socialjouren's side, which nobody has seen."""
    known: dict[str, object] = {
        "scene": SCENE,
        "relation": "to_answer",
        "queue": "unanswered",
        "phase": "alarm",
        "receipt_code": "5N8T-2WQA",
        "from_unit": "lpo-farsta",
        "to_unit": "socialjouren-jour",
        "danger": False,
        "interpreter": True,
        "checklist": "1",
        "requested_at": NIGHT,
        "alarm_at": ALARM,
        "notified_at": NIGHT,
        "answer_due": NIGHT + timedelta(minutes=5),
        "child_due": ALARM + timedelta(hours=24),
        "seen_at": None,
        "amended_at": None,
        "withdrawn_at": None,
        "unread_since": None,
        "answer": None,
        "arrives_at": None,
        "answered_at": None,
        "care_at": None,
        "coordination_at": None,
        "arrived_at": None,
        "handed_over_at": None,
        "age_bands": ["0-3", "7-9"],
        "exposures": ["not_known", "saw"],
        "struck": [],
        "spoken_with_at": [None, None],
        "examined_at": [None, None],
        "referrals": [None, None],
        "tasks_done": [],
        "outcomes": [],
        "outcome_children": [],
        "zone": "new",
        "mine": False,
        "taken_by": None,
        "taken_role": None,
        "taken_at": None,
        "stalled": [],
        "stalled_at": None,
        "closed_at": None,
    }
    return SceneRow.model_validate(known | changed)


def coming(**changed: object) -> SceneRow:
    """One that somebody is on the way to."""
    answered = {
        "queue": "under_way",
        "zone": "ours",
        "mine": True,
        "taken_by": OFFICER_ID,
        "taken_role": "duty_officer",
        "taken_at": NIGHT,
        "answer": "coming",
        "seen_at": NIGHT,
        "answered_at": NIGHT,
        "arrives_at": NIGHT + timedelta(minutes=25),
    }
    return call(**(answered | changed))


def entry(event: str, data: dict[str, Any], *, readable: bool = True) -> dict[str, Any]:
    """An opened event."""
    return {"event": event, "recordedAt": NIGHT.isoformat(), "unit": "x", "readable": readable, "data": data}


REQUESTED = entry(
    "SceneCallRequested",
    {
        "content": {
            "place": "Provgatan 3",
            "children": [{"ageYears": 3}, {"ageYears": 8, "description": "röd tröja"}],
            "interpreter": "somaliska",
            "seen": "Slag i köket.",
            "contact": "yttre befäl",
            "callerName": "Test Polis",
        }
    },
)
ANSWERED = entry("SceneCallAnswered", {"content": {"who": "Två socialsekreterare", "message": "Vi ringer."}})
CARD = entry(
    "SceneChildRecorded",
    {"child": 2, "content": {"person": {"kind": "unknown", "name": "Test Testsson", "ageYears": 8}, "note": "Stod i dörren."}},
)
AMENDED = entry(
    "SceneCallAmended",
    {
        "danger": True,
        "amendedAt": (NIGHT + timedelta(minutes=4)).isoformat(),
        "content": {"place": "Provgatan 5", "seen": "Ett barn till.", "contact": "070-174 06 05"},
    },
)
WITHDRAWN = entry("SceneCallWithdrawn", {"content": {"reasons": "Barnen är hos mormor."}})
OUTCOME = entry("SceneOutcomeRecorded", {"outcome": "shelter", "child": 2, "recordedAt": NIGHT.isoformat(), "content": {"note": "I natt."}})


def page_of(
    row: SceneRow, file: SceneFile | None, language: Language = Language.SV, act: str = "", problems: Problems = (), **form: str
) -> dict[str, Any]:
    """What the page of one call is made of."""
    return {
        "row": row,
        "now": NIGHT + timedelta(minutes=9),
        "standing": standing(row, NIGHT),
        "steps": chain(row),
        "phases": phases(row),
        "fresh": True,
        "units": Units(),
        "opened": file,
        "duties": duties(row),
        "next": CallStep.NOTHING if row.ours else next_step(row),
        "clocks": clocks_of(row, NIGHT + timedelta(minutes=9)),
        "colleagues": Colleagues({OFFICER_ID: Colleague(OFFICER_ID, Role.DUTY_OFFICER, "Test Jour", you=row.mine)}),
        "acts": ACT_NAMES,
        "lead": not row.ours,
        "swedish": language is Language.SV,
        "minutes": MINUTES,
        "act": act,
        "form": form,
        "problems": list(problems),
        "errors": beside(problems),
        "after": "intake:7",
    }


def whole_page() -> dict[str, Any]:
    """A call that Socialjouren works with, everything in it."""
    row = coming(
        danger=True,
        amended_at=NIGHT + timedelta(minutes=4),
        unread_since=NIGHT + timedelta(minutes=4),
        phase="care",
        care_at=NIGHT,
        arrived_at=NIGHT,
        spoken_with_at=[NIGHT, None],
        tasks_done=["police-safe"],
        outcomes=["shelter"],
        outcome_children=[2],
    )
    return page_of(row, scene_file(row, [REQUESTED, ANSWERED, CARD, AMENDED, OUTCOME]))
