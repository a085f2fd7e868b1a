"""Who decides: somebody of a unit, in a role. No event names a person."""

from dataclasses import dataclass

from contracts.agencies import AgencyKind, Role
from contracts.case import ReferralRegistered
from contracts.reasons import Owed
from services.liaison.case import Case, NotSeen, owned


@dataclass(frozen=True)
class Officer:
    """The unit that somebody acts for, and the role held there."""

    kind: AgencyKind
    agency: str
    unit: str
    role: Role

    def read(self, case: Case) -> ReferralRegistered:
        """What was registered of a case that the officer's unit has, and has opened. Raises what `owned` raises, NotSeen."""
        registered = owned(case, self.agency, self.unit)
        if not case.seen:
            raise NotSeen
        return registered

    def owes(self, registered: ReferralRegistered, reasons: str) -> Owed | None:
        """The reasons that the officer's unit owes, should these be none."""
        if reasons:
            return None
        return Owed(kind=self.kind, agency=self.agency, unit=self.unit, reference=registered.reference)
