"""The duty officer's decisions over HTTP: assessed, reported, met, prosecutor asked, guardians held back, reasons given."""

from collections.abc import Callable, Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from contracts.agencies import CASE_ROLES, AgencyKind
from contracts.event import Event
from services.kit.eventstore import EventStore
from services.kit.recorded import Provenance
from services.kit.register import Caller, Register, UnknownUnit
from services.kit.web import RepeatKey, Said, Who, allow, said
from services.liaison.after import after_policies
from services.liaison.bodies import Done
from services.liaison.case import Case
from services.liaison.decision_bodies import (
    AssessmentIn,
    ConsultedIn,
    NoticeIn,
    OwedReasonsIn,
    PoliceReportIn,
    ReasonsIn,
    ReportMeetingIn,
)
from services.liaison.officer import Officer
from services.liaison.police_report import decide_police_report
from services.liaison.prosecutor import Prosecutor, consult_prosecutor, hold_guardian_notice, lift_guardian_hold, notify_prosecutor
from services.liaison.reasons import give_reasons
from services.liaison.report_meeting import record_report_meeting
from services.liaison.routes.carrying import ReferralId, on_case
from services.liaison.safety import Assessment, assess_immediate_safety

router = APIRouter(prefix="/liaison/v1/referrals/{referralId}", tags=["decisions"], dependencies=[Depends(after_policies)])


class Carrying:
    """Carries a decision on the referral out, for somebody who works with cases; nobody else comes this far (Stranger)."""

    def __init__(self, referral: ReferralId, request: Request, response: Response, caller: Who) -> None:
        allow(caller, *CASE_ROLES)
        self.referral, self.request, self.response, self.caller = referral, request, response, caller

    @property
    def store(self) -> EventStore:
        """Liaison's own."""
        store: EventStore = self.request.app.state.store
        return store

    async def out(self, said: Said, decision: Callable[[Case, Officer, Provenance], Iterable[Event]]) -> Done:
        """Decided and stored."""
        officer = officer_of(self.caller)
        return await on_case(
            self.request, self.response, self.caller, self.referral, lambda case, by: decision(case, officer, by), said, says=True
        )

    def prosecutor(self, unit: str) -> Prosecutor:
        """An open unit of the prosecutors. Raises UnknownUnit for any other."""
        register: Register = self.request.app.state.register
        found = register.directory.unit(unit)
        if found.kind is not AgencyKind.PROSECUTOR:
            raise UnknownUnit
        return Prosecutor(found.agency, found.id)


Deciding = Annotated[Carrying, Depends()]


def officer_of(caller: Caller) -> Officer:
    """Who decides, as events say it."""
    return Officer(caller.kind, caller.agency, caller.unit, caller.role)


@router.post(
    "/immediate-safety-assessments",
    status_code=201,
    summary="Record the immediate safety assessment",
    description="At once, before the guardian is contacted, also when an investigation already runs (SoL 2025:400 20 kap. 1 §). One that"
    " was wrong is corrected by another that says why.",
)
async def record_assessment(body: AssessmentIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Assessed."""
    assessment = Assessment(body.needs_immediate_protection, body.reasons, body.guardian_contacted, body.corrects, body.correction)
    return await deciding.out(said(key, body), lambda case, who, by: assess_immediate_safety(case, who, assessment, by.at))


@router.post(
    "/police-report-decisions",
    status_code=201,
    summary="Decide on a police report",
    description="Made, not made (with reasons), or no crime suspected; and if Barnahus was consulted. The hub sends the police nothing.",
)
async def decide_on_police_report(body: PoliceReportIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Decided."""
    return await deciding.out(
        said(key, body),
        lambda case, who, by: decide_police_report(
            case, who, body.decision, body.reasons, by.at, barnahus_consulted=body.barnahus_consulted, basis=body.basis
        ),
    )


@router.post(
    "/report-meetings",
    status_code=201,
    summary="Record how it stands with the report meeting",
    description="Offered, held, declined, not offered (with reasons) or not relevant (SoL 2025:400 19 kap. 5 §). A reporting unit that is"
    " invited sees that, and to when.",
)
async def record_meeting(body: ReportMeetingIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Recorded."""
    return await deciding.out(
        said(key, body),
        lambda case, who, by: record_report_meeting(
            case, who, body.outcome, body.reasons, by.at, reporter_invited=body.reporter_invited, meets_at=body.meets_at
        ),
    )


@router.post(
    "/prosecutor-notices",
    status_code=201,
    summary="Record that the on-call prosecutor was notified",
    description="By the function that was reached, never by a person's name. The hub itself tells the prosecutor nothing.",
)
async def record_notice(body: NoticeIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Notified."""
    return await deciding.out(
        said(key, body),
        lambda case, who, by: notify_prosecutor(case, who, deciding.prosecutor(body.to_unit), body.note, by.at, body.notified_at),
    )


@router.post(
    "/prosecutor-consultations",
    status_code=201,
    summary="Record what the on-call prosecutor answered",
    description="For social services alone. An answer to wait with the guardians holds their notice from the same moment.",
)
async def record_consultation(body: ConsultedIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Consulted."""
    return await deciding.out(
        said(key, body),
        lambda case, who, by: consult_prosecutor(
            case, who, deciding.prosecutor(body.to_unit), body.guardian, body.answer, by.at, body.consulted_at
        ),
    )


@router.post(
    "/guardian-holds",
    status_code=201,
    summary="Hold the guardians' notice",
    description="They are not told yet, for special reasons (SoL 2025:400 20 kap. 4 §).",
)
async def hold(body: ReasonsIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Held."""
    return await deciding.out(said(key, body), lambda case, who, by: hold_guardian_notice(case, who, body.reasons, by.at))


@router.post(
    "/guardian-hold-endings",
    status_code=201,
    summary="Lift the hold of the guardians' notice",
    description="They may be told again.",
)
async def lift(body: ReasonsIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Lifted."""
    return await deciding.out(said(key, body), lambda case, who, by: lift_guardian_hold(case, who, body.reasons, by.at))


@router.post(
    "/reasons",
    status_code=201,
    summary="Give reasons that are owed",
    description="By the unit that decided without them, also after it has handed the case over.",
)
async def give_owed_reasons(body: OwedReasonsIn, deciding: Deciding, key: RepeatKey = None) -> Done:
    """Given."""
    history = await deciding.store.load(deciding.referral)
    fact = next((each.event for each in history if each.id == body.of), None)
    return await deciding.out(said(key, body), lambda case, who, by: give_reasons(case, who, body.of, fact, body.reasons, by.at))
