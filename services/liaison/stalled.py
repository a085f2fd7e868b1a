"""A step of a referral is late: said once for each level, and never of a step that has been taken."""

from collections.abc import Iterator
from datetime import datetime

from contracts.stalled import ReferralStalled, Step
from services.liaison.case import Case
from services.liaison.limits import Limit


def stall(case: Case, limit: Limit, raised_at: datetime) -> Iterator[ReferralStalled]:
    """Says that the limit has passed, unless the step is taken, or it is said already. Also of a case that nobody has registered yet."""
    step = Step(limit.step)
    if limit.due <= raised_at and (step, limit.level) not in case.late and not _taken(case, step):
        yield ReferralStalled(
            step=step, level=limit.level, due=limit.due, rule=limit.rule, unit=case.owner_unit or limit.unit, raised_at=raised_at
        )


def _taken(case: Case, step: Step) -> bool:
    match step:
        case Step.SEEN:
            return case.seen
        case Step.ASSESSED:
            return case.needs_protection is not None
        case Step.TAKEN_OVER:
            return case.taken_over or case.fact is not None
        case Step.DECIDED:
            return case.fact is not None
        case Step.SIGNAL_ANSWERED:
            return case.quiet is None or case.bearing is not None
