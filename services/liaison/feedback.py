"""Feedback to the reporter: goes out by itself when the decision falls, with the lawful fact and nothing else."""

from collections.abc import Iterator
from datetime import datetime

from contracts.feedback import FeedbackRead, FeedbackSent, LawfulFact
from contracts.law import NEW_ACT, STOCKHOLM, Deadline, deadline
from contracts.refusals import Missing
from services.liaison.case import Case


def send_feedback(case: Case, sent_at: datetime) -> Iterator[FeedbackSent]:
    """One of the three lawful facts to a mandated reporter who asked for it (SoL 2025:400 19 kap. 6 §, OSL 2009:400 26 kap. 9 a §)."""
    registered = case.registered
    if registered is None or case.fact is None or case.decided_at is None or case.feedback:
        return
    if registered.mandated and registered.feedback_requested:
        yield FeedbackSent(
            fact=case.fact,
            to_agency=registered.from_agency,
            to_unit=registered.from_unit,
            sent_at=sent_at,
            due=_due(case.fact, case.decided_at, sent_at),
        )


def _due(fact: LawfulFact, decided_at: datetime, sent_at: datetime) -> Deadline:
    """A week from the decision; at once where an investigation already ran, and for a decision under the old act, which named no time."""
    if decided_at.astimezone(STOCKHOLM).date() < NEW_ACT:
        return deadline("feedback-at-once", sent_at)
    return deadline("feedback-at-once" if fact is LawfulFact.INVESTIGATION_ALREADY_ONGOING else "feedback", decided_at)


def read_feedback(case: Case, unit: str, read_at: datetime) -> Iterator[FeedbackRead]:
    """Somebody at the reporting unit reads it. Raises Missing for every other unit."""
    if case.feedback is None or case.feedback.to_unit != unit:
        raise Missing
    if not case.feedback_read:
        yield FeedbackRead(unit=unit, read_at=read_at)
