"""The board: what waits for the unit, zone by zone, live, without a single name of a child."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contracts.agencies import AgencyKind, Role
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.pages.board_filter import Wanted, wanted
from services.portal.pages.board_row import PLACES, STEPS, TODO, BoardRow, NextStep, Todo, counted, next_step, tag_of, todo_of
from services.portal.pages.case_forms import NO_ANSWER, texts_of
from services.portal.pages.clock import LONG_WAIT, Clock, clock_of
from services.portal.pages.colleagues import colleagues_of
from services.portal.pages.missing_reasons import missing
from services.portal.pages.scene_board import CALL_STEPS, CallLine, calls_of
from services.portal.pages.social import Officer, OfficerBackground, kind_of
from services.portal.pages.zones import ACT_NAMES, Act, Zone, act_of, escalated, flags_of, name_of, zone_of
from services.portal.portal import Portal, PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 200
FINISHED_ROWS = 20


@dataclass(frozen=True)
class Line:
    """One line of the board: the row, its clock, what is next, its zone, how it stands, what else is to be said, what can be done.

    `todo` comes before `step`: what is to be decided besides.
    """

    row: BoardRow
    clock: Clock | None
    step: NextStep
    zone: Zone
    tag: tuple[str, str]
    flags: list[tuple[str, str]]
    act: Act | None
    todo: tuple[Todo, ...]

    @property
    def left(self) -> tuple[tuple[str, str], ...]:
        """What is to be decided besides, each a message id and its place on the case's page."""
        return tuple((TODO[each], PLACES[each]) for each in self.todo)

    @property
    def following(self) -> tuple[str, ...]:
        """All that is next with it, in the order of the work, as message ids: there is nothing more to do only when nothing is left."""
        step = () if self.todo and self.step is NextStep.NOTHING else (STEPS[self.step],)
        return (*(TODO[each] for each in self.todo), *step)


@dataclass(frozen=True)
class Section:
    """A zone on the page: its name as a message id, calls to the scene, its lines in the hub's order, the address of what does not fit."""

    zone: Zone
    name: str
    lines: list[Line]
    more: str | None
    calls: list[CallLine] = field(default_factory=list)


def line_of(row: BoardRow, kind: AgencyKind, now: datetime) -> Line:
    """The row as it stands on the board of a unit of this kind."""
    step = next_step(row, kind)
    return Line(row, clock_of(row, now), step, zone_of(row), tag_of(row, step), flags_of(row), act_of(row), todo_of(row, step))


def section_of(
    zone: Zone, rows: Sequence[BoardRow], kind: AgencyKind, now: datetime, asked: Wanted, calls: Sequence[CallLine] = ()
) -> Section:
    """A zone as the page shows it. The order is the hub's: what is pressing first, then what has waited longest."""
    full = len(rows) >= most_in(zone)
    more = f"/board{asked.beyond(zone, rows[-1]).query}" if full else None
    return Section(zone, name_of(zone, kind), [line_of(row, kind, now) for row in rows], more, list(calls))


def once(sections: Sequence[Section]) -> list[Section]:
    """Each referral in the first zone that has it: the zones are asked one by one, and it may have moved on between two of them."""
    shown: set[UUID] = set()
    found = []
    for section in sections:
        found.append(replace(section, lines=[line for line in section.lines if line.row.referral not in shown]))
        shown |= {line.row.referral for line in section.lines}
    return found


def most_in(zone: Zone) -> int:
    """How many rows of a zone the page shows at once."""
    return FINISHED_ROWS if zone is Zone.DONE else ROWS


