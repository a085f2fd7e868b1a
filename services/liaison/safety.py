"""The immediate safety assessment (SoL 2025:400 20 kap. 1 §): one for each referral, corrected only by a new one that says why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.case import ImmediateSafetyAssessed, SafetyReasons
from contracts.refusals import Malformed, Refused
from services.liaison.case import Case
from services.liaison.officer import Officer


class AlreadyAssessed(Refused):
    """The immediate safety assessment is made, with another outcome. Look at it: it is corrected by a new one that says why."""


class AlreadyCorrected(Refused):
    """The assessment that you correct is not the last one: a colleague was faster. Read what stands there now and decide anew."""


class NoCorrection(Malformed):
    """Write why you correct the assessment: both stay in the file, and whoever reads them has to understand the second."""


@dataclass(frozen=True)
class Assessment:
    """What the assessor found. `corrects` says which assessment this one corrects, counted from 1, and `correction` says why."""

    needs_protection: bool
    reasons: str = ""
    guardian_contacted: bool | None = None
    corrects: int | None = None
    correction: str = ""


def assess_immediate_safety(case: Case, by: Officer, assessment: Assessment, assessed_at: datetime) -> Iterator[ImmediateSafetyAssessed]:
    """Records it, with reasons or owing them, also when an investigation about the child already runs.

    Raises what `owned` raises, NotSeen, AlreadyAssessed, AlreadyCorrected, NoCorrection.
    """
    registered = by.read(case)
    if not _is_new(case, assessment):
        return
    yield ImmediateSafetyAssessed(
        needs_immediate_protection=assessment.needs_protection,
        unit=by.unit,
        assessed_at=assessed_at,
        due=registered.safety_assessment_due,
        corrects=assessment.corrects,
        role=by.role,
        handovers=case.handovers,
        guardian_contacted=assessment.guardian_contacted,
        owed=by.owes(registered, assessment.reasons),
        content=SafetyReasons(reasons=assessment.reasons, correction=assessment.correction or None),
    )


def _is_new(case: Case, assessment: Assessment) -> bool:
    """Whether it is to be recorded: the first, or a correction of the last one."""
    made, same = case.decisions.assessments, case.needs_protection == assessment.needs_protection
    if assessment.corrects is None:
        if made and not same:
            raise AlreadyAssessed
        return not made
    if not assessment.correction:
        raise NoCorrection
    if assessment.corrects == made - 1 and same:
        return False  # this very correction, once more
    if assessment.corrects != made:
        raise AlreadyCorrected
    return True
