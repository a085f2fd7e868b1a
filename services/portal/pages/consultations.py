"""Asking for advice without naming anybody, and reading the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.datastructures import FormData

from contracts.consultation import Advice
from contracts.referral import AgeBand, Category
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral_form import NO_ANSWER
from services.portal.pages.reporting import Reporting, ReportingBackground
from services.portal.portal import PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session

router = APIRouter()
ROWS = 50


class Consultation(BaseModel):
    """One consultation: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    consultation: UUID
    relation: str
    receipt_code: str
    category: Category
    age_band: AgeBand
    requested_at: datetime
    advice: Advice | None
    answered_at: datetime | None


@dataclass(frozen=True)
class Question:
    """The form as written. There is no field for a name, a number, an address or a school, and there must be none."""

    key: str = field(default_factory=lambda: str(uuid4()))
    question: str = ""
    category: str = Category.OTHER.value
    age_band: str = AgeBand.UNKNOWN.value

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        names = {"body.category": "category", "body.ageBand": "age_band"}
        place = names.get(refusal.fields[0], "question") if refusal.fields else "question"
        return ((place, words_of(refusal)),)


def written(sent: FormData) -> Question:
    """The form as a browser sent it."""
    texts = {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}
    known = {name: texts[name] for name in ("question", "category", "age_band") if name in texts}
    return Question(key=texts.get("idempotency_key", ""), **known)


@router.get("/consultations/new")
async def new_consultation(request: Request, _session: Reporting, portal: PortalParts) -> Response:
    """An empty form."""
    return portal.render.page(request, "consultation_new.html", _page(request, Question()))


@router.post("/consultations/new")
async def ask(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Ask. When the hub refuses, the form comes back with everything in it."""
    question = written(await request.form())
    body = {"question": question.question, "category": question.category, "ageBand": question.age_band}
    try:
        answer = await hub.command(session, "intake", "/consultations", body, key=question.key)
    except HubRefused as refused:
        return portal.render.page(request, "consultation_new.html", _page(request, question, question.refused(refused)), status=422)
    except HubSilent:
        return portal.render.page(request, "consultation_new.html", _page(request, question, (("question", NO_ANSWER),)), status=502)
    return RedirectResponse(f"/consultations/{answer.body['id']}" + (f"?after={answer.position}" if answer.position else ""), 303)


@router.get("/consultations")
async def consultations(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """What the unit has asked, newest first."""
    return portal.render.page(request, "consultations.html", {"rows": await _asked(hub, session)})


@router.get("/consultations/rows")
async def consultation_rows(request: Request, session: ReportingBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The rows alone, for the page that is open when something changes."""
    return portal.render.page(request, "consultations_rows.html", {"rows": await _asked(hub, session)})


@router.get("/consultations/{consultation}")
async def one(request: Request, consultation: UUID, session: Reporting, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The question and, when it has come, the answer."""
    opened = await hub.read(session, f"/consultations/{consultation}", after, purpose="advice")
    texts = {entry["event"]: entry["data"]["content"] if entry["readable"] else None for entry in opened["entries"]}
    context = {
        "asked": Consultation.model_validate(opened["summary"]),
        "question": texts.get("ConsultationRequested"),
        "answer": texts.get("ConsultationAnswered"),
        "news": False,
    }
    return portal.render.page(request, "consultation.html", context)


@router.get("/consultations/{consultation}/news")
async def news(request: Request, consultation: UUID, session: ReportingBackground, portal: PortalParts, hub: HubClient) -> Response:
    """Whether the answer has come. Not the answer: that is opened by a person, not by a page left open."""
    asked = Consultation.model_validate(await hub.read(session, f"/consultations/{consultation}/state"))
    return portal.render.page(request, "consultation_news.html", {"asked": asked, "news": asked.answered_at is not None})


async def _asked(hub: Hub, session: Session) -> list[Consultation]:
    rows = [Consultation.model_validate(row) for row in await hub.read(session, "/consultations", limit=ROWS)]
    return [row for row in rows if row.relation == "asked"]


def _page(request: Request, question: Question, problems: Problems = ()) -> dict[str, Any]:
    said = spoken(problems, language_of(request))
    return {"form": question, "problems": said, "errors": beside(said)}
