"""Sample pages that show every macro of the portal, for tests that look at pages and for people who change the design."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse
from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.routing import Route

from contracts.agencies import AgencyKind, Role
from contracts.quarantine import DropGround
from contracts.scene import SceneQueue
from services.portal.language import Language
from services.portal.pages.board import line_of
from services.portal.pages.board_row import STEPS
from services.portal.pages.case_file import case_file
from services.portal.pages.case_forms import DECISIONS
from services.portal.pages.clock import clocks_of
from services.portal.pages.decision_forms import as_written
from services.portal.pages.duties import DUTIES
from services.portal.pages.night_words import Words
from services.portal.pages.problems import beside
from services.portal.pages.quarantine import Waiting
from services.portal.pages.scene_call import Districts
from services.portal.pages.scene_form import CallForm
from services.portal.pages.scene_row import standing
from services.portal.pages.scenes import strip
from services.portal.pages.zones import ACT_NAMES
from services.portal.person import Person
from services.portal.portal import Portal
from services.portal.units import Units
from tests.portal.pages.nights import REPORT
from tests.portal.pages.rendered import UNITS
from tests.portal.pages.rows import assessed
from tests.portal.pages.scenes import PATROL, call, coming, whole_page

SAMPLES = Path(__file__).parent / "samples"
NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
OFFICER = Person(
    subject="sara", name="Sara Ek", unit="socialjouren-jour", unit_name="Socialjouren", kind=AgencyKind.SOCIALJOUR, role=Role.DUTY_OFFICER
)


@dataclass(frozen=True)
class Step:
    """One step of a receipt's chain."""

    label: str
    state: str
    at: datetime | None = None
    note: str | None = None


def handover() -> dict[str, Any]:
    """A case of two that came back: who said no, the form for the next district, brothers and sisters, and the clocks."""
    first = assessed(reference="K7Q2-FX9M-1", siblings=1, refused_by="bromma-mottagning", refused_at=NIGHT)
    second = assessed(referral=UUID(int=2), reference="K7Q2-FX9M-2", siblings=1, assessed_at=None, needs_protection=None)
    refusal = {"byUnit": "bromma-mottagning", "refusedAt": NIGHT.isoformat(), "content": {"reason": "Familjen bor i Farsta sedan i våras."}}
    return {
        "now": NIGHT,
        "row": first,
        "line": line_of(first, AgencyKind.SOCIALJOUR, NIGHT),
        "units": UNITS,
        "steps": STEPS,
        "form": as_written({}),
        "act": "",
        "problems": [],
        "errors": beside(()),
        "opened": case_file(first, [{"event": "HandoverRefused", "readable": True, "data": refusal}]),
        "duty_names": DUTIES,
        "prosecutors": [("jouraklagaren", "Jouråklagaren")],
        "clocks": clocks_of(first, NIGHT),
        "family": [second],
        "siblings": [second],
        "moving": [],
        "districts": [("farsta-mottagning", "Farsta mottagning"), ("bromma-mottagning", "Bromma mottagning")],
        "decisions": DECISIONS,
        "may_decide": False,
        "may_plan": False,
        "feedback": None,
        "signals": None,
        "acts": ACT_NAMES,
        "colleagues": {},
        "lead": False,
    }


def night_report() -> dict[str, Any]:
    """A night with something of everything."""
    return {
        "report": Words(UNITS, AgencyKind.SOCIALJOUR, Language.SV).report(REPORT, "Socialjouren"),
        "form": {"begins": "2026-11-20T16:00", "ends": "2026-11-23T08:00"},
        "file": "/night-report/pdf",
        "before": "/night-report?begins=2026-11-19T16%3A00&ends=2026-11-20T08%3A00",
        "after": None,
        "problems": [],
        "errors": beside(()),
    }


