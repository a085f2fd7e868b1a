"""The immediate safety assessment: one for every referral, with reasons or owing them, corrected only by a new one that says why."""

import pytest

from contracts.case import ImmediateSafetyAssessed, SafetyReasons
from contracts.feedback import LawfulFact
from contracts.reasons import Owed
from contracts.refusals import Missing
from services.liaison.case import NotSeen
from services.liaison.officer import Officer
from services.liaison.safety import AlreadyAssessed, AlreadyCorrected, Assessment, NoCorrection, assess_immediate_safety
from tests.liaison.cases import (
    DISTRICT_OFFICER,
    DUTY_OFFICER,
    FARSTA,
    FARSTA_UNIT,
    JOUR_UNIT,
    MORNING,
    NIGHT,
    assessed,
    at_farsta,
    decided,
    registered,
    registered_as,
    seen,
)


def made(assessment: Assessment, by: Officer = DUTY_OFFICER) -> ImmediateSafetyAssessed:
    """The event that says so."""
    owed = Owed(kind=by.kind, agency=by.agency, unit=by.unit, reference=registered_as().reference)
    return ImmediateSafetyAssessed(
        needs_immediate_protection=assessment.needs_protection,
        unit=by.unit,
        assessed_at=MORNING,
        due=registered_as().safety_assessment_due,
        corrects=assessment.corrects,
        role=by.role,
        guardian_contacted=assessment.guardian_contacted,
        owed=None if assessment.reasons else owed,
        content=SafetyReasons(reasons=assessment.reasons, correction=assessment.correction or None),
    )


@pytest.mark.parametrize("needs", [True, False])
@pytest.mark.parametrize("contacted", [True, False, None])
def test_it_says_who_assessed_in_which_role_and_whether_a_guardian_was_contacted_by_then(needs: bool, contacted: bool | None) -> None:
    assessment = Assessment(needs, "Far är kvar i bostaden.", contacted)
    seen().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, assessment, MORNING)).then(made(assessment))


def test_nobody_is_stopped_for_a_missing_reason_and_the_unit_owes_it() -> None:
    assessment = Assessment(needs_protection=True)
    event = made(assessment)
    assert event.owed is not None
    assert (event.owed.unit, event.owed.reference) == (JOUR_UNIT, "K7Q2-FX9M")
    seen().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, assessment, MORNING)).then(event)


def test_nobody_assesses_what_nobody_has_read() -> None:
    assessment = Assessment(needs_protection=True, reasons="x")
    registered().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, assessment, NIGHT)).refused(NotSeen)


def test_who_does_not_have_the_case_does_not_learn_that_it_exists() -> None:
    assessment = Assessment(needs_protection=True, reasons="x")
    seen().when(lambda it: assess_immediate_safety(it, DISTRICT_OFFICER, assessment, NIGHT)).refused(Missing)


def test_an_assessment_is_not_overwritten() -> None:
    other = Assessment(needs_protection=False, reasons="Trygg hos mormor.")
    assessed().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, other, NIGHT)).refused(AlreadyAssessed)


def test_a_correction_says_why_and_the_first_one_stays() -> None:
    mute = Assessment(needs_protection=False, reasons="Far är häktad.", corrects=1)
    assessed().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, mute, MORNING)).refused(NoCorrection)
    said = Assessment(needs_protection=False, reasons="Far är häktad.", corrects=1, correction="Polisen ringde 04.10.")
    after = assessed().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, said, MORNING)).then(made(said))
    assert [each.corrects for each in after.events if isinstance(each, ImmediateSafetyAssessed)] == [None, 1]
    assert after.state.needs_protection is False


def test_the_reasons_alone_can_be_corrected_too() -> None:
    again = Assessment(needs_protection=True, reasons="Far är på väg hem.", corrects=1, correction="Fel person i texten.")
    assessed().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, again, MORNING)).then(made(again))


def test_two_who_correct_the_same_assessment_do_not_do_it_behind_each_others_backs() -> None:
    first = Assessment(needs_protection=False, reasons="Trygg.", corrects=1, correction="Mormor har hämtat.")
    second = Assessment(needs_protection=True, reasons="Otrygg.", corrects=1, correction="Far ringde på.")
    after = assessed().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, first, MORNING)).happens()
    after.when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, second, MORNING)).refused(AlreadyCorrected)


@pytest.mark.parametrize("corrects", [1, 2, 7])
def test_what_was_never_made_cannot_be_corrected(corrects: int) -> None:
    correction = Assessment(needs_protection=True, reasons="x", corrects=corrects, correction="y")
    seen().when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, correction, NIGHT)).refused(AlreadyCorrected)


def test_the_district_that_has_taken_over_corrects_what_socialjouren_found() -> None:
    said = Assessment(needs_protection=False, reasons="Hemma i natt.", corrects=1, correction="Nya uppgifter i dag.")
    after = at_farsta().when(lambda it: assess_immediate_safety(it, DISTRICT_OFFICER, said, MORNING)).happens()
    (event,) = after.events[-1:]
    assert isinstance(event, ImmediateSafetyAssessed)
    assert (event.unit, event.role) == (FARSTA_UNIT, DISTRICT_OFFICER.role)
    assert after.state.owner_agency == FARSTA


def test_it_is_corrected_also_when_an_investigation_runs_already() -> None:
    said = Assessment(needs_protection=False, reasons="Hemma i natt.", corrects=1, correction="Nya uppgifter i dag.")
    ongoing = decided(LawfulFact.INVESTIGATION_ALREADY_ONGOING)
    assert ongoing.when(lambda it: assess_immediate_safety(it, DISTRICT_OFFICER, said, MORNING)).happens() != ongoing
