"""The network between the processes and the servers: away, slow, silent, and losing the answer that mattered."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.chaos.stage import Stage
from tests.chaos.wire import Line, Wire, nobody


def wires(stage: Stage, server: str) -> Iterator[Wire]:
    """Every wire to a server."""
    return (found[server] for found in stage.wires.values() if server in found)


@dataclass(frozen=True)
class Unreachable:
    """F7: nobody reaches the server, and whoever was connected is cut off."""

    part: str
    seconds: float
    row: str = "F7"
    kills: bool = False

    def __str__(self) -> str:
        return f"{self.part} unreachable for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """Every wire down."""
        for wire in wires(stage, self.part):
            wire.down()

    async def heal(self, stage: Stage) -> None:
        """Every wire up."""
        for wire in wires(stage, self.part):
            await wire.up()


@dataclass(frozen=True)
class Silent:
    """F7, F16: packets are dropped; nothing is closed, nobody is told."""

    part: str
    seconds: float
    row: str = "F7"
    kills: bool = False

    def __str__(self) -> str:
        return f"{self.part} silent for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """Nothing passes on any wire."""
        for wire in wires(stage, self.part):
            wire.silent = everybody

    async def heal(self, stage: Stage) -> None:
        """What was under way is broken: bytes are missing in it."""
        for wire in wires(stage, self.part):
            wire.silent = nobody
            wire.cut()


@dataclass(frozen=True)
class Slow:
    """F7, F18: every piece takes its time."""

    part: str
    delay: float
    seconds: float
    row: str = "F7"
    kills: bool = False

    def __str__(self) -> str:
        return f"{self.part} slow by {self.delay * 1000:.0f} ms for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """On every wire, in both directions."""
        for wire in wires(stage, self.part):
            wire.delay = self.delay

    async def heal(self, stage: Stage) -> None:
        """As before."""
        for wire in wires(stage, self.part):
            wire.delay = 0.0


@dataclass(frozen=True)
class AnswerLost:
    """F15: a COMMIT is carried out and its answer never comes: the line breaks instead."""

    part: str
    row: str = "F15"
    kills: bool = False
    seconds: float = 1.0

    def __str__(self) -> str:
        return f"answer to a COMMIT of {self.part} lost"

    async def inject(self, stage: Stage) -> None:
        """The next one of the group commit."""
        stage.wires[self.part]["postgres"].losing = commits

    async def heal(self, stage: Stage) -> None:
        """When nothing was committed meanwhile nothing was lost."""
        stage.wires[self.part]["postgres"].losing = nobody


@dataclass(frozen=True)
class ListenBlackHoled:
    """F16: the relay's session, which listens for commits, falls silent without a word."""

    seconds: float
    part: str = "relay"
    row: str = "F16"
    kills: bool = False

    def __str__(self) -> str:
        return f"the relay's LISTEN silent for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """Nothing passes, nothing closes."""
        stage.wires["relay"]["postgres"].silent = everybody

    async def heal(self, stage: Stage) -> None:
        """The network is back; what was on it is gone."""
        stage.wires["relay"]["postgres"].silent = nobody
        stage.wires["relay"]["postgres"].cut()


def everybody(_line: Line) -> bool:
    """Every line."""
    return True


def commits(line: Line) -> bool:
    """The lines of a group commit, by the name that they give the database."""
    return b"group commit" in line.hello
