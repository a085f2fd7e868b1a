"""What a fault is, and how it is kept in the log of a run."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from tests.chaos.back import back
from tests.chaos.stage import Stage
from tests.chaos.watch import Watch


class Fault(Protocol):
    """One thing that goes wrong. `row` is its place in the fault matrix, `part` what has to come back, empty for nothing.

    `seconds` lie between the injection and the healing; `kills` says that another process must take the part's place.
    """

    @property
    def row(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def kills(self) -> bool: ...
    def __str__(self) -> str: ...
    async def inject(self, stage: Stage) -> None:
        """Makes it go wrong."""

    async def heal(self, stage: Stage) -> None:
        """Puts it right, where that does not happen by itself."""


@dataclass(frozen=True)
class Happened:
    """A fault that was injected; `began` and `healed` are seconds of the monotonic clock, `kind` is what it is counted as."""

    kind: str
    what: str
    row: str
    part: str
    began: float
    healed: float
    back: float | None = None
    """Seconds from the healing until it worked again; None when it did not, or when the next fault did not wait for that."""
    waited: bool = True


class FaultLog:
    """Carries faults out and keeps what happened, one JSON line each."""

    def __init__(self, path: Path, stage: Stage, watch: Watch) -> None:
        self._path, self._stage, self._watch = path, stage, watch

    async def carry_out(self, fault: Fault, *, wait: bool) -> Happened:
        """Injects, waits, heals, and with `wait` sees when it works again. Healed whatever happens, also when told to stop meanwhile."""
        process = self._stage.process(fault.part) if fault.part else None
        began = time.monotonic()
        try:
            await fault.inject(self._stage)
            await asyncio.sleep(fault.seconds)
        finally:
            await fault.heal(self._stage)
        healed = time.monotonic()
        was = process.pid if process and fault.kills else None
        recovered = await back(self._stage, self._watch, fault.part, was) if wait and fault.part else None
        happened = Happened(type(fault).__name__, str(fault), fault.row, fault.part, began, healed, recovered, wait)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(happened)) + "\n")
        return happened


def read(path: Path) -> list[Happened]:
    """What happened, in order; nothing when nothing did."""
    return [Happened(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []
