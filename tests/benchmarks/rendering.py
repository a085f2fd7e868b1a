"""The board's template alone, without hub, database or network: what five hundred rows cost to draw."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from contracts.agencies import AgencyKind, Role
from services.portal.assets import Assets
from services.portal.hub import Hub
from services.portal.language import Language
from services.portal.pages import board
from services.portal.pages.board_filter import Wanted
from services.portal.person import Person
from services.portal.rendering import Renderer
from services.portal.sessions import Session
from tests.benchmarks.sample import ACTOR

NOW = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)


class _Rows:
    """Answers as the hub would."""

    def __init__(self, rows: int) -> None:
        self._rows = [_row(number) for number in range(rows)]

    async def read(self, _session: Session, path: str, *_: object, **__: object) -> list[dict[str, Any]]:
        return self._rows if path == "/zones/new" else []


def _row(number: int) -> dict[str, Any]:
    at, due = ((NOW - timedelta(minutes=number) + timedelta(days=days)).isoformat() for days in (0, 1))
    nothing = dict.fromkeys(
        (
            "takenBy",
            "takenRole",
            "takenAt",
            "stalledAt",
            "signals",
            "agencies",
            "signalsAt",
            "bearing",
            "weighedAt",
            "offer",
            "offeredTogether",
            "offerDue",
            "offerStalledAt",
            "offerWithdrawnAt",
            "refusedBy",
            "refusedAt",
            "seenAt",
            "needsProtection",
            "assessedAt",
            "offeredTo",
            "offeredAt",
            "takenOverAt",
            "decision",
            "decidedAt",
            "feedbackSentAt",
            "feedbackReadAt",
        )
    )
    return nothing | {
        "referral": str(uuid4()),
        "relation": "owner",
        "reference": "TEST-0001",
        "receiptCode": "TEST-0001",
        "submission": str(ACTOR),
        "registryNumber": f"2026-{number:06}",
        "fromUnit": "lpo-farsta",
        "categories": ["neglect"],
        "immediateDanger": number % 20 == 0,
        "ageBand": "7-9",
        "receivedAt": at,
        "safetyAssessmentDue": due,
        "preliminaryAssessmentDue": due,
        "ownerUnit": "socialjouren-jour",
        "siblings": 0,
        "zone": "new",
        "urgency": 1,
        "mine": False,
        "stalled": [],
        "earlier": 0,
        "alike": 0,
        "linked": 0,
        "todo": ["police", "meeting"],
        "onHold": False,
        "owed": 0,
    }


async def drawn(rows: int, *, times: int) -> float:
    """Milliseconds, the middle of so many times, for the part of the board's page that changes."""
    hub = cast("Hub", _Rows(rows))
    officer = Person(subject="", name="", kind=AgencyKind.SOCIALJOUR, role=Role.DUTY_OFFICER)
    session = cast("Session", SimpleNamespace(person=officer))
    template = Renderer(Assets(), https=False).environments[Language.SV].get_template("board_rows.html")
    took = []
    for _ in range(times):
        began = time.perf_counter()
        template.render(await board._board(hub, session, NOW, "", Wanted()))
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[len(took) // 2]
