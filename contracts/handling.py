"""Who handles a case (handläggare): taken, given back, assigned. A person is an opaque id and a role; no name stands in an event."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import Role
from contracts.event import Event


class CaseTaken(Event):
    """Somebody of the owning unit handles the case from now on. `over` is the colleague it was taken over from, if anybody had it."""

    actor: UUID
    role: Role
    unit: str
    over: UUID | None = None
    taken_at: AwareDatetime


class CaseGivenBack(Event):
    """Who handled the case does so no more: it stands among what nobody has taken."""

    actor: UUID
    unit: str
    given_back_at: AwareDatetime


class CaseAssigned(Event):
    """The team lead has given the case to somebody of the unit."""

    actor: UUID
    role: Role
    unit: str
    assigned_by: UUID
    assigned_at: AwareDatetime
