"""Slow consumers: a view's table that somebody else holds."""

import contextlib
from dataclasses import dataclass, field

import asyncpg

from tests.chaos.stage import Stage
from tests.chaos.watch import AWAY

VIEWS = ("board", "casefile", "consultations", "handovers", "invitations", "missing_reasons", "readers", "receipts", "scenes")


@dataclass
class ViewHeld:
    """F18: a long report holds a view's table; nothing can be written there meanwhile."""

    view: str
    seconds: float
    part: str = "projector"
    row: str = "F18"
    kills: bool = False
    _connection: asyncpg.Connection | None = field(default=None, init=False)

    def __str__(self) -> str:
        return f"the view {self.view} held for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """By a lock that readers do not mind; a database that is away holds everybody anyway."""
        with contextlib.suppress(*AWAY):
            self._connection = await asyncpg.connect(stage.admin_dsn, timeout=2)
            await self._connection.execute("BEGIN")
            await self._connection.execute(f"LOCK TABLE projections.{self.view} IN EXCLUSIVE MODE")

    async def heal(self, _stage: Stage) -> None:
        """Lets go."""
        if self._connection:
            self._connection.terminate()
