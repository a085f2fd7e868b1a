"""Consultations in figures, counted apart from referrals: a unit's own, and for Socialjouren by agency."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from services.kit.register import Register, today
from services.kit.web import Who
from services.projections.consultation_figures import ConsultationFigures, Period, figures
from services.projections.routes.asking import after_views, reading_of
from services.projections.routes.consultations import SCREEN, side_of

router = APIRouter(prefix="/projections/v1", dependencies=[Depends(after_views)])


@router.get(
    "/consultation-figures",
    tags=["consultations"],
    summary="Your unit's consultations of a period in figures",
    description="Those it has asked; or, for a unit that answers, those it was asked, by agency too where an agency has asked five times"
    " or more. Counts by answer and category, and the median of minutes to the first answer. No names, no single consultation.",
)
async def get_consultation_figures(
    request: Request,
    caller: Who,
    first_day: Annotated[
        date | None, Query(alias="firstDay", description="By Stockholm's calendar, included; the first of this month when none is given.")
    ] = None,
    last_day: Annotated[date | None, Query(alias="lastDay", description="Included, a year after the first at most; else today.")] = None,
) -> ConsultationFigures:
    """Figures."""
    now = today()
    period = Period(first_day or now.replace(day=1), last_day or now)
    rows = await reading_of(request).rows(caller, SCREEN.between(), **period.moments())
    register: Register = request.app.state.register
    return figures(period, side_of(caller), rows, register.directory.agencies)
