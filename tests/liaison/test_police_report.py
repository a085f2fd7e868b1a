"""The decision on a police report: made, not made with reasons or owing them, no crime suspected; Barnahus consulted or not."""

import pytest

from contracts.police_report import DisclosureBasis, PoliceReport, PoliceReportDecided
from contracts.reasons import Owed, Reasons
from contracts.refusals import Missing
from services.liaison.case import Case, HandedOver, NotSeen
from services.liaison.police_report import AlreadyReported, decide_police_report
from tests.given import Given
from tests.liaison.cases import DISTRICT_OFFICER, DUTY_OFFICER, MORNING, NIGHT, at_farsta, registered, registered_as, seen

OWED = Owed(kind=DUTY_OFFICER.kind, agency=DUTY_OFFICER.agency, unit=DUTY_OFFICER.unit, reference=registered_as().reference)


def reported(
    decision: PoliceReport,
    reasons: str = "Skäl.",
    *,
    barnahus: bool = False,
    basis: DisclosureBasis | None = None,
    owed: Owed | None = None,
) -> PoliceReportDecided:
    """The event that says so."""
    return PoliceReportDecided(
        decision=decision,
        barnahus_consulted=barnahus,
        basis=basis,
        unit=DUTY_OFFICER.unit,
        role=DUTY_OFFICER.role,
        decided_at=MORNING,
        owed=owed,
        content=Reasons(reasons=reasons),
    )


def not_reported(case: Given[Case]) -> Given[Case]:
    """Decided not to report, Barnahus not asked."""
    return case.and_given(reported(PoliceReport.NOT_MADE))


@pytest.mark.parametrize("barnahus", [True, False])
def test_a_report_is_made_on_a_ground_that_the_law_gives(barnahus: bool) -> None:
    ground = DisclosureBasis.CRIME_AGAINST_CHILD
    decide = seen().when(
        lambda it: decide_police_report(it, DUTY_OFFICER, PoliceReport.MADE, "Skäl.", MORNING, barnahus_consulted=barnahus, basis=ground)
    )
    decide.then(reported(PoliceReport.MADE, barnahus=barnahus, basis=ground))


def test_what_is_not_reported_needs_reasons_and_owes_them_until_they_come() -> None:
    seen().when(lambda it: decide_police_report(it, DUTY_OFFICER, PoliceReport.NOT_MADE, "Skäl.", MORNING, barnahus_consulted=True)).then(
        reported(PoliceReport.NOT_MADE, barnahus=True)
    )
    seen().when(lambda it: decide_police_report(it, DUTY_OFFICER, PoliceReport.NOT_MADE, "", MORNING, barnahus_consulted=False)).then(
        reported(PoliceReport.NOT_MADE, "", owed=OWED)
    )


@pytest.mark.parametrize("decision", [PoliceReport.MADE, PoliceReport.NO_SUSPICION])
def test_only_a_report_that_is_not_made_owes_reasons(decision: PoliceReport) -> None:
    seen().when(lambda it: decide_police_report(it, DUTY_OFFICER, decision, "", MORNING, barnahus_consulted=False)).then(
        reported(decision, "")
    )


def test_what_nobody_tells_the_police_rests_on_no_ground() -> None:
    ground = DisclosureBasis.CONSENT
    seen().when(
        lambda it: decide_police_report(
            it, DUTY_OFFICER, PoliceReport.NO_SUSPICION, "Skäl.", MORNING, barnahus_consulted=False, basis=ground
        )
    ).then(reported(PoliceReport.NO_SUSPICION))


def test_what_was_not_reported_is_reported_later() -> None:
    not_reported(seen()).when(
        lambda it: decide_police_report(it, DUTY_OFFICER, PoliceReport.MADE, "Skäl.", MORNING, barnahus_consulted=True)
    ).then(reported(PoliceReport.MADE, barnahus=True))


@pytest.mark.parametrize("other", [PoliceReport.NOT_MADE, PoliceReport.NO_SUSPICION])
def test_what_was_reported_stands(other: PoliceReport) -> None:
    made = seen().and_given(reported(PoliceReport.MADE))
    made.when(lambda it: decide_police_report(it, DUTY_OFFICER, other, "x", NIGHT, barnahus_consulted=True)).refused(AlreadyReported)


def test_that_barnahus_was_asked_afterwards_is_recorded_too() -> None:
    not_reported(seen()).when(
        lambda it: decide_police_report(it, DUTY_OFFICER, PoliceReport.NOT_MADE, "Skäl.", MORNING, barnahus_consulted=True)
    ).then(reported(PoliceReport.NOT_MADE, barnahus=True))


def test_only_who_has_read_the_case_and_has_it_decides() -> None:
    made = PoliceReport.MADE
    registered().when(lambda it: decide_police_report(it, DUTY_OFFICER, made, "", NIGHT, barnahus_consulted=False)).refused(NotSeen)
    seen().when(lambda it: decide_police_report(it, DISTRICT_OFFICER, made, "", NIGHT, barnahus_consulted=False)).refused(Missing)
    at_farsta().when(lambda it: decide_police_report(it, DUTY_OFFICER, made, "", NIGHT, barnahus_consulted=False)).refused(HandedOver)
    assert list(decide_police_report(at_farsta().state, DISTRICT_OFFICER, made, "", NIGHT, barnahus_consulted=False))
