"""Consultations in figures, counted apart from referrals: a unit's own, or by agency for who gives advice."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from contracts.advice import Advice
from contracts.agencies import ADVICE_ROLES, Role
from contracts.referral import Category
from services.kit.register import today
from services.portal.hub import HubClient, HubRefused
from services.portal.language import N_, language_of
from services.portal.login import LoggedIn
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.portal import PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session

router = APIRouter()
NO_DAY = N_("Write a day as year, month and day: 2026-11-01.")


class Counts(BaseModel):
    """How many consultations, how many were answered and became referrals, and the median of minutes to the first answer."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    consultations: int
    answered: int
    became_referral: int
    minutes_to_answer: int | None


class OfAgency(Counts):
    """The same of one agency; without a name, of those that have asked too little to be shown apart."""

    agency: str | None
    swedish: str | None
    english: str | None


class Figures(Counts):
    """A period: projections' answer."""

    by_advice: dict[Advice, int]
    by_category: dict[Category, int]
    by_agency: tuple[OfAgency, ...]


async def require_talker(session: LoggedIn) -> Session:
    """For who asks or gives advice. Raises NotLoggedIn, HTTPException 403."""
    if session.person.role not in {Role.REPORTER, *ADVICE_ROLES}:
        raise HTTPException(403)
    return session


@router.get("/consultations/figures")
async def figures(
    request: Request,
    session: Annotated[Session, Depends(require_talker)],
    portal: PortalParts,
    hub: HubClient,
    first: str = "",
    last: str = "",
) -> Response:
    """A period: this month when none is chosen."""
    now = today()
    days = {"first": first or str(now.replace(day=1)), "last": last or str(now)}
    problems: Problems = tuple((name, NO_DAY) for name, day in days.items() if not is_day(day))
    found: dict[str, Any] | None = None
    if not problems:
        try:
            found = await hub.read(session, "/consultation-figures", firstDay=days["first"], lastDay=days["last"])
        except HubRefused as refused:
            problems = (("last", words_of(refused)),)
    said = spoken(problems, language_of(request))
    context = {
        "figures": Figures.model_validate(found) if found else None,
        "days": days,
        "adviser": session.person.role in ADVICE_ROLES,
        "problems": said,
        "errors": beside(said),
    }
    return portal.render.page(request, "consultation_figures.html", context, status=422 if problems else 200)


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, `2026-11-01`."""
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
