"""One consultation for the duty officer: opened by a person, answered, asked back. What was written half-way is never lost."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contracts.agencies import AgencyKind
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import Language, language_of
from services.portal.pages import advice_form
from services.portal.pages.advice_form import WORDS, as_written, half_written
from services.portal.pages.case_forms import KEY, NO_ANSWER, STEP, texts_of
from services.portal.pages.pointing import rules, sentences, shown, unlooked
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.social import Adviser, AdviserBackground
from services.portal.pages.talk import Consultation, last_advice, talk
from services.portal.portal import Portal, PortalParts
from services.portal.services import choices, service_named, services_of
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
NOT_OPENED = "question-not-opened"
WHOLE = frozenset({"advice", "service", "text", "condition"})
BACK = frozenset({"back"})


@router.get("/advice/{consultation}")
async def question(
    request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient, after: str = ""
) -> Response:
    """What is known without opening it, or everything that was said and the forms."""
    return await _page(request, session, portal, hub, consultation, after=after)


@router.post("/advice/{consultation}/open")
async def open_question(request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient) -> Response:
    """Read what was asked: the one who asked sees that somebody has. An answer that was begun comes back with it."""
    texts = texts_of(await request.form())
    opened = await hub.command(session, "liaison", f"/consultations/{consultation}/openings")
    if half_written(texts):
        return await _page(request, session, portal, hub, consultation, after=opened.position or "", texts=texts)
    return _to(consultation, opened.position)


@router.post("/advice/{consultation}")
async def answer(request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient) -> Response:
    """Answer. Whatever does not go well, the question comes back with everything that was written."""
    texts = texts_of(await request.form())
    wrong = advice_form.problems(texts)
    body = {} if wrong else advice_form.answer(texts)
    return await _say(request, session, portal, hub, consultation, "answers", body, texts, wrong)


@router.post("/advice/{consultation}/back")
async def ask_back(request: Request, consultation: UUID, session: Adviser, portal: PortalParts, hub: HubClient) -> Response:
    """Ask or tell the one who asked."""
    texts = texts_of(await request.form())
    body = {"text": texts.get("back", "")}
    return await _say(request, session, portal, hub, consultation, "counter-questions", body, texts, unlooked(texts, ["back"]), sent=BACK)


@router.get("/advice/{consultation}/open")
@router.get("/advice/{consultation}/back")
async def after_a_form(request: Request, consultation: UUID) -> Response:
    """Where a form was sent to is no page: a change of language there, or a page loaded again, leads to the question."""
    return RedirectResponse(f"/advice/{consultation}?{request.url.query}", 303)


@router.get("/advice/{consultation}/news")
async def news(
    request: Request, consultation: UUID, session: AdviserBackground, portal: PortalParts, hub: HubClient, known: int = 0
) -> Response:
    """Whether the one who asked has written more, while the page is open."""
    asked = Consultation.model_validate(await hub.read(session, f"/consultations/{consultation}/state"))
    return portal.render.page(request, "advice_news.html", {"asked": asked, "known": known})


async def _say(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    consultation: UUID,
    what: str,
    body: dict[str, Any],
    texts: Mapping[str, str],
    wrong: Problems,
    *,
    sent: Collection[str] = WHOLE,
) -> Response:
    """One command; `sent` are the fields that it takes. What was begun in the others comes back with the page."""
    status = 422
    if not wrong:
        try:
            said = await hub.command(session, "liaison", f"/consultations/{consultation}/{what}", body, key=texts.get(KEY))
        except HubRefused as refused:
            wrong, status = advice_form.place_of(refused, texts), 409
        except HubSilent:
            wrong, status = ((STEP, NO_ANSWER),), 502
        else:
            left = {name: text for name, text in texts.items() if name not in {*sent, KEY}}
            if not half_written(left):
                return _to(consultation, said.position)
            return await _page(request, session, portal, hub, consultation, after=said.position or "", texts=left)
    return await _page(request, session, portal, hub, consultation, texts=texts, problems=wrong, status=status)


def _to(consultation: UUID, position: str | None) -> Response:
    return RedirectResponse(f"/advice/{consultation}" + (f"?after={position}" if position else ""), 303)


async def _page(
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
    language, form = language_of(request), as_written(texts or {})
    asked = Consultation.model_validate(await hub.read(session, f"/consultations/{consultation}/state", after))
    units, wrong = await units_of(hub, session, AgencyKind), spoken(problems, language)
    context = {
        "asked": asked,
        "units": units,
        "now": portal.now(),
        "form": form,
        "half_written": half_written(form),
        "problems": wrong,
        "errors": beside(wrong),
        **await _opened(hub, session, asked),
        "services": choices(await services_of(hub, session), units.agencies(AgencyKind.DISTRICT, language)),
        **_pointing(form, language),
    }
    return portal.render.page(request, "advice_one.html", context, status=status)


async def _opened(hub: Hub, session: Session, asked: Consultation) -> dict[str, Any]:
    """Everything that was said, through the read log; nothing before a person has opened it, and again when more was asked."""
    nothing: dict[str, Any] = {"said": None, "advised": None, "service": None, "known": asked.messages}
    if asked.seen_at is None:
        return nothing
    try:
        opened = await hub.read(session, f"/consultations/{asked.consultation}", purpose="advice")
    except HubRefused as refused:  # they have written more this very moment
        if refused.code != NOT_OPENED:
            raise
        return nothing
    said = talk(opened["entries"])
    advised = last_advice(said)
    service = await service_named(hub, session, advised.service if advised else None)
    return {"said": said, "advised": advised, "service": service, "known": len(said)}


def _pointing(form: Mapping[str, str], language: Language) -> dict[str, Any]:
    return {
        "rules": rules(language),
        "pointed": {name: sentences(form[name], language) for name in WORDS},
        "looked": {name: shown(form[name]) for name in WORDS},
    }