@router.get("/board")
async def board(request: Request, session: Officer, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The whole page, or what is asked for of it."""
    return await _page(request, session, portal, hub, after)


@router.get("/board/rows")
async def board_rows(request: Request, session: OfficerBackground, portal: PortalParts, hub: HubClient) -> Response:
    """What changes of it, for the page that is open when something does."""
    context = await _board(hub, session, portal.now(), "", wanted(request.query_params))
    return portal.render.page(request, "board_rows.html", context)


@router.post("/board/{referral}/{act}")
async def act_on_row(request: Request, referral: UUID, act: Act, session: Officer, portal: PortalParts, hub: HubClient) -> Response:
    """Take, take over or give back a case where it stands, and go on from there. When the hub says no, the board says why."""
    return await _handle(request, session, portal, hub, f"/referrals/{referral}", act, f"row-{referral}")


async def _handle(request: Request, session: Session, portal: Portal, hub: Hub, what: str, act: Act, place: str) -> Response:
    over = texts_of(await request.form()).get("over")
    path, body = ("returns", None) if act is Act.GIVE_BACK else ("takings", {"over": over} if over else None)
    try:
        answer = await hub.command(session, "liaison", f"{what}/{path}", body)
    except HubRefused as refused:
        return await _page(request, session, portal, hub, "", problem=words_of(refused), status=409)
    except HubSilent:
        return await _page(request, session, portal, hub, "", problem=NO_ANSWER, status=502)
    query = wanted(request.query_params).query
    after = f"after={answer.position}" if answer.position else ""
    return RedirectResponse(f"/board{query}{('&' if query else '?') + after if after else ''}#{place}", 303)


@router.post("/board/calls/{scene}/{act}")
async def act_on_call(request: Request, scene: UUID, act: Act, session: Officer, portal: PortalParts, hub: HubClient) -> Response:
    """The same for a call to the scene."""
    return await _handle(request, session, portal, hub, f"/scene-calls/{scene}", act, f"call-{scene}")


@router.get("/board/calls/{scene}/{act}")
async def after_an_act_on_a_call(request: Request, scene: UUID, act: Act) -> Response:
    """As for a referral."""
    return await after_an_act(request, scene, act)


@router.get("/board/{referral}/{act}")
async def after_an_act(request: Request, referral: UUID, act: Act) -> Response:
    """Where a form was sent to is no page: a page loaded again leads to the board."""
    del referral, act
    return RedirectResponse(f"/board?{request.url.query}", 303)


async def _page(
    request: Request, session: Session, portal: Portal, hub: Hub, after: str, *, problem: str | None = None, status: int = 200
) -> Response:
    context = await _board(hub, session, portal.now(), after, wanted(request.query_params))
    return portal.render.page(request, "board.html", context | {"problem": problem}, status=status)


async def _board(hub: Hub, session: Session, now: datetime, after: str, asked: Wanted) -> dict[str, Any]:
    kind, zones = kind_of(session), [asked.zone] if asked.zone else list(Zone)
    found, calls, units, colleagues, owed = await asyncio.gather(
        asyncio.gather(*(hub.read(session, f"/zones/{zone}", after, limit=most_in(zone), **asked.asked()) for zone in zones)),
        calls_of(hub, session, now, after, asked),
        units_of(hub, session, AgencyKind),
        colleagues_of(hub, session),
        missing(hub, session, after),
    )
    rows = [[BoardRow.model_validate(each) for each in page] for page in found]
    sections = once([section_of(zone, page, kind, now, asked, calls.get(zone, ())) for zone, page in zip(zones, rows, strict=True)])
    lines = [line for section in sections for line in section.lines]
    return {
        "now": now,
        "sections": sections,
        "wanted": asked,
        "zones": [(zone, name_of(zone, kind)) for zone in Zone],
        "cards": counted((line.step for line in lines), kind),
        "zone_of_step": {line.step: line.zone for line in reversed(lines)},
        "missing": len(owed),
        "steps": STEPS,
        "acts": ACT_NAMES,
        "units": units,
        "colleagues": colleagues,
        "socialjour": kind is AgencyKind.SOCIALJOUR,
        "lead": session.person.role is Role.TEAM_LEAD,
        "call_steps": CALL_STEPS,
        **_pressing(lines, now),
    }


def _pressing(lines: Sequence[Line], now: datetime) -> dict[str, int]:
    """How many lines have something about them that somebody must act on at once."""
    waiting = [line for line in lines if line.step in {NextStep.OPEN, NextStep.ASSESS} and line.clock]
    return {
        "late": sum(line.clock is not None and line.clock.late and not line.row.unanswered(now) for line in lines),
        "unanswered": sum(line.row.unanswered(now) for line in lines),
        "escalated": sum(escalated(line.row) for line in lines),
        "long": sum(line.clock is not None and not line.clock.late and line.clock.waited > LONG_WAIT for line in waiting),
    }
