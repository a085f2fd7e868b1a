"""A step of a referral is late: said once for each level, and never of a step that has been taken."""

from collections.abc import Iterator
from datetime import datetime

from contracts.law import office
from contracts.stalled import Level, ReferralStalled, Step
from services.liaison.case import Case
from services.liaison.handover import Receiver
from services.liaison.limits import Limit


def stall(case: Case, limit: Limit, raised_at: datetime, out_of_hours: Receiver | None = None) -> Iterator[ReferralStalled]:
    """Says that the limit has passed, unless the step is taken, or it is said already. Also of a case that nobody has registered yet.

    `out_of_hours` is who is told when nobody is at the office; without one, nobody is.
    """
    step, to = Step(limit.step), out_of_hours if limit.level is Level.OUT_OF_HOURS else None
    if limit.due <= raised_at and (step, limit.level) not in case.late and not _taken(case, step, limit.due):
        if limit.level is Level.OUT_OF_HOURS and (to is None or case.pending or office().open_at(raised_at)):
            return
        yield ReferralStalled(
            step=step,
            level=limit.level,
            due=limit.due,
            rule=limit.rule,
            unit=case.owner_unit or limit.unit,
            raised_at=raised_at,
            to_agency=to.agency if to else None,
            to_unit=to.unit if to else None,
        )


def _taken(case: Case, step: Step, due: datetime) -> bool:
    """Whether the step was taken that was due then. A case that Socialjouren stands in for is to be taken over anew, from then on."""
    match step:
        case Step.SEEN:
            return case.seen
        case Step.ASSESSED:
            return case.needs_protection is not None
        case Step.TAKEN_OVER:
            taken_over = case.taken_over_at is not None and not (case.stands_in and due > case.taken_over_at)
            return taken_over or case.fact is not None
        case Step.DECIDED:
            return case.fact is not None
        case Step.SIGNAL_ANSWERED:
            return case.quiet is None or case.bearing is not None
