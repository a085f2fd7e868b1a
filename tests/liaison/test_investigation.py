"""The decision, and the feedback that follows from it by itself."""

from datetime import UTC, datetime

import pytest

from contracts.feedback import FeedbackRead, FeedbackSent, LawfulFact
from contracts.investigation import DecisionReasons
from contracts.law import deadline
from contracts.refusals import Missing
from services.liaison.case import HandedOver, NoReasons
from services.liaison.feedback import read_feedback, send_feedback
from services.liaison.handover import NotAssessed
from services.liaison.investigation import EVENTS, AlreadyDecided, decide_on_investigation
from tests.liaison.cases import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, MORNING, assessed, at_farsta, decided, registered_as, seen

OPENED = LawfulFact.INVESTIGATION_OPENED


@pytest.mark.parametrize("fact", LawfulFact)
def test_a_decision_is_made_once_with_reasons(fact: LawfulFact) -> None:
    made = EVENTS[fact](
        agency=FARSTA,
        unit=FARSTA_UNIT,
        decided_at=MORNING,
        due=registered_as().preliminary_assessment_due,
        content=DecisionReasons(reasons="Skäl."),
    )
    case = at_farsta()
    after = case.when(lambda it: decide_on_investigation(it, FARSTA, FARSTA_UNIT, fact, "Skäl.", MORNING)).then(made)
    case.when(lambda it: decide_on_investigation(it, FARSTA, FARSTA_UNIT, fact, "", MORNING)).refused(NoReasons)
    for other in set(LawfulFact) - {fact}:
        after.when(lambda it, to=other: decide_on_investigation(it, FARSTA, FARSTA_UNIT, to, "Skäl.", MORNING)).refused(AlreadyDecided)  # type: ignore[misc]


def test_its_reasons_are_for_the_deciding_district_alone() -> None:
    assert {
        made(
            agency=FARSTA, unit="", decided_at=MORNING, due=registered_as().preliminary_assessment_due, content=DecisionReasons(reasons="x")
        ).key_audience()
        for made in EVENTS.values()
    } == {"district:farsta"}


def test_only_the_owner_decides_and_only_when_safety_is_assessed() -> None:
    at_farsta().when(lambda it: decide_on_investigation(it, JOUR, JOUR_UNIT, OPENED, "Skäl.", MORNING)).refused(HandedOver)
    at_farsta().when(lambda it: decide_on_investigation(it, "bromma", "bromma-mottagning", OPENED, "Skäl.", MORNING)).refused(Missing)
    seen().when(lambda it: decide_on_investigation(it, JOUR, JOUR_UNIT, OPENED, "Skäl.", MORNING)).refused(NotAssessed)


@pytest.mark.parametrize(
    ("fact", "rule", "due"),
    [
        (LawfulFact.INVESTIGATION_OPENED, "feedback", "2026-11-29"),
        (LawfulFact.INVESTIGATION_NOT_OPENED, "feedback", "2026-11-29"),
        (LawfulFact.INVESTIGATION_ALREADY_ONGOING, "feedback-at-once", "2026-11-22"),
    ],
)
def test_feedback_goes_out_once_with_the_fact_and_its_time_limit(fact: LawfulFact, rule: str, due: str) -> None:
    limit = deadline(rule, MORNING)
    assert limit.due.date().isoformat() == due
    sent = FeedbackSent(fact=fact, to_agency="polisen", to_unit="lpo-farsta", sent_at=MORNING, due=limit)
    decided(fact).when(lambda it: send_feedback(it, MORNING)).then(sent)


def test_no_feedback_before_a_decision() -> None:
    assessed().when(lambda it: send_feedback(it, MORNING)).nothing()


@pytest.mark.parametrize("changed", [{"mandated": False}, {"feedback_requested": False}], ids=str)
def test_no_feedback_to_others_than_mandated_reporters_who_asked(changed: dict[str, bool]) -> None:
    decided(OPENED, **changed).when(lambda it: send_feedback(it, MORNING)).nothing()


def test_the_reporting_unit_reads_it_once_and_nobody_else_does() -> None:
    sent = decided().when(lambda it: send_feedback(it, MORNING)).happens()
    sent.when(lambda it: read_feedback(it, "lpo-farsta", MORNING)).then(FeedbackRead(unit="lpo-farsta", read_at=MORNING))
    sent.when(lambda it: read_feedback(it, "lpo-skarholmen", MORNING)).refused(Missing)
    decided().when(lambda it: read_feedback(it, "lpo-farsta", MORNING)).refused(Missing)


def test_the_old_act_gave_no_time_so_feedback_on_its_decisions_goes_out_at_once() -> None:
    old = datetime(2025, 6, 30, 12, tzinfo=UTC)
    (made,) = decide_on_investigation(at_farsta().state, FARSTA, FARSTA_UNIT, OPENED, "Skäl.", old)
    (sent,) = send_feedback(at_farsta().and_given(made).state, MORNING)
    assert sent.due == deadline("feedback-at-once", MORNING)
