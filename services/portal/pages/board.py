"""The board: what waits for the unit, live, without a single name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.agencies import AgencyKind
from services.portal.hub import Hub, HubClient
from services.portal.pages.board_row import PARTS, STEPS, BoardRow, NextStep, Part, counted, next_step, part_of, tag_of
from services.portal.pages.clock import LONG_WAIT, Clock, clock_of
from services.portal.pages.social import Officer, OfficerBackground, kind_of
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 200
FINISHED_ROWS = 20


@dataclass(frozen=True)
class Line:
    """One line of the board: the row, its clock, what is next, its part and its tag."""

    row: BoardRow
    clock: Clock | None
    step: NextStep
    part: Part
    tag: tuple[str, str]

    @property
    def urgency(self) -> tuple[bool, datetime]:
        """What comes first: danger, then what has waited longest."""
        return not self.row.immediate_danger, self.row.received_at


def line_of(row: BoardRow, kind: AgencyKind, now: datetime) -> Line:
    """The row as it stands on the board of a unit of this kind."""
    clock, step = clock_of(row, now), next_step(row, kind)
    late = row.unanswered(now) or (clock is not None and clock.late)
    return Line(row, clock, step, part_of(row, step, late=late), tag_of(row, step))


def parts_of(lines: list[Line]) -> list[tuple[Part, str, list[Line]]]:
    """The board's parts with their message ids: most urgent first, but what is finished newest first."""
    found = []
    for part, name in PARTS.items():
        here = sorted((line for line in lines if line.part is part), key=lambda line: line.urgency)
        if part is Part.DONE:
            here = sorted(here, key=lambda line: line.row.received_at, reverse=True)[:FINISHED_ROWS]
        found.append((part, name, here))
    return found


@router.get("/board")
async def board(request: Request, session: Officer, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The whole page."""
    return portal.render.page(request, "board.html", await _board(hub, session, portal.now(), after))


@router.get("/board/rows")
async def board_rows(request: Request, session: OfficerBackground, portal: PortalParts, hub: HubClient) -> Response:
    """What changes of it, for the page that is open when something does."""
    return portal.render.page(request, "board_rows.html", await _board(hub, session, portal.now(), ""))


async def _board(hub: Hub, session: Session, now: datetime, after: str) -> dict[str, Any]:
    kind = kind_of(session)
    rows = [BoardRow.model_validate(row) for row in await hub.read(session, "/board", after, limit=ROWS)]
    lines = [line_of(row, kind, now) for row in rows]
    waiting = [line for line in lines if line.step in {NextStep.OPEN, NextStep.ASSESS} and line.clock]
    return {
        "now": now,
        "parts": parts_of(lines),
        "cards": counted((line.step for line in lines), kind),
        "part_of_step": {line.step: line.part for line in lines},
        "late": sum(line.clock is not None and line.clock.late and not line.row.unanswered(now) for line in lines),
        "unanswered": sum(line.row.unanswered(now) for line in lines),
        "long": sum(line.clock is not None and not line.clock.late and line.clock.waited > LONG_WAIT for line in waiting),
        "steps": STEPS,
        "units": await units_of(hub, session, AgencyKind),
        "socialjour": kind is AgencyKind.SOCIALJOUR,
    }
