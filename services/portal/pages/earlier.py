"""An earlier signal about the same child: opened for a reason, which stands in the read log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contracts.agencies import AgencyKind, Purpose
from services.portal.hub import Hub, HubClient
from services.portal.pages import files
from services.portal.pages.board_row import BoardRow
from services.portal.pages.case_file import case_file
from services.portal.pages.social import Officer, kind_of
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()

REASONS = (Purpose.ASSESSMENT, Purpose.DECISION, Purpose.EARLIER_SIGNALS, Purpose.COMPARISON)
"""Why an earlier signal may be opened; nothing else is offered."""


@dataclass(frozen=True)
class Signals:
    """Other referrals about the child: the unit's own as rows, those of others as a number."""

    earlier: list[BoardRow]
    others: int
    alike: list[BoardRow]
    linked: list[BoardRow]
    reasons: tuple[Purpose, ...] = REASONS


async def signals_of(hub: Hub, session: Session, row: BoardRow) -> Signals | None:
    """What else is known about the child of an opened referral; None when there is nothing to show."""
    if row.seen_at is None or not (row.earlier or row.alike or row.linked or row.signals):
        return None
    found: Mapping[str, Any] = await hub.read(session, f"/referrals/{row.referral}/earlier-signals")
    earlier, alike, linked = ([BoardRow.model_validate(each) for each in found[name]] for name in ("earlier", "alike", "linked"))
    return Signals(earlier, found["others"], alike, linked)


@router.get("/cases/{referral}/earlier/{earlier}")
async def earlier_signal(
    request: Request, referral: UUID, earlier: UUID, session: Officer, portal: PortalParts, hub: HubClient, purpose: str = ""
) -> Response:
    """What the earlier signal said. Without a reason nothing is opened, and the case asks for one."""
    if purpose not in REASONS:
        return RedirectResponse(f"/cases/{referral}?without_reason={earlier}#reason-{earlier}", 303)
    found = await hub.read(session, f"/referrals/{referral}/earlier-signals/{earlier}", purpose=purpose)
    row = BoardRow.model_validate(found["summary"])
    context = {
        "case": referral,
        "row": row,
        "opened": replace(case_file(row, found["entries"]), files=tuple(files.opened(row.referral, found, Purpose(purpose)))),
        "socialjour": kind_of(session) is AgencyKind.SOCIALJOUR,
        "purpose": Purpose(purpose),
        "units": await units_of(hub, session, AgencyKind),
    }
    return portal.render.page(request, "case_earlier.html", context)
