"""The night's report: what came in, what was offered and answered, what waits; for the morning, without names."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime

from contracts.agencies import CASE_ROLES
from contracts.consultation import Side
from contracts.law import office
from contracts.refusals import Malformed
from services.kit.register import Caller
from services.kit.web import Who, allow
from services.projections.answers import BoardRow, ConsultationRow, HandoverRow, NightReport, SceneRow
from services.projections.questions import Question, Screen
from services.projections.routes import board as board_routes
from services.projections.routes import consultations as consultation_routes
from services.projections.routes import scenes as scene_routes
from services.projections.routes.asking import after_views, reading_of
from services.projections.views import handovers, scenetable
from services.projections.views.boardtable import OPEN

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])

MOST = 1000
"""Rows of one kind in a report: some twenty nights of a Stockholm. One more is read, to know whether there are more."""
LONGEST = timedelta(days=31)

HANDOVERS = Screen(handovers.TABLE, "offered_at", "referral")
CAME_IN = board_routes.SCREEN.within("received_at", MOST + 1)
WAITING = board_routes.SCREEN.holding(OPEN, MOST + 1)
NAMED = board_routes.SCREEN.among()
OFFERED = HANDOVERS.within("offered_at", MOST + 1)
ENDED = HANDOVERS.within("ended_at", MOST + 1)
ASKED = consultation_routes.SCREEN.within("requested_at", MOST + 1)
CALLED = scene_routes.SCREEN.within("requested_at", MOST + 1)
UNCLOSED = scene_routes.SCREEN.holding(scenetable.UNCLOSED, MOST + 1)


class WrongPeriod(Malformed):
    """Choose a period that begins before it ends and is no longer than 31 days."""


Begins = Annotated[AwareDatetime | None, Query(description="From when; the office's last closing.", examples=["2026-11-20T15:00:00Z"])]
Ends = Annotated[AwareDatetime | None, Query(description="Until when; when the office opens.", examples=["2026-11-23T07:00:00Z"])]


@router.get(
    "/night-report",
    tags=["board"],
    summary="The night's report of your unit",
    description="What came in during a period, which offers were made or answered, and what waits now; without names. Without a period: the"
    " night that lasts, or in office hours the last one.",
)
async def get_night_report(request: Request, caller: Who, begins: Begins = None, ends: Ends = None) -> NightReport:
    """The report."""
    allow(caller, *CASE_ROLES)
    now = datetime.now(UTC)
    night = office().night(now)
    first, last = begins or night.begins, ends or night.ends
    if not timedelta() < last - first <= LONGEST:
        raise WrongPeriod
    return await _report(request, caller, first, last, now)


async def _report(request: Request, caller: Caller, begins: datetime, ends: datetime, now: datetime) -> NightReport:
    cut = False

    async def rows(question: Question, **given: object) -> list[Mapping[str, Any]]:
        nonlocal cut
        found = await reading_of(request).rows(caller, question, **given)
        cut = cut or len(found) > MOST
        return [dict(row) for row in found[:MOST]]

    period = {"begins": begins, "ends": ends}
    known = {row["referral"]: row for row in (*await rows(CAME_IN, **period), *await rows(WAITING))}
    moved = {(row["referral"], row["offer"]): row for row in (*await rows(OFFERED, **period), *await rows(ENDED, **period))}
    if elsewhere := list({row["referral"] for row in moved.values()} - known.keys()):
        known |= {row["referral"]: row for row in await rows(NAMED, ids=elsewhere)}
    asked = [row for row in await rows(ASKED, **period) if row["relation"] == Side.TO_ANSWER]
    calls = {row["scene"]: row for row in (*await rows(CALLED, **period), *await rows(UNCLOSED))}
    return NightReport(
        begins=begins,
        ends=ends,
        made_at=now,
        referrals=[BoardRow.of(row) for row in sorted(known.values(), key=lambda row: (row["received_at"], row["referral"]))],
        handovers=[HandoverRow.of(row) for row in sorted(moved.values(), key=lambda row: (row["offered_at"], row["referral"]))],
        consultations=[ConsultationRow.of(row) for row in asked],
        scene_calls=[SceneRow.of(row) for row in sorted(calls.values(), key=lambda row: (row["requested_at"], row["scene"]))],
        cut=cut,
    )
