"""Calls to the scene in lists: a patrol's own, Socialjouren's queues, what every page of a duty officer's shows, and a month in figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.agencies import AgencyKind
from contracts.law import STOCKHOLM
from contracts.scene import SceneQueue
from services.portal.hub import Hub, HubClient
from services.portal.pages.on_scene import DutyOfficerBackground, Party, PartyBackground
from services.portal.pages.scene_board import queues_of
from services.portal.pages.scene_row import SceneRow, in_order, standing
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
MONTHS = 12


@router.get("/scenes")
async def scenes(request: Request, session: Party, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The whole page."""
    return portal.render.page(request, "scenes.html", await _lists(hub, session, portal.now(), after))


@router.get("/scenes/rows")
async def scenes_rows(request: Request, session: PartyBackground, portal: PortalParts, hub: HubClient) -> Response:
    """What changes of it, for the page that is open when something does."""
    return portal.render.page(request, "scenes_rows.html", await _lists(hub, session, portal.now(), ""))


@router.get("/scenes/banner")
async def banner(request: Request, session: DutyOfficerBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The calls that wait for an answer, or in which the patrol has written more, for the strip on every page of a duty officer's."""
    queues = await queues_of(hub, session, queues=(SceneQueue.UNANSWERED, SceneQueue.UNDER_WAY))
    waiting = strip(queues[SceneQueue.UNANSWERED], queues[SceneQueue.UNDER_WAY])
    units = await units_of(hub, session, (AgencyKind.POLICE,)) if waiting["shown"] else {}
    return portal.render.page(request, "scene_banner.html", {**waiting, "now": portal.now(), "units": units})


def strip(unanswered: Sequence[SceneRow], under_way: Sequence[SceneRow]) -> dict[str, Any]:
    """What the strip shows and how many of each kind; and what the bell rings for, in which another text is something new."""
    written = [row for row in under_way if row.unread_since]
    shown = in_order([*unanswered, *written])
    news = [f"{row.scene}@{row.unread_since or ''}" for row in shown if row.seen_at is None or row.unread_since]
    return {"shown": shown, "waiting": len(unanswered), "written": len(written), "unheard": " ".join(news)}


@router.get("/scenes/figures")
async def figures(request: Request, session: Party, portal: PortalParts, hub: HubClient, month: str = "") -> Response:
    """A month in figures, without names."""
    months = latest_months(portal.now())
    chosen = month if month in months else months[0]
    found = await hub.read(session, "/scene-call-figures", month=chosen)
    return portal.render.page(request, "scene_figures.html", {"figures": found, "month": chosen, "months": months})


def latest_months(now: datetime) -> list[str]:
    """This month in Stockholm and those before it, such as `2026-11`, the latest first."""
    local = now.astimezone(STOCKHOLM)
    counted = [local.year * 12 + local.month - 1 - back for back in range(MONTHS)]
    return [f"{each // 12}-{each % 12 + 1:02}" for each in counted]


async def _lists(hub: Hub, session: Session, now: datetime, after: str) -> dict[str, Any]:
    queues = await queues_of(hub, session, after)
    return {
        "queues": queues,
        "standing": {row.scene: standing(row, now) for rows in queues.values() for row in rows},
        "now": now,
        "units": await units_of(hub, session, AgencyKind),
    }
