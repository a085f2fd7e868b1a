"""Clocks that go wrong: one process believes that it is another time, then jumps back."""

from dataclasses import dataclass

from tests.chaos.clock import clock
from tests.chaos.stage import Stage


@dataclass(frozen=True)
class ClockWrong:
    """F20: a process' time of day is off by some seconds."""

    part: str
    offset: int
    seconds: float
    row: str = "F20"
    kills: bool = False

    def __str__(self) -> str:
        return f"the clock of {self.part} is {abs(self.offset)} s {'fast' if self.offset > 0 else 'slow'} for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """Jumps there, within a second."""
        clock(stage.folder, self.part).write_text(f"{self.offset:+d}s\n")

    async def heal(self, stage: Stage) -> None:
        """Jumps back."""
        clock(stage.folder, self.part).write_text("+0s\n")
