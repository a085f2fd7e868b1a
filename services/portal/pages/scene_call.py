"""Calling Socialjouren to a scene: the form, which a patrol's browser keeps and sends until the hub has it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from contracts.agencies import AgencyKind
from services.portal.errors import HubSilent
from services.portal.hub import Answer, Hub, HubClient, HubRefused
from services.portal.language import Language, language_of
from services.portal.pages.on_scene import Patrol
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.scene_form import NO_ANSWER, CallForm, written
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
JSON = "application/json"


@dataclass(frozen=True)
class Districts:
    """Where calls are in use: (id, name) pairs; and the district of the patrol's own unit, if it is one of them."""

    choices: list[tuple[str, str]]
    own: str = ""
    known: bool = True

    @property
    def own_name(self) -> str:
        """What the own district is called."""
        return dict(self.choices).get(self.own, "")


@router.get("/scenes/new")
async def new_call(request: Request, session: Patrol, portal: PortalParts, hub: HubClient) -> Response:
    """An empty form, with the key that makes it one call however often it is sent."""
    return portal.render.page(request, "scene_new.html", await _page(request, session, hub, CallForm()))


@router.post("/scenes/new")
async def call(request: Request, session: Patrol, portal: PortalParts, hub: HubClient) -> Response:
    """Send it. To a page's own script the answer is JSON; whatever does not go well, nothing that was written is lost."""
    form = written(await request.form())
    problems, status = form.problems(), 422
    if not problems:
        try:
            answer = await hub.command(session, "intake", "/scene-calls", form.body(), key=form.key)
        except HubRefused as refused:
            problems = form.refused(refused)
            form = form.anew() if refused.code == "key-reused" else form
        except HubSilent:
            problems, status = (("send", NO_ANSWER),), 502
        else:
            return _sent(request, answer)
    if _wants_json(request):
        return JSONResponse(_refusal(form, problems, language_of(request)), status)
    return portal.render.page(request, "scene_new.html", await _page(request, session, hub, form, problems), status=status)


def _sent(request: Request, answer: Answer) -> Response:
    address = f"/scenes/{answer.body['id']}"
    if _wants_json(request):
        return JSONResponse({"address": address, "after": answer.position or "", "code": answer.body["receiptCode"]}, 201)
    return RedirectResponse(answer.shown_at(address), 303)


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith(JSON)


def _refusal(form: CallForm, problems: Problems, language: Language) -> dict[str, Any]:
    """What is wrong, beside which field, and the key under which it may be sent again."""
    return {"problems": [{"field": name, "message": words} for name, words in spoken(problems, language)], "newKey": form.key}


async def _page(request: Request, session: Session, hub: Hub, form: CallForm, problems: Problems = ()) -> dict[str, Any]:
    said = spoken(problems, language_of(request))
    return {
        "form": form,
        "problems": said,
        "errors": beside(said),
        "districts": await _districts(request, session, hub),
    }


async def _districts(request: Request, session: Session, hub: Hub) -> Districts:
    """The form must come even when the directory does not answer: then the hub takes the patrol's own district."""
    name = "swedish" if language_of(request) is Language.SV else "english"
    try:
        choices = [(each["district"], each[name]) for each in await hub.read(session, "/features", feature="scene_calls")]
        units = await units_of(hub, session, (AgencyKind.POLICE,))
    except HubSilent:
        return Districts([], known=False)
    unit = units.get(session.person.unit or "")
    own = unit.district if unit else None
    return Districts(sorted(choices, key=lambda each: each[1]), own if own in dict(choices) and own else "")
