"""What is done about a call to the scene, over HTTP: who has it, phases, times, cards, tasks and outcomes."""

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import ADVICE_ROLES, AgencyKind, Role
from services.kit.register import Caller
from services.kit.web import IdempotencyKey, RepeatKey, Who, allow, said
from services.liaison.after import after_policies
from services.liaison.bodies import AssigningIn, Done, TakingIn
from services.liaison.routes.handling import colleague, handler
from services.liaison.routes.scenes import SceneCallId, on_call
from services.liaison.scene.cards import record_child, strike_child
from services.liaison.scene.ending import record_outcome, take_outcome_back
from services.liaison.scene.handling import assign_call, give_call_back, take_call
from services.liaison.scene.working import begin_phase, do_task, note_time, reopen_task, take_time_back
from services.liaison.scene_bodies import (
    SceneChildIn,
    SceneOutcomeIn,
    ScenePhaseIn,
    SceneStrikingIn,
    SceneTaskIn,
    SceneTimeIn,
)

router = APIRouter(prefix="/liaison/v1/scene-calls/{sceneCallId}", tags=["scene-calls"], dependencies=[Depends(after_policies)])


def _allow_both(caller: Caller) -> None:
    """Socialjouren's officers, and the patrol. Raises Stranger; which unit it is, the decision asks."""
    allow(caller, *(ADVICE_ROLES if caller.kind is AgencyKind.SOCIALJOUR else {Role.REPORTER}))


@router.post(
    "/takings",
    status_code=201,
    summary="Take a call to the scene",
    description="You have it from now on; who answers first has it by that. A colleague's is taken over only when you name the colleague.",
)
async def take_the_call(stream: SceneCallId, request: Request, response: Response, caller: Who, body: TakingIn | None = None) -> Done:
    """Taken."""
    allow(caller, *ADVICE_ROLES)
    over = body.over if body else None
    return await on_call(request, response, caller, stream, lambda scene, by: take_call(scene, handler(caller), by.at, over))


@router.post(
    "/returns",
    status_code=201,
    summary="Give a call to the scene back",
    description="It stands among what nobody has taken, for everybody in the unit.",
)
async def return_the_call(stream: SceneCallId, request: Request, response: Response, caller: Who) -> Done:
    """Given back."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(request, response, caller, stream, lambda scene, by: give_call_back(scene, handler(caller), by.at))


@router.post(
    "/assignments",
    status_code=201,
    summary="Assign a call to the scene",
    description="The team lead gives it to somebody of the unit, whoever has it.",
)
async def assign_the_call(stream: SceneCallId, body: AssigningIn, request: Request, response: Response, caller: Who) -> Done:
    """Assigned."""
    allow(caller, Role.TEAM_LEAD)
    to = colleague(request, caller, body.to)
    return await on_call(request, response, caller, stream, lambda scene, by: assign_call(scene, handler(caller), to, by.at))


@router.post(
    "/phases",
    status_code=201,
    summary="Go on to the next phase",
    description="Alarm, care, coordination (larmfas, omhändertagandefas, samordningsfas): one after the other, by Socialjouren.",
)
async def begin(stream: SceneCallId, body: ScenePhaseIn, request: Request, response: Response, caller: Who) -> Done:
    """Begun."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(
        request, response, caller, stream, lambda scene, by: begin_phase(scene, caller.agency, caller.unit, body.phase, by.at)
    )


@router.post(
    "/times",
    status_code=201,
    summary="Note when something happened",
    description="From the alarm to the hand-over. Said again it corrects; `happened: false` takes it back.",
)
async def note(stream: SceneCallId, body: SceneTimeIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Noted."""
    _allow_both(caller)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: (
            note_time(scene, caller.agency, caller.unit, body.what, body.at or by.at, body.child, by.at)
            if body.happened
            else take_time_back(scene, caller.agency, caller.unit, body.what, body.child, by.at)
        ),
        said(key, body),
    )


@router.post(
    "/children",
    status_code=201,
    summary="Write a child's card",
    description="For each child who saw or suffered violence. Patrol and Socialjouren both read it; written again it replaces.",
)
async def record(stream: SceneCallId, body: SceneChildIn, request: Request, response: Response, caller: Who, key: IdempotencyKey) -> Done:
    """Recorded."""
    _allow_both(caller)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: record_child(scene, caller.agency, caller.unit, body.child, body.band, body.exposure, body.card, by.at),
        said(key, body),
    )


@router.post(
    "/strikings",
    status_code=201,
    summary="Strike a child's card",
    description="There is no such child, or it has another card. Not when something was done for the child already.",
)
async def strike(stream: SceneCallId, body: SceneStrikingIn, request: Request, response: Response, caller: Who) -> Done:
    """Struck."""
    _allow_both(caller)
    return await on_call(
        request, response, caller, stream, lambda scene, by: strike_child(scene, caller.agency, caller.unit, body.child, by.at)
    )


@router.post(
    "/tasks",
    status_code=201,
    summary="Mark a task of the checklist",
    description="Each its own: the patrol the police's, Socialjouren its own and healthcare's.",
)
async def mark(stream: SceneCallId, body: SceneTaskIn, request: Request, response: Response, caller: Who) -> Done:
    """Marked."""
    _allow_both(caller)
    decision = do_task if body.done else reopen_task
    return await on_call(request, response, caller, stream, lambda scene, by: decision(scene, caller.agency, caller.unit, body.task, by.at))


@router.post(
    "/outcomes",
    status_code=201,
    summary="Record what came of it",
    description="For one child or for all; the patrol does not see it. `came: false` takes it back.",
)
async def outcome(
    stream: SceneCallId, body: SceneOutcomeIn, request: Request, response: Response, caller: Who, key: RepeatKey = None
) -> Done:
    """Recorded."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: (
            record_outcome(scene, caller.agency, caller.unit, body.outcome, body.child, body.note, by.at)
            if body.came
            else take_outcome_back(scene, caller.agency, caller.unit, body.outcome, body.child, by.at)
        ),
        said(key, body),
        says=body.came and bool(body.note),
    )
