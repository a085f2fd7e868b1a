"""A case: what the board says until somebody opens it, then its content, its history and what is done next."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Purpose, Role
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages import files
from services.portal.pages.board import line_of
from services.portal.pages.board_row import STEPS, BoardRow, NextStep, Relation
from services.portal.pages.case_file import PURPOSES, CaseFile, case_file, feedback_state
from services.portal.pages.case_forms import DECISIONS, KEY, NO_ANSWER, STEP, place_of, texts_of
from services.portal.pages.clock import clocks_of
from services.portal.pages.colleagues import colleagues_of
from services.portal.pages.decision_forms import ALL_ACTS, as_written, lands
from services.portal.pages.duties import DUTIES
from services.portal.pages.earlier import signals_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.social import PLANNERS, Officer, kind_of
from services.portal.pages.zones import ACT_NAMES
from services.portal.portal import Portal, PortalParts
from services.portal.sessions import Session
from services.portal.units import Units, units_of

router = APIRouter()


@router.get("/cases/{referral}")
async def case(request: Request, referral: UUID, session: Officer, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The case. Reading an opened one is logged; an unopened one shows what the board shows, and asks."""
    return await _page(request, session, portal, hub, referral, after=after)


@router.post("/cases/{referral}/{act}")
async def act_on_case(request: Request, referral: UUID, act: str, session: Officer, portal: PortalParts, hub: HubClient) -> Response:
    """Do one of ALL_ACTS. Whatever does not go well, the case comes back with everything that was written."""
    if act not in ALL_ACTS:
        raise HTTPException(404)
    doing, texts = ALL_ACTS[act], texts_of(await request.form())
    problems, status = doing.problems(texts), 422
    if not problems:
        try:
            path, body = f"/referrals/{referral}/{doing.path}", doing.body(texts) if doing.fields else None
            answer = await hub.command(session, "liaison", path, body, key=texts.get(KEY))
        except HubRefused as refused:
            problems, status = place_of(refused, doing), 409
        except HubSilent:
            problems, status = ((STEP, NO_ANSWER),), 502
        else:
            return RedirectResponse(answer.shown_at(f"/cases/{referral}") + lands(act), 303)
    return await _page(request, session, portal, hub, referral, texts=texts, problems=problems, act=act, status=status)


@router.get("/cases/{referral}/{act}")
async def after_an_act(request: Request, referral: UUID, act: str) -> Response:
    """Where a form was sent to is no page: a change of language there, or a page loaded again, leads to the case."""
    if act not in ALL_ACTS:
        raise HTTPException(404)
    return RedirectResponse(f"/cases/{referral}?{request.url.query}", 303)


async def _page(
    request: Request,
    session: Session,
    portal: Portal,
    hub: Hub,
    referral: UUID,
    *,
    after: str = "",
    texts: dict[str, str] | None = None,
    problems: Problems = (),
    act: str = "",
    status: int = 200,
) -> Response:
    kind = kind_of(session)
    row = BoardRow.model_validate(await hub.read(session, f"/board/{referral}", after))
    line, units = line_of(row, kind, portal.now()), await units_of(hub, session, AgencyKind)
    opened = await read_case(hub, session, row, line.step) if row.seen_at else None
    siblings = await siblings_of(hub, session, row)
    signals = await signals_of(hub, session, row) if row.relation is Relation.OWNER else None
    role, said = session.person.role, spoken(problems, language_of(request))
    context = {
        "now": portal.now(),
        "row": row,
        "socialjour": kind is AgencyKind.SOCIALJOUR,
        "line": line,
        "units": units,
        "steps": STEPS,
        "form": as_written(texts or {}),
        "act": act,
        "problems": said,
        "errors": beside(said),
        "opened": opened,
        "clocks": clocks_of(row, portal.now()),
        "family": siblings,
        "siblings": at_hand(siblings) if row.relation is Relation.OWNER else [],
        "moving": offered_with(row, siblings),
        "signals": signals,
        "without_reason": request.query_params.get("without_reason", ""),
        "colleagues": await colleagues_of(hub, session),
        "lead": role is Role.TEAM_LEAD,
        "acts": ACT_NAMES,
        "duty_names": DUTIES,
        "districts": _districts(units, session, row),
        "decisions": DECISIONS,
        "prosecutors": [(unit.id, unit.name) for unit in units.values() if unit.kind is AgencyKind.PROSECUTOR],
        "may_decide": role is Role.QUALIFIED_DISTRICT_OFFICER,
        "may_plan": role in PLANNERS and row.relation is Relation.OWNER,
        "feedback": feedback_state(row, opened.received if opened else None),
    }
    return portal.render.page(request, "case.html", context, status=status)


async def read_case(hub: Hub, session: Session, row: BoardRow, step: NextStep) -> CaseFile:
    """Open what the unit may see of it, through the read log, with the purpose that the next step gives."""
    purpose = PURPOSES.get(step, Purpose.HANDLING)
    opened = await hub.read(session, f"/referrals/{row.referral}", purpose=purpose)
    return replace(case_file(row, opened["entries"]), files=tuple(files.opened(row.referral, opened)))


async def siblings_of(hub: Hub, session: Session, row: BoardRow) -> list[BoardRow]:
    """The brothers and sisters of the same submission that stand on the unit's board."""
    found = await hub.read(session, f"/board/{row.referral}/siblings") if row.siblings else []
    return [BoardRow.model_validate(each) for each in found]


def at_hand(siblings: Sequence[BoardRow]) -> list[BoardRow]:
    """Those that the unit could offer too: it has them, nobody is offered them, and nothing is decided."""
    return [each for each in siblings if each.relation is Relation.OWNER and each.offered_to is None and each.decision is None]


def offered_with(row: BoardRow, siblings: Sequence[BoardRow]) -> list[BoardRow]:
    """Those that the waiting offer is about too."""
    if row.offered_to is None or (row.offered_together or 1) < 2:
        return []
    return [each for each in siblings if each.offered_to == row.offered_to and (each.offered_together or 1) > 1]


def _districts(units: Units, session: Session, row: BoardRow) -> list[tuple[str, str]]:
    """The districts that the case can be offered to, the likeliest first: the one where the reporting unit works.

    With protected registration none is likelier: a district that is guessed from a place tells the place.
    """
    likely = "" if row.sheltered else _proposed(units, row)
    districts = [unit for unit in units.values() if unit.kind is AgencyKind.DISTRICT and unit.takes_cases]
    others = [unit for unit in districts if unit.agency != session.person.agency]
    return [(unit.id, unit.name) for unit in sorted(others, key=lambda unit: unit.id != likely)]


def _proposed(units: Units, row: BoardRow) -> str:
    """The district unit of the place where the reporting unit works, if the directory says which it is. Nothing is chosen by itself."""
    where = units[row.from_unit].district if row.from_unit in units else None
    return next((unit.id for unit in units.values() if unit.kind is AgencyKind.DISTRICT and unit.district == where), "") if where else ""
