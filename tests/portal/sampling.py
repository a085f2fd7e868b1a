"""Sample pages that show every macro of the portal, for tests that look at pages and for people who change the design."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.responses import Response
from jinja2 import ChoiceLoader, FileSystemLoader

from contracts.agencies import AgencyKind, Role
from contracts.quarantine import DropGround
from services.portal.pages.quarantine import Waiting
from services.portal.person import Person
from services.portal.portal import Portal

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


CONTEXTS: dict[str, dict[str, Any]] = {
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


def add_samples(app: FastAPI) -> None:
    """Serve every sample at `/sample/<name>`, as a duty officer at Socialjouren would see it."""
    portal: Portal = app.state.portal
    for environment in portal.render.environments.values():
        assert environment.loader is not None
        environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(SAMPLES)])

    @app.get("/sample/{name}")
    async def sample(request: Request, name: str) -> Response:
        request.state.person = OFFICER
        return portal.render.page(request, f"sample_{name}.html", CONTEXTS.get(name, {}))
