"""What officers decide on a case, in what all of it has in common: which unit, in which role, and who may read it."""

from typing import Generic

from contracts.agencies import Role
from contracts.event import SOCIAL_SERVICES, Content, SealedEvent, social_services


class Decided(SealedEvent[Content], Generic[Content]):
    """Somebody of the unit that has the case has decided something, in this role.

    `handovers` is how often the case had changed hands by then: who takes it over reads what was decided before, and who has handed it
    over reads nothing of what is decided after.
    """

    audience = SOCIAL_SERVICES

    unit: str
    role: Role
    handovers: int = 0

    def key_audience(self) -> str:
        """The social services that hold the case from then on."""
        return social_services(self.handovers)
