"""The night's report for the morning: what came in, what was handed over, what waits; a page, and a PDF to print. No names stand in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind
from contracts.law import STOCKHOLM, Night, office
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import N_, language_of
from services.portal.pages.night_rows import Report
from services.portal.pages.night_text import NightReportText
from services.portal.pages.night_words import Words
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.social import Officer, kind_of
from services.portal.pdf import pdf
from services.portal.portal import PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session
from services.portal.times import stockholm
from services.portal.units import units_of

router = APIRouter()
CHOOSE_TIME = N_("Choose a day and a time that there is.")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Asked:
    """The period that was asked for, as a browser's fields for day and time say it; empty for the night."""

    begins: str = ""
    ends: str = ""

    @property
    def problems(self) -> Problems:
        """What cannot be read."""
        given = (("begins", self.begins), ("ends", self.ends)) if self.begins or self.ends else ()
        return tuple((name, CHOOSE_TIME) for name, text in given if stockholm(text) is None)

    @property
    def parameters(self) -> dict[str, str]:
        """As projections take it."""
        times = {"begins": stockholm(self.begins), "ends": stockholm(self.ends)}
        return {name: at.isoformat() for name, at in times.items() if at}


def asked(begins: str = "", ends: str = "") -> Asked:
    """From the address."""
    return Asked(begins, ends)


Period = Annotated[Asked, Depends(asked)]


@router.get("/night-report")
async def night_report(request: Request, session: Officer, portal: PortalParts, hub: HubClient, period: Period) -> Response:
    """The page; for a period that nobody can read, the night's, with what is wrong."""
    report, problems = await _report_or_problems(hub, session, period)
    said = spoken(problems, language_of(request))
    night = Night(report.begins, report.ends)
    context = {
        "report": await _told(request, hub, session, report),
        "form": {"begins": period.begins or in_field(night.begins), "ends": period.ends or in_field(night.ends)},
        "file": f"/night-report/pdf?{query(night)}",
        "before": f"/night-report?{query(office().night(night.begins - SECOND))}",
        "after": f"/night-report?{query(following(night))}" if following(night).begins <= portal.now() else None,
        "problems": said,
        "errors": beside(said),
    }
    return portal.render.page(request, "night_report.html", context, status=422 if problems else 200)


@router.get("/night-report/pdf")
async def night_report_file(request: Request, session: Officer, hub: HubClient, period: Period) -> Response:
    """The same as a tagged PDF, made in a thread. A period that nobody can read is refused: nobody prints another one by mistake."""
    if period.problems:
        raise HTTPException(422)
    report = await _report(hub, session, period)
    told = await _told(request, hub, session, report)
    made = await anyio.to_thread.run_sync(pdf, "night_report", told.model_dump(mode="json"))
    name = f"nattrapport-{report.begins.astimezone(STOCKHOLM):%Y-%m-%d}.pdf"
    return Response(made, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{name}"'})


async def _report_or_problems(hub: Hub, session: Session, period: Asked) -> tuple[Report, Problems]:
    problems = period.problems
    if not problems:
        try:
            return await _report(hub, session, period), ()
        except HubRefused as refused:
            problems = (("begins", words_of(refused)),)
    return await _report(hub, session, Asked()), problems


async def _report(hub: Hub, session: Session, period: Asked) -> Report:
    return Report.model_validate(await hub.read(session, "/night-report", **period.parameters))


async def _told(request: Request, hub: Hub, session: Session, report: Report) -> NightReportText:
    words = Words(await units_of(hub, session, AgencyKind), kind_of(session), language_of(request))
    return words.report(report, session.person.unit_name)


def following(night: Night) -> Night:
    """The night after: the next time that the office is closed."""
    return office().night(office().next_opening(night.ends) - SECOND)


def in_field(at: datetime) -> str:
    """As a browser's field for day and time takes it, by Stockholm's clock."""
    return at.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def query(night: Night) -> str:
    """The period in an address."""
    return urlencode({"begins": in_field(night.begins), "ends": in_field(night.ends)})
