"""The quarantine for stewards: what waits and why, replayed by one and dropped by two. Nothing about a child stands here."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from contracts.agencies import Role
from contracts.quarantine import DropGround
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import N_
from services.portal.login import LoggedIn
from services.portal.pages.case_forms import NO_ANSWER, texts_of
from services.portal.portal import PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session

router = APIRouter()
ROWS = 100

FOLLOWERS = {
    "board": N_("The board"),
    "casefile": N_("The case file"),
    "consultations": N_("Consultations"),
    "invitations": N_("Invitations"),
    "missing_reasons": N_("Missing reasons"),
    "policies": N_("What the hub does by itself"),
    "readers": N_("Who may read"),
    "receipts": N_("The receipts"),
}
"""What could not take an event: its name → message id."""


class Act(StrEnum):
    """What a steward can do; the last part of the address here and at liaison."""

    REPLAY = "replays"
    PROPOSE = "drop-proposals"
    CONFIRM = "drop-confirmations"


class Waiting(BaseModel):
    """One event that waits: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    follower: str
    store: str
    position: int
    stream: UUID
    topic: str
    reason: str
    since: datetime
    behind: int
    ground: DropGround | None
    proposed_by_you: bool

    @property
    def name(self) -> str:
        """The follower's name, as a message id."""
        return FOLLOWERS.get(self.follower, self.follower)

    @property
    def event(self) -> str:
        """The event's name without its version."""
        return self.topic.partition(".")[0]

    def waited(self, now: datetime) -> timedelta:
        """How long it has waited."""
        return now - self.since


async def require_steward(session: LoggedIn) -> Session:
    """For stewards. The hub decides again at every request. Raises NotLoggedIn, HTTPException 403."""
    if session.person.role is not Role.STEWARD:
        raise HTTPException(403)
    return session


Steward = Annotated[Session, Depends(require_steward)]


@router.get("/quarantine")
async def quarantine(request: Request, session: Steward, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """What waits, the longest waiting first."""
    return portal.render.page(request, "quarantine.html", await _page(hub, session, portal.now(), after))


@router.post("/quarantine/{act}")
async def decide(request: Request, act: Act, session: Steward, portal: PortalParts, hub: HubClient) -> Response:
    """Replay, propose or confirm. When the hub refuses, the page says why."""
    texts = texts_of(await request.form())
    position = texts.get("position", "")
    body: dict[str, Any] = {name: texts.get(name, "") for name in ("follower", "store")}
    body["position"] = int(position) if position.isdecimal() else 0
    if act is Act.PROPOSE:
        body["ground"] = texts.get("ground", "")
    try:
        answer = await hub.command(session, "liaison", f"/quarantine/{act}", body)
    except HubRefused as refused:
        problem, status = words_of(refused), 409
    except HubSilent:
        problem, status = NO_ANSWER, 502
    else:
        return RedirectResponse(answer.shown_at("/quarantine"), 303)
    context = await _page(hub, session, portal.now(), "") | {"problem": problem}
    return portal.render.page(request, "quarantine.html", context, status=status)


async def _page(hub: Hub, session: Session, now: datetime, after: str) -> dict[str, Any]:
    rows = [Waiting.model_validate(row) for row in await hub.read(session, "/quarantine", after, limit=ROWS)]
    return {"waiting": rows, "now": now, "problem": None}
