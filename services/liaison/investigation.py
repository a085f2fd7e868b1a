"""The decision whether to open an investigation (SoL 2025:400 20 kap. 2 §), by a qualified social worker of the district."""

from collections.abc import Iterator
from datetime import datetime

from contracts.feedback import LawfulFact
from contracts.investigation import DecisionReasons, InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.refusals import Refused
from services.liaison.case import Case, NoReasons, owned
from services.liaison.handover import NotAssessed

EVENTS: dict[LawfulFact, type[InvestigationOpened | InvestigationDeclined | InvestigationAlreadyOngoing]] = {
    each.fact: each for each in (InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing)
}


class AlreadyDecided(Refused):
    """The decision on this referral is made and is another one. It is not overwritten: a new worry is a new referral."""


def decide_on_investigation(
    case: Case,
    agency: str,
    unit: str,
    fact: LawfulFact,
    reasons: str,
    decided_at: datetime,
) -> Iterator[InvestigationOpened | InvestigationDeclined | InvestigationAlreadyOngoing]:
    """Opens an investigation, declines to, or finds that one already runs. Raises Missing, NotAssessed, NoReasons, AlreadyDecided."""
    registered = owned(case, agency, unit)
    if case.needs_protection is None:
        raise NotAssessed
    if not reasons:
        raise NoReasons
    if case.fact == fact:
        return
    if case.fact is not None:
        raise AlreadyDecided
    yield EVENTS[fact](
        agency=agency, unit=unit, decided_at=decided_at, due=registered.preliminary_assessment_due, content=DecisionReasons(reasons=reasons)
    )
