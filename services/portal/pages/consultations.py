"""Asking for advice without naming anybody, and what the unit has asked."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts.referral import AgeBand, Category
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.case_forms import KEY, texts_of
from services.portal.pages.consultation import to_consultation
from services.portal.pages.pointing import LOOKED, rules, sentences, shown, unlooked
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral_form import NO_ANSWER, SOCIALJOUREN
from services.portal.pages.reporting import Reporting, ReportingBackground
from services.portal.pages.talk import Consultation
from services.portal.portal import Portal, PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 50


@dataclass(frozen=True)
class Question:
    """The form as written. There is no field for a name, a number, an address or a school, and there must be none."""

    key: str = field(default_factory=lambda: str(uuid4()))
    question: str = ""
    category: str = Category.OTHER.value
    age_band: str = AgeBand.UNKNOWN.value
    question_looked: str = ""

    def body(self) -> dict[str, Any]:
        """As the hub takes it."""
        return {"question": self.question, "category": self.category, "ageBand": self.age_band}

    def problems(self) -> Problems:
        """What may tell who somebody is, and has not been pointed out yet."""
        return unlooked({"question": self.question, f"question{LOOKED}": self.question_looked}, ["question"])

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        names = {"body.category": "category", "body.ageBand": "age_band"}
        place = names.get(refusal.fields[0], "question") if refusal.fields else "question"
        return ((place, words_of(refusal)),)


def written(sent: FormData) -> Question:
    """The form as a browser sent it."""
    texts = texts_of(sent)
    known = {name: texts[name] for name in ("question", "category", "age_band", "question_looked") if name in texts}
    return Question(key=texts.get(KEY, ""), **known)


@router.get("/consultations/new")
async def new_consultation(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """An empty form."""
    return await _form(request, session, portal, hub, Question())


@router.post("/consultations/new")
async def ask(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Ask. When the hub refuses, the form comes back with everything in it."""
    question = written(await request.form())
    problems, status = question.problems(), 422
    if not problems:
        try:
            answer = await hub.command(session, "intake", "/consultations", question.body(), key=question.key)
        except HubRefused as refused:
            problems = question.refused(refused)
        except HubSilent:
            problems, status = (("question", NO_ANSWER),), 502
        else:
            return to_consultation(answer.body["id"], answer)
    return await _form(request, session, portal, hub, question, problems, status=status)


@router.get("/consultations")
async def consultations(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """What the unit has asked, newest first."""
    return portal.render.page(request, "consultations.html", await _asked(hub, session, portal))


@router.get("/consultations/rows")
async def consultation_rows(request: Request, session: ReportingBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The rows alone, for the page that is open when something changes."""
    return portal.render.page(request, "consultations_rows.html", await _asked(hub, session, portal))


async def _asked(hub: Hub, session: Session, portal: Portal) -> dict[str, Any]:
    rows = [Consultation.model_validate(row) for row in await hub.read(session, "/consultations", limit=ROWS)]
    return {"rows": [row for row in rows if row.relation == "asked"], "now": portal.now()}


async def _form(
    request: Request, session: Session, portal: Portal, hub: Hub, question: Question, problems: Problems = (), *, status: int = 200
) -> Response:
    language = language_of(request)
    said = spoken(problems, language)
    try:
        telephone = (await units_of(hub, session)).telephone(SOCIALJOUREN)
    except HubSilent:  # the form must come back, also when the directory does not answer
        telephone = None
    context = {
        "form": question,
        "looked": shown(question.question),
        "pointed": sentences(question.question, language),
        "rules": rules(language),
        "problems": said,
        "errors": beside(said),
        "telephone": telephone,
    }
    return portal.render.page(request, "consultation_new.html", context, status=status)
