"""Giving the reasons that are owed: by the unit that decided, whoever has the case by then."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.owing import Owing
from contracts.reasons import Reasons, ReasonsGiven
from contracts.refusals import Missing, Refused
from services.liaison.case import Case, NoReasons, owned
from services.liaison.officer import Officer


class NothingOwed(Refused):
    """No reasons are missing here: they were written when it was decided. If the decision was wrong, make a new one that says why."""


class OthersReasons(Refused):
    """Another unit decided this, and its reasons are for that unit to give. Ask them: it stands in their queue of missing reasons."""


def give_reasons(case: Case, by: Officer, of: UUID, fact: Event | None, reasons: str, given_at: datetime) -> Iterator[ReasonsGiven]:
    """Gives the reasons of `fact`, the event with the id `of`; once.

    The unit that decided gives them also when the case is with another one: that is the one thing a former owner still writes. It changes
    nothing of the case, and is read by those who read the fact. Raises Missing, what `owned` raises, NothingOwed, OthersReasons, NoReasons.
    """
    if not isinstance(fact, Owing) or fact.owed is None:
        owned(case, by.agency, by.unit)
        raise NothingOwed if fact else Missing
    if (fact.owed.agency, fact.owed.unit) != (by.agency, by.unit):
        owned(case, by.agency, by.unit)
        raise OthersReasons
    if not reasons:
        raise NoReasons
    if of not in case.decisions.reasons_given:
        yield ReasonsGiven(of=of, unit=by.unit, role=by.role, handovers=fact.handovers, given_at=given_at, content=Reasons(reasons=reasons))
