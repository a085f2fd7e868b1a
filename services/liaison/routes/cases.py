"""Cases over HTTP: seen, decided, feedback read."""

from collections.abc import Iterable

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import CASE_ROLES, Role
from contracts.event import Event
from services.kit.recorded import Provenance
from services.kit.web import RepeatKey, Who, allow, said
from services.liaison.after import after_policies
from services.liaison.bodies import DecisionIn, Done, OpeningIn
from services.liaison.case import Case, see
from services.liaison.feedback import read_feedback
from services.liaison.handling import take_case
from services.liaison.investigation import decide_on_investigation
from services.liaison.routes.carrying import ReferralId, on_case
from services.liaison.routes.handling import handler
from services.liaison.supplement import see_supplements

router = APIRouter(prefix="/liaison/v1/referrals/{referralId}", tags=["cases"], dependencies=[Depends(after_policies)])


@router.post(
    "/openings",
    status_code=201,
    summary="Open a referral",
    description="A person of the social services opens it: the reporting unit sees that it is seen. Then its content can be read."
    " With `take` the same person handles it from then on.",
)
async def open_referral(stream: ReferralId, request: Request, response: Response, caller: Who, body: OpeningIn | None = None) -> Done:
    """Seen by a person, and taken by the same if they say so."""
    allow(caller, *CASE_ROLES)

    def decision(case: Case, by: Provenance) -> Iterable[Event]:
        yield from see(case, caller.agency, caller.unit, by.at)
        if body and body.take:
            yield from take_case(case, handler(caller), by.at)

    return await on_case(request, response, caller, stream, decision)


@router.post(
    "/supplement-openings",
    status_code=201,
    summary="Open what was added to a referral",
    description="A person opens every addition that has come, words and files: the reporting unit sees that it is read."
    " Then its content can be read.",
)
async def open_supplements(stream: ReferralId, request: Request, response: Response, caller: Who) -> Done:
    """Seen by a person."""
    allow(caller, *CASE_ROLES)
    return await on_case(request, response, caller, stream, lambda case, by: see_supplements(case, caller.agency, caller.unit, by.at))


@router.post(
    "/decisions",
    status_code=201,
    summary="Decide on an investigation",
    description="Opened, not opened, or already ongoing (SoL 2025:400 20 kap. 2 §); only by a qualified social worker (25 kap. 1 §).",
)
async def decide_investigation(
    stream: ReferralId, body: DecisionIn, request: Request, response: Response, caller: Who, key: RepeatKey = None
) -> Done:
    """Decided."""
    allow(caller, Role.QUALIFIED_DISTRICT_OFFICER)
    return await on_case(
        request,
        response,
        caller,
        stream,
        lambda case, by: decide_on_investigation(case, caller.agency, caller.unit, body.decision, body.reasons, by.at),
        said(key, body),
        says=True,
    )


@router.post(
    "/feedback-readings",
    status_code=201,
    summary="Say that the feedback is read",
    description="By the reporting unit, when somebody there has read it.",
)
async def feedback_is_read(stream: ReferralId, request: Request, response: Response, caller: Who) -> Done:
    """Read."""
    allow(caller, Role.REPORTER)
    return await on_case(request, response, caller, stream, lambda case, by: read_feedback(case, caller.unit, by.at))
