"""Who is here: what those are called who have asked, by their tokens, so that colleagues know each other. In memory, nowhere else."""

from uuid import UUID

from services.kit.register import Caller


class Present:
    """Names by the register's opaque ids, as long as this process lives. The register itself knows no names, and no event carries one."""

    def __init__(self) -> None:
        self._names: dict[UUID, str] = {}

    def saw(self, caller: Caller) -> None:
        """Somebody has asked for something."""
        self._names[caller.actor] = caller.name

    def name(self, actor: UUID) -> str | None:
        """What the person is called; None when they have not asked for anything since this process began."""
        return self._names.get(actor)
