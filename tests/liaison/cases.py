"""A case at every step, for the decisions' tests."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.agencies import AgencyKind, Role
from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen, SafetyReasons
from contracts.feedback import LawfulFact
from contracts.handover import HandoverAccepted, HandoverMessage, HandoverOffered, HandoverWithdrawn, WithdrawalReason
from contracts.law import deadline, handover_deadline, safety_assessment_deadline
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived
from services.liaison.case import Case, fold
from services.liaison.handover import Receiver
from services.liaison.investigation import EVENTS, decide_on_investigation
from services.liaison.officer import Officer
from tests.given import Given, given

NIGHT = datetime(2026, 11, 22, 1, 40, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=6)
SUBMISSION = UUID("0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d")
JOUR, JOUR_UNIT = "socialjouren", "socialjouren-jour"
FARSTA, FARSTA_UNIT = "farsta", "farsta-mottagning"
DUTY_OFFICER = Officer(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT, Role.DUTY_OFFICER)
DISTRICT_OFFICER = Officer(AgencyKind.DISTRICT, FARSTA, FARSTA_UNIT, Role.DISTRICT_OFFICER)
TO_FARSTA = Receiver(AgencyKind.DISTRICT, FARSTA, FARSTA_UNIT)
TO_BROMMA = Receiver(AgencyKind.DISTRICT, "bromma", "bromma-mottagning")


def received(**changed: object) -> ReferralReceived:
    """A referral as intake stores it."""
    told = ReferralReceived(
        submission=SUBMISSION,
        receipt_code="K7Q2-FX9M",
        reference="K7Q2-FX9M",
        siblings=0,
        from_kind=AgencyKind.POLICE,
        from_agency="polisen",
        from_unit="lpo-farsta",
        to_kind=AgencyKind.SOCIALJOUR,
        to_agency=JOUR,
        to_unit=JOUR_UNIT,
        mandated=True,
        categories=(Category.NEGLECT,),
        immediate_danger=True,
        age_band=AgeBand.AGE_7_9,
        feedback_requested=True,
        received_at=NIGHT,
        content=ReferralContent(
            child=Child(kind=IdentityKind.UNKNOWN, name="Provbarn"), worry="Ensam hemma.", reporter_name="Polis i yttre tjänst"
        ),
    )
    return told.model_copy(update=changed)


def registered_as(**changed: object) -> ReferralRegistered:
    """The same, in liaison's register."""
    told = received(**changed)
    return ReferralRegistered(
        registry_number="2026-000042",
        submission=told.submission,
        reference=told.reference,
        from_agency=told.from_agency,
        from_unit=told.from_unit,
        to_agency=told.to_agency,
        to_unit=told.to_unit,
        mandated=told.mandated,
        feedback_requested=told.feedback_requested,
        categories=told.categories,
        immediate_danger=told.immediate_danger,
        age_band=told.age_band,
        received_at=told.received_at,
        siblings=told.siblings,
        safety_assessment_due=safety_assessment_deadline(told.received_at),
        preliminary_assessment_due=deadline("preliminary-assessment", told.received_at),
    )


def registered(**changed: object) -> Given[Case]:
    """Registered, and nobody has looked."""
    return given(fold, registered_as(**changed))


def seen(**changed: object) -> Given[Case]:
    """Opened by a duty officer."""
    return registered(**changed).and_given(ReferralSeen(unit=JOUR_UNIT, seen_at=NIGHT))


def assessed(**changed: object) -> Given[Case]:
    """Assessed for immediate safety."""
    due = registered_as(**changed).safety_assessment_due
    content = SafetyReasons(reasons="Kan inte gå hem i natt.")
    return seen(**changed).and_given(
        ImmediateSafetyAssessed(needs_immediate_protection=True, unit=JOUR_UNIT, assessed_at=NIGHT, due=due, content=content)
    )


def offered(to: Receiver = TO_FARSTA, number: int = 1) -> HandoverOffered:
    """The offer to a district."""
    return HandoverOffered(
        offer=number,
        from_agency=JOUR,
        from_unit=JOUR_UNIT,
        to_kind=to.kind,
        to_agency=to.agency,
        to_unit=to.unit,
        offered_at=MORNING,
        due=handover_deadline(MORNING),
        content=HandoverMessage(message="Ring i morgon bitti."),
    )


def withdrawn(number: int = 1, reason: str = "Fel stadsdel.") -> HandoverWithdrawn:
    """Socialjouren has taken its offer back."""
    return HandoverWithdrawn(
        offer=number,
        by_agency=JOUR,
        by_unit=JOUR_UNIT,
        to_agency=FARSTA,
        to_unit=FARSTA_UNIT,
        withdrawn_at=MORNING,
        content=WithdrawalReason(reason=reason),
    )


def accepted() -> HandoverAccepted:
    """Farsta has taken it."""
    return HandoverAccepted(
        offer=1,
        from_unit=JOUR_UNIT,
        to_agency=FARSTA,
        to_unit=FARSTA_UNIT,
        accepted_at=MORNING,
        to_kind=AgencyKind.DISTRICT,
    )


def at_farsta(**changed: object) -> Given[Case]:
    """The case when Farsta owns it."""
    return assessed(**changed).and_given(offered(), accepted())


def decided(fact: LawfulFact = LawfulFact.INVESTIGATION_OPENED, **changed: object) -> Given[Case]:
    """The case when the district has decided."""
    case = at_farsta(**changed)
    (event,) = decide_on_investigation(case.state, FARSTA, FARSTA_UNIT, fact, "Skäl.", MORNING)
    assert type(event) is EVENTS[fact]
    return case.and_given(event)
