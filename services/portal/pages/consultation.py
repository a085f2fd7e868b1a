"""One consultation for the unit that asked: everything that was said, what holds now, and a form for more."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.portal.errors import HubSilent
from services.portal.hub import Answer, Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.case_forms import KEY, texts_of
from services.portal.pages.pointing import rules, sentences, shown, unlooked
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral_form import NO_ANSWER
from services.portal.pages.reporting import Reporting, ReportingBackground
from services.portal.pages.talk import Consultation, last_advice, talk
from services.portal.portal import Portal, PortalParts
from services.portal.refusals import words_of
from services.portal.services import service_named
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
LOOK = "look"
"""The button that sends nothing: the page comes back with what is new, and with what was written."""


@router.get("/consultations/{consultation}")
async def one(request: Request, consultation: UUID, session: Reporting, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """Everything that was said, what holds now, and a form for more."""
    return await _one(request, session, portal, hub, consultation, after=after)


@router.post("/consultations/{consultation}")
async def ask_more(request: Request, consultation: UUID, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Ask or tell more, or only look at what is new. Whatever does not go well, the page comes back with what was written."""
    texts = texts_of(await request.form())
    problems, status = unlooked(texts, ["text"]), 422
    if LOOK in texts:
        problems, status = (), 200
    elif not problems:
        try:
            path = f"/consultations/{consultation}/questions"
            asked = await hub.command(session, "liaison", path, {"text": texts.get("text", "")}, key=texts.get(KEY))
        except HubRefused as refused:
            problems, status = (("text", words_of(refused)),), 409
        except HubSilent:
            problems, status = (("text", NO_ANSWER),), 502
        else:
            return to_consultation(consultation, asked)
    return await _one(request, session, portal, hub, consultation, texts=texts, problems=problems, status=status)


@router.get("/consultations/{consultation}/news")
async def news(
    request: Request, consultation: UUID, session: ReportingBackground, portal: PortalParts, hub: HubClient, known: int = 0
) -> Response:
    """Who waits for whom, and whether something was said that the page does not show. Not what: that is opened by a person."""
    asked = Consultation.model_validate(await hub.read(session, f"/consultations/{consultation}/state"))
    context = {"asked": asked, "known": known, "now": portal.now(), "units": await units_of(hub, session)}
    return portal.render.page(request, "consultation_news.html", context)


def to_consultation(consultation: UUID | str, answer: Answer) -> Response:
    """Leads to its page, which shows what was just done."""
    return RedirectResponse(answer.shown_at(f"/consultations/{consultation}"), 303)


async def _one(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    consultation: UUID,
    *,
    after: str = "",
    texts: Mapping[str, str] | None = None,
    problems: Problems = (),
    status: int = 200,
) -> Response:
    opened = await hub.read(session, f"/consultations/{consultation}", after, purpose="advice")
    asked, said = Consultation.model_validate(opened["summary"]), talk(opened["entries"])
    advised, language = last_advice(said), language_of(request)
    text, wrong = (texts or {}).get("text", ""), spoken(problems, language)
    context = {
        "asked": asked,
        "said": said,
        "advised": advised,
        "service": await service_named(hub, session, advised.service if advised else None),
        "known": len(said),
        "now": portal.now(),
        "units": await units_of(hub, session),
        "text": text,
        "key": (texts or {}).get(KEY, ""),
        "looked": shown(text),
        "pointed": sentences(text, language),
        "rules": rules(language),
        "problems": wrong,
        "errors": beside(wrong),
    }
    return portal.render.page(request, "consultation.html", context, status=status)