CONTEXTS: dict[str, dict[str, Any]] = {
    "handover": handover(),
    "night_report": night_report(),
    "board": {
        "now": NIGHT,
        "rows": [
            ("K7M-2QF", "Akut", "danger", "Lokalpolisområde Farsta", "Ingen har öppnat", timedelta(minutes=71), 0.94),
            ("B3X-9TD", "Skyndsam", "warning", "Sachsska barnakuten", "Bedömning pågår", timedelta(minutes=32), 0.6),
            ("R8C-4WN", "Kan vänta", "info", "Hagsätraskolan", "Bedömd", timedelta(days=13), 0.1),
        ],
    },
    "receipt": {
        "steps": [
            Step("Sparad", "done", NIGHT),
            Step("Sedd av en människa", "done", NIGHT + timedelta(minutes=3), "Socialjouren"),
            Step("Skyddsbehov bedömt", "now"),
            Step("Beslutad", "late", None, "Skulle ha varit klar i går"),
            Step("Övertagen", "waiting"),
        ],
    },
    "form": {},
    "scene": whole_page(),
    "scene_new": {
        "person": PATROL,
        "form": CallForm(),
        "problems": [],
        "errors": beside(()),
        "districts": Districts([("farsta", "Farsta stadsdelsförvaltning")], "farsta"),
    },
    "scenes": {
        "queues": {SceneQueue.UNANSWERED: [call(danger=True)], SceneQueue.UNDER_WAY: [coming(scene=UUID(int=2))], SceneQueue.CLOSED: []},
        "standing": {row.scene: standing(row, NIGHT) for row in (call(danger=True), coming(scene=UUID(int=2)))},
        "now": NIGHT,
        "units": Units(),
    },
    "quarantine": {
        "now": NIGHT + timedelta(hours=9),
        "problem": "Somebody has proposed already to drop it. Confirm if you agree, or mend the fault and replay.",
        "waiting": [
            Waiting(
                follower=follower,
                store="intake",
                position=48_000_001,
                stream=UUID(int=48),
                topic="ImmediateSafetyAssessed.v1",
                reason="CharacterNotInRepertoireError",
                since=NIGHT,
                behind=3,
                ground=ground,
                proposed_by_you=mine,
            )
            for follower, ground, mine in (
                ("policies", None, False),
                ("board", DropGround.REPLACED, True),
                ("readers", DropGround.UNREADABLE, False),
            )
        ],
    },
}


PARTS: list[tuple[str, str, dict[str, Any]]] = [
    ("/scenes/banner", "scene_banner.html", {**strip([call(danger=True)], []), "now": NIGHT, "units": Units()}),
    ("/scenes/rows", "scenes_rows.html", CONTEXTS["scenes"]),
    ("/scenes/{scene}/state", "scene_state.html", CONTEXTS["scene"]),
    ("/scenes/{scene}/chain", "scene_chain.html", CONTEXTS["scene"]),
]
"""Address, template and context of what the sample pages fetch."""


def _part(portal: Portal, template: str, context: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
    async def part(request: Request) -> Response:
        return portal.render.page(request, template, context)

    return part


async def live(_: Request) -> Response:
    """A stream of news without any."""

    async def quiet() -> AsyncIterator[str]:
        while True:
            yield ": alive\n\n"
            await asyncio.sleep(0.2)

    return StreamingResponse(quiet(), media_type="text/event-stream")


def add_samples(app: FastAPI) -> None:
    """Serve every sample at `/sample/<name>`, as a duty officer at Socialjouren would see it."""
    portal: Portal = app.state.portal
    for environment in portal.render.environments.values():
        assert environment.loader is not None
        environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(SAMPLES)])

    # Before the portal's own, which ask who is logged in: what sample pages fetch by themselves.
    app.router.routes[:0] = [
        Route("/live", live),
        *(Route(path, _part(portal, template, context)) for path, template, context in PARTS),
    ]

    @app.get("/sample/{name}")
    async def sample(request: Request, name: str) -> Response:
        request.state.person = OFFICER
        return portal.render.page(request, f"sample_{name}.html", CONTEXTS.get(name, {}))
