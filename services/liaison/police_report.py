"""The decision on a police report: made, not made with reasons, or no crime suspected; once for each outcome, and never taken back."""

from collections.abc import Iterator
from datetime import datetime

from contracts.police_report import DisclosureBasis, PoliceReport, PoliceReportDecided
from contracts.reasons import Reasons
from contracts.refusals import Refused
from services.liaison.case import Case
from services.liaison.officer import Officer


class AlreadyReported(Refused):
    """The police report is made, and cannot be unmade here. If it was recorded by mistake, say so to who takes the case over."""


def decide_police_report(
    case: Case,
    by: Officer,
    decision: PoliceReport,
    reasons: str,
    decided_at: datetime,
    *,
    barnahus_consulted: bool,
    basis: DisclosureBasis | None = None,
) -> Iterator[PoliceReportDecided]:
    """Decides; what was not reported may be reported later, and Barnahus consulted. `basis` is kept for a report that is made.

    Raises what `owned` raises, NotSeen, AlreadyReported.
    """
    registered, before = by.read(case), case.decisions.police
    basis = basis if decision is PoliceReport.MADE else None
    if before and (before.decision, before.barnahus_consulted, before.basis) == (decision, barnahus_consulted, basis):
        return
    if before and before.decision is PoliceReport.MADE and decision is not PoliceReport.MADE:
        raise AlreadyReported
    yield PoliceReportDecided(
        decision=decision,
        barnahus_consulted=barnahus_consulted,
        basis=basis,
        unit=by.unit,
        role=by.role,
        handovers=case.handovers,
        decided_at=decided_at,
        owed=by.owes(registered, reasons) if decision is PoliceReport.NOT_MADE else None,
        content=Reasons(reasons=reasons),
    )
