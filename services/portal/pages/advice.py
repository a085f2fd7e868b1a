"""Questions that wait for advice, and answering one. No child is named in them, and none can be."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import AgencyKind
from contracts.consultation import Advice
from contracts.referral import AgeBand, Category
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import N_, language_of
from services.portal.pages.case_forms import KEY, NO_ANSWER, STEP, place_of, texts_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.social import Adviser, AdviserBackground
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
ROWS = 100
ANSWERED_ROWS = 20
CHOOSE_ADVICE = N_("Choose what your advice comes to.")


class Question(BaseModel):
    """A consultation in the queue of the unit that is to answer: projections' row."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    consultation: UUID
    relation: str
    receipt_code: str
    from_unit: str
    category: Category
    age_band: AgeBand
    requested_at: datetime
    advice: Advice | None
    answered_at: datetime | None

    def waited(self, now: datetime) -> timedelta:
        """How long the one who asked has waited, or did."""
        return (self.answered_at or now) - self.requested_at


def queue(questions: list[Question]) -> tuple[list[Question], list[Question]]:
    """Those that wait for us, the longest waiting first; those answered, newest first."""
    ours = [question for question in questions if question.relation == "to_answer"]
    waiting = sorted((each for each in ours if each.answered_at is None), key=lambda each: each.requested_at)
    answered = sorted((each for each in ours if each.answered_at), key=lambda each: each.requested_at, reverse=True)
    return waiting, answered[:ANSWERED_ROWS]


@router.get("/advice")
async def advice(request: Request, session: Adviser, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The queue."""
    return portal.render.page(request, "advice.html", await _queue(hub, session, portal.now(), after))


@router.get("/advice/rows")
async def advice_rows(request: Request, session: AdviserBackground, portal: PortalParts, hub: HubClient) -> Response:
    """What changes of it, for the page that is open when something does."""
    return portal.render.page(request, "advice_rows.html", await _queue(hub, session, portal.now(), ""))


@router.get("/advice/{consultation}")
async def question(
    request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient, after: str = ""
) -> Response:
    """The question, and the answer or the form for it."""
    return portal.render.page(request, "advice_one.html", await _one(hub, session, consultation, after))


@router.post("/advice/{consultation}")
async def answer(request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient) -> Response:
    """Answer. Whatever does not go well, the question comes back with everything that was written."""
    texts = texts_of(await request.form())
    problems: Problems = () if texts.get("advice") else (("advice", CHOOSE_ADVICE),)
    status = 422
    if not problems:
        body = {"advice": texts["advice"], "text": texts.get("text", "")}
        try:
            answered = await hub.command(session, "liaison", f"/consultations/{consultation}/answers", body, key=texts.get(KEY))
        except HubRefused as refused:
            problems, status = place_of(refused), 409
        except HubSilent:
            problems, status = ((STEP, NO_ANSWER),), 502
        else:
            return RedirectResponse(f"/advice/{consultation}" + (f"?after={answered.position}" if answered.position else ""), 303)
    context = await _one(hub, session, consultation, "")
    said = spoken(problems, language_of(request))
    context |= {"form": context["form"] | texts, "problems": said, "errors": beside(said)}
    return portal.render.page(request, "advice_one.html", context, status=status)


async def _queue(hub: Hub, session: Session, now: datetime, after: str) -> dict[str, Any]:
    rows = [Question.model_validate(row) for row in await hub.read(session, "/consultations", after, limit=ROWS)]
    waiting, answered = queue(rows)
    return {"waiting": waiting, "answered": answered, "now": now, "units": await units_of(hub, session, AgencyKind)}


async def _one(hub: Hub, session: Session, consultation: UUID, after: str) -> dict[str, Any]:
    opened = await hub.read(session, f"/consultations/{consultation}", after, purpose="advice")
    contents = {entry["event"]: entry["data"]["content"] if entry["readable"] else {} for entry in opened["entries"]}
    return {
        "asked": Question.model_validate(opened["summary"]),
        "question": contents["ConsultationRequested"].get("question"),
        "answer": contents.get("ConsultationAnswered"),
        "units": await units_of(hub, session, AgencyKind),
        "form": {"advice": "", "text": "", KEY: ""},
        "errors": beside(()),
        "problems": (),
    }
