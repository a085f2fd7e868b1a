"""One call to the scene: what the list says until Socialjouren opens it; then everything that both sides do about it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from contracts.scene_work import ChildCard
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.case_forms import KEY, NO_ANSWER, texts_of
from services.portal.pages.colleagues import Colleagues, colleagues_of
from services.portal.pages.on_scene import Party, PartyBackground
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.scene_acts import ACTS, MINUTES, STEP, landing, number_in, over, place_of
from services.portal.pages.scene_board import CallStep, clocks_of, next_step
from services.portal.pages.scene_duties import duties
from services.portal.pages.scene_file import SceneFile, scene_file
from services.portal.pages.scene_row import SceneRow, chain, phases, standing
from services.portal.pages.zones import ACT_NAMES
from services.portal.portal import Portal, PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()


@router.get("/scenes/{scene}")
async def scene(request: Request, scene: UUID, session: Party, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The call. Reading it is logged; for Socialjouren one that nobody has opened shows what the list shows, and asks."""
    return await _page(request, session, portal, hub, scene, after=after)


@router.get("/scenes/{scene}/state")
async def state(
    request: Request, scene: UUID, session: PartyBackground, portal: PortalParts, hub: HubClient, after: str = "", told: str | None = None
) -> Response:
    """How far it has come, for the page that is open when something changes; `told` is what it shows. Nothing is opened for this."""
    row = await _row(hub, session, scene, after)
    return portal.render.page(request, "scene_state.html", {"row": row, "now": portal.now(), "fresh": told == row.told})


@router.get("/scenes/{scene}/chain")
async def steps(request: Request, scene: UUID, session: PartyBackground, portal: PortalParts, hub: HubClient) -> Response:
    """The same as a chain of steps with their times."""
    return portal.render.page(request, "scene_chain.html", {"steps": chain(await _row(hub, session, scene, ""))})


async def _row(hub: Hub, session: Session, scene: UUID, after: str) -> SceneRow:
    return SceneRow.model_validate(await hub.read(session, f"/scene-calls/{scene}/state", after))


@router.post("/scenes/{scene}/{act}")
async def act_on_scene(request: Request, scene: UUID, act: str, session: Party, portal: PortalParts, hub: HubClient) -> Response:
    """Do one of ACTS. Whatever does not go well, the call comes back with everything that was written."""
    if act not in ACTS:
        raise HTTPException(404)
    doing, texts = ACTS[act], texts_of(await request.form())
    problems, status = doing.problems(texts), 422
    if not problems:
        try:
            path, body = f"/scene-calls/{scene}/{doing.path}", doing.body(texts, portal.now())
            if act == "child" and (number := number_in(texts, "child")):
                body = over(await _card(hub, session, scene, number), body)
            answer = await hub.command(session, "liaison", path, body or None, key=texts.get(KEY), after=texts.get("after"))
        except HubRefused as refused:
            problems, status = place_of(refused), 409
        except HubSilent:
            problems, status = ((STEP, NO_ANSWER),), 502
        else:
            return RedirectResponse(answer.shown_at(f"/scenes/{scene}") + f"#{landing(act, texts)}", 303)
    return await _page(request, session, portal, hub, scene, texts=texts, problems=problems, act=act, status=status)


@router.get("/scenes/{scene}/{act}")
async def after_an_act(request: Request, scene: UUID, act: str) -> Response:
    """Where a form was sent to is no page: a change of language there, or a page loaded again, leads to the call."""
    if act not in ACTS:
        raise HTTPException(404)
    return RedirectResponse(f"/scenes/{scene}?{request.url.query}", 303)


async def _page(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    scene: UUID,
    *,
    after: str = "",
    texts: dict[str, str] | None = None,
    problems: Problems = (),
    act: str = "",
    status: int = 200,
) -> Response:
    row = await _row(hub, session, scene, after)
    said, now = spoken(problems, language_of(request)), portal.now()
    context: dict[str, Any] = {
        "row": row,
        "now": now,
        "standing": standing(row, now),
        "steps": chain(row),
        "phases": phases(row),
        "fresh": True,
        "units": await units_of(hub, session, AgencyKind),
        "opened": await _opened(hub, session, row),
        "duties": duties(row),
        "clocks": clocks_of(row, now),
        "next": CallStep.NOTHING if row.ours else next_step(row),
        "colleagues": Colleagues() if row.ours else await colleagues_of(hub, session),
        "acts": ACT_NAMES,
        "lead": session.person.role is Role.TEAM_LEAD,
        "swedish": language_of(request).value == "sv",
        "minutes": MINUTES,
        "act": act,
        "form": texts or {},
        "problems": said,
        "errors": beside(said),
        "after": after,
    }
    return portal.render.page(request, "scene.html", context, status=status)


async def _card(hub: Hub, session: Session, scene: UUID, child: int) -> ChildCard | None:
    """The card that is written anew, through the read log; None when the child has none."""
    row = await _row(hub, session, scene, "")
    file = await _opened(hub, session, row)
    return next((each.card for each in file.cards if each.child.number == child), None) if file else None


async def _opened(hub: Hub, session: Session, row: SceneRow) -> SceneFile | None:
    """What the unit may see of it, through the read log; None while Socialjouren has not opened it."""
    if not row.ours and row.seen_at is None:
        return None
    opened = await hub.read(session, f"/scene-calls/{row.scene}", purpose="handling")
    return scene_file(row, opened["entries"])
