"""Calls to the scene over HTTP: seen, corrected or called off by the patrol, answered, closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.agencies import ADVICE_ROLES, Role
from services.kit.web import IdempotencyKey, RepeatKey, Who, allow, said
from services.liaison.after import after_policies
from services.liaison.bodies import Done
from services.liaison.routes.carrying import Carrier
from services.liaison.routes.handling import handler
from services.liaison.scene.calling import amend, answer, see, withdraw
from services.liaison.scene.ending import close
from services.liaison.scene.handling import taken_with_it
from services.liaison.scene.parties import holders
from services.liaison.scene.scene import fold
from services.liaison.scene_bodies import (
    SceneAmendmentIn,
    SceneAnswerIn,
    SceneClosingIn,
    SceneWithdrawalIn,
)

router = APIRouter(prefix="/liaison/v1/scene-calls/{sceneCallId}", tags=["scene-calls"], dependencies=[Depends(after_policies)])
SceneCallId = Annotated[UUID, Path(alias="sceneCallId", description="The call's opaque id.")]


on_call = Carrier(fold, holders)
"""On a call to the scene."""


@router.post(
    "/openings",
    status_code=201,
    summary="Open a call to the scene",
    description="A duty officer opens it: the patrol sees that it is seen. Then its content can be read. Again when the patrol wrote more.",
)
async def open_call(stream: SceneCallId, request: Request, response: Response, caller: Who) -> Done:
    """Seen by a person."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(request, response, caller, stream, lambda scene, by: see(scene, caller.agency, caller.unit, by.at))


@router.post(
    "/amendments",
    status_code=201,
    summary="Correct a call to the scene, or add to it",
    description="By the patrol that called: another place, danger, an interpreter, what was seen since. Socialjouren reads it anew.",
)
async def amend_call(
    stream: SceneCallId, body: SceneAmendmentIn, request: Request, response: Response, caller: Who, key: IdempotencyKey
) -> Done:
    """Amended."""
    allow(caller, Role.REPORTER)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: amend(scene, caller.agency, caller.unit, by.at, amendment=body.amendment, danger=body.danger),
        said(key, body),
    )


@router.post(
    "/withdrawals",
    status_code=201,
    summary="Call off a call to the scene",
    description="By the patrol that called, with why, and where the children are now. Socialjouren closes the call.",
)
async def withdraw_call(
    stream: SceneCallId, body: SceneWithdrawalIn, request: Request, response: Response, caller: Who, key: RepeatKey = None
) -> Done:
    """Called off."""
    allow(caller, Role.REPORTER)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: withdraw(scene, caller.agency, caller.unit, body.reasons, by.at),
        said(key, body),
        says=True,
    )


@router.post(
    "/answers",
    status_code=201,
    summary="Answer the patrol",
    description="Who comes and about when; or that nobody can, and what to do instead. The last answer holds.",
)
async def answer_call(
    stream: SceneCallId, body: SceneAnswerIn, request: Request, response: Response, caller: Who, key: IdempotencyKey
) -> Done:
    """Answered."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: (
            *answer(scene, caller.agency, caller.unit, body.answer, by.at, arrives_at=body.arrives_at, who=body.who, message=body.message),
            *taken_with_it(scene, handler(caller), by.at),
        ),
        said(key, body),
    )


@router.post(
    "/closings",
    status_code=201,
    summary="Close a call to the scene",
    description="With reasons, when a child has not been spoken with or no referral was made about it.",
)
async def end(stream: SceneCallId, body: SceneClosingIn, request: Request, response: Response, caller: Who, key: RepeatKey = None) -> Done:
    """Closed."""
    allow(caller, *ADVICE_ROLES)
    return await on_call(
        request,
        response,
        caller,
        stream,
        lambda scene, by: close(scene, caller.agency, caller.unit, body.reasons, by.at),
        said(key, body),
        says=bool(body.reasons),
    )
