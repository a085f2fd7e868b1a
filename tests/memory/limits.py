"""The watchdog's table in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from typing_extensions import override

from services.liaison.limits import Limit
from services.liaison.running import RunningLimits


class MemoryLimits(RunningLimits):
    """Limits that run, each with the time when it is looked at next."""

    def __init__(self) -> None:
        self.running: dict[tuple[UUID, str, str], tuple[datetime, Limit]] = {}
        self.positions: dict[str, int] = {}

    @override
    async def followed(self, store: str) -> int:
        return self.positions.get(store, 0)

    @override
    async def note(self, store: str, position: int, started: Sequence[Limit], taken: Collection[tuple[UUID, str]]) -> None:
        for key in [key for key in self.running if key[:2] in taken]:
            del self.running[key]
        for each in started:
            self.running.setdefault((each.stream, each.step, each.level), (each.due, each))
        self.positions[store] = max(position, self.positions.get(store, 0))

    @override
    async def due(self, now: datetime, most: int) -> list[Limit]:
        return [limit for at, limit in sorted(self.running.values(), key=lambda each: each[0]) if at <= now][:most]

    @override
    async def over(self, limit: Limit) -> None:
        del self.running[limit.stream, limit.step, limit.level]

    @override
    async def later(self, limit: Limit, at: datetime) -> None:
        self.running[limit.stream, limit.step, limit.level] = (at, limit)
