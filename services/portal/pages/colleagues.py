"""Who else works with cases in the unit: what the hub's register knows of them, and names as long as they have been here."""

from dataclasses import dataclass
from uuid import UUID

from contracts.agencies import Role
from services.portal.hub import Hub
from services.portal.sessions import Session


@dataclass(frozen=True)
class Colleague:
    """Somebody of the unit. The name is None when they have not used the hub since it started."""

    actor: UUID
    role: Role
    name: str | None
    you: bool

    @property
    def sign(self) -> str:
        """Four characters that tell two without a name apart."""
        return self.actor.hex[:4].upper()


class Colleagues(dict[UUID, Colleague]):
    """Colleagues by the register's id, the reader first."""

    def name(self, actor: UUID | None) -> str | None:
        """What somebody is called; None for one whose name is not known here, or who works here no more."""
        return self[actor].name if actor is not None and actor in self else None


async def colleagues_of(hub: Hub, session: Session) -> Colleagues:
    """Everybody who works with cases in the reader's unit."""
    found = [
        Colleague(UUID(each["actor"]), Role(each["role"]), each["name"], each["you"]) for each in await hub.read(session, "/colleagues")
    ]
    return Colleagues({each.actor: each for each in found})
