"""Who handles a case (handläggare) or a call: taken, given back, assigned. A person is an opaque id and a role, never a name."""

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


class SceneCallTaken(Event):
    """Somebody at Socialjouren has the call from now on. `over` is the colleague it was taken over from, if anybody had it."""

    actor: UUID
    role: Role
    unit: str
    over: UUID | None = None
    taken_at: AwareDatetime


class SceneCallGivenBack(Event):
    """Who had the call has it no more: it stands among what nobody has taken."""

    actor: UUID
    unit: str
    given_back_at: AwareDatetime


class SceneCallAssigned(Event):
    """The team lead has given the call to somebody of the unit."""

    actor: UUID
    role: Role
    unit: str
    assigned_by: UUID
    assigned_at: AwareDatetime
