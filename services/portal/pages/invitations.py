"""Invitations to SIP meetings: when, where, for which child and what for, and nothing else."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import AgencyKind
from services.portal.hub import HubClient
from services.portal.login import LoggedIn, LoggedInBackground
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 50


class Invitation(BaseModel):
    """One SIP meeting: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    sip: UUID
    relation: str
    led_by_unit: str
    parties: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


@router.get("/invitations")
async def invitations(request: Request, session: LoggedIn, portal: PortalParts, hub: HubClient) -> Response:
    """The unit's meetings. No names stand here."""
    return portal.render.page(request, "invitations.html", await _list(session, hub, portal.now()))


@router.get("/invitations/rows")
async def invitation_rows(request: Request, session: LoggedInBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The rows alone, for the page that is open when something changes."""
    return portal.render.page(request, "invitations_rows.html", await _list(session, hub, portal.now()))


@router.get("/invitations/{sip}")
async def one(request: Request, sip: UUID, session: LoggedIn, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """One invitation, opened through the read log."""
    opened = await hub.read(session, f"/invitations/{sip}", after)
    invitation = Invitation.model_validate(opened["summary"])
    scheduled = next(entry for entry in opened["entries"] if entry["event"] == "SIPScheduled")
    units = await units_of(hub, session, AgencyKind)
    context = {
        "invitation": invitation,
        "content": scheduled["data"]["content"] if scheduled["readable"] else None,
        "leader": units.name(invitation.led_by_unit),
        "parties": sorted(units.name(party) for party in invitation.parties),
    }
    return portal.render.page(request, "invitation.html", context)


async def _list(session: Session, hub: HubClient, now: datetime) -> dict[str, Any]:
    rows = [Invitation.model_validate(row) for row in await hub.read(session, "/invitations", limit=ROWS)]
    units = await units_of(hub, session)
    coming, past = split(rows, now)
    return {"coming": [(row, units.name(row.led_by_unit)) for row in coming], "past": [(row, units.name(row.led_by_unit)) for row in past]}


def split(rows: list[Invitation], now: datetime) -> tuple[list[Invitation], list[Invitation]]:
    """Meetings to come, the next one first, and those that have been, the latest first."""
    coming = sorted((row for row in rows if row.ends_at > now), key=lambda row: row.starts_at)
    return coming, sorted((row for row in rows if row.ends_at <= now), key=lambda row: row.starts_at, reverse=True)
