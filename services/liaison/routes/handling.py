"""Who handles a case over HTTP: take, give back, assign."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import CASE_ROLES, Role
from contracts.refusals import Malformed
from services.kit.register import Caller, Register
from services.kit.web import Who, allow
from services.liaison.after import after_policies
from services.liaison.bodies import AssigningIn, Done, TakingIn
from services.liaison.handling import Handler, assign_case, give_back, take_case
from services.liaison.routes.carrying import ReferralId, on_case

router = APIRouter(prefix="/liaison/v1/referrals/{referralId}", tags=["handling"], dependencies=[Depends(after_policies)])


class UnknownColleague(Malformed):
    """Nobody with this id works with cases in your unit. Choose one of your colleagues."""


def handler(caller: Caller) -> Handler:
    """The caller as somebody who handles cases."""
    return Handler(caller.actor, caller.agency, caller.unit, caller.role)


@router.post(
    "/takings",
    status_code=201,
    summary="Take a case",
    description="You handle it from now on. What a colleague has is taken over only when you name the colleague.",
)
async def take(stream: ReferralId, request: Request, response: Response, caller: Who, body: TakingIn | None = None) -> Done:
    """Taken."""
    allow(caller, *CASE_ROLES)
    over = body.over if body else None
    return await on_case(request, response, caller, stream, lambda case, by: take_case(case, handler(caller), by.at, over))


@router.post(
    "/returns", status_code=201, summary="Give a case back", description="It stands among what nobody has taken, for everybody in the unit."
)
async def give_it_back(stream: ReferralId, request: Request, response: Response, caller: Who) -> Done:
    """Given back."""
    allow(caller, *CASE_ROLES)
    return await on_case(request, response, caller, stream, lambda case, by: give_back(case, handler(caller), by.at))


@router.post(
    "/assignments", status_code=201, summary="Assign a case", description="The team lead gives it to somebody of the unit, whoever has it."
)
async def assign(stream: ReferralId, body: AssigningIn, request: Request, response: Response, caller: Who) -> Done:
    """Assigned."""
    allow(caller, Role.TEAM_LEAD)
    to = colleague(request, caller, body.to)
    return await on_case(request, response, caller, stream, lambda case, by: assign_case(case, handler(caller), to, by.at))


def colleague(request: Request, caller: Caller, actor: UUID) -> Handler:
    """Somebody who works with cases in the caller's unit. Raises UnknownColleague."""
    register: Register = request.app.state.register
    given = register.directory.assignments.get(actor)
    if given is None or (given.agency, given.unit) != (caller.agency, caller.unit) or given.role not in CASE_ROLES:
        raise UnknownColleague
    return Handler(actor, given.agency, given.unit, given.role)
