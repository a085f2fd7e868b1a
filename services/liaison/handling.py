"""Who handles a case: somebody takes it, gives it back, or is given it by the team lead. All within the unit that owns the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.agencies import Role
from contracts.handling import CaseAssigned, CaseGivenBack, CaseTaken
from contracts.refusals import Refused
from services.liaison.case import Case, owned


class TakenByColleague(Refused):
    """A colleague has taken it. Ask them, or take it over from them on purpose."""


class NotYours(Refused):
    """It is not you who has it: only who has taken a case gives it back. You can take it over instead."""


@dataclass(frozen=True)
class Handler:
    """Somebody of a unit, by an opaque id, and the role held there."""

    actor: UUID
    agency: str
    unit: str
    role: Role


def take_case(case: Case, who: Handler, taken_at: datetime, over: UUID | None = None) -> Iterator[CaseTaken]:
    """Somebody of the owning unit takes it. `over` names the colleague it is taken over from: so nobody does that by chance.

    Raises Missing, TakenByColleague when somebody else has it than the one it is taken over from.
    """
    owned(case, who.agency, who.unit)
    if case.handler == who.actor:
        return
    if case.handler is not None and case.handler != over:
        raise TakenByColleague
    yield CaseTaken(actor=who.actor, role=who.role, unit=who.unit, over=case.handler, taken_at=taken_at)


def give_back(case: Case, who: Handler, given_back_at: datetime) -> Iterator[CaseGivenBack]:
    """Who has it gives it back; when nobody has it, nothing. Raises Missing, NotYours."""
    owned(case, who.agency, who.unit)
    if case.handler is None:
        return
    if case.handler != who.actor:
        raise NotYours
    yield CaseGivenBack(actor=who.actor, unit=who.unit, given_back_at=given_back_at)


def assign_case(case: Case, lead: Handler, to: Handler, assigned_at: datetime) -> Iterator[CaseAssigned]:
    """The team lead gives it to somebody of the same unit, whoever has it. Raises Missing. Who is of the unit, the register says."""
    owned(case, lead.agency, lead.unit)
    if case.handler != to.actor:
        yield CaseAssigned(actor=to.actor, role=to.role, unit=lead.unit, assigned_by=lead.actor, assigned_at=assigned_at)
