"""Processes that die, and processes that stand still."""

import contextlib
import signal
from dataclasses import dataclass

import psutil

from tests.chaos.stage import Stage


@dataclass(frozen=True)
class Killed:
    """F1, F6: SIGKILL; the supervisor starts it again."""

    part: str
    row: str = "F1"
    kills: bool = True
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.part} killed"

    async def inject(self, stage: Stage) -> None:
        """Now."""
        send(stage.process(self.part), signal.SIGKILL)

    async def heal(self, stage: Stage) -> None:
        """By itself."""


@dataclass(frozen=True)
class Frozen:
    """F2: SIGSTOP, as a pause of the machine or the garbage collector; it wakes up and believes that no time has passed."""

    part: str
    seconds: float
    row: str = "F2"
    kills: bool = False

    def __str__(self) -> str:
        return f"{self.part} stands still for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """With its children, as PostgreSQL's: they would go on without it."""
        for process in family(stage.process(self.part)):
            send(process, signal.SIGSTOP)

    async def heal(self, stage: Stage) -> None:
        """Goes on."""
        for process in family(stage.process(self.part)):
            send(process, signal.SIGCONT)


@dataclass(frozen=True)
class Down:
    """F4, F7: killed, and not started again for a while."""

    part: str
    seconds: float
    row: str
    kills: bool = True

    def __str__(self) -> str:
        return f"{self.part} down for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """The supervisor stands still meanwhile."""
        stage.hub.send_signal(signal.SIGSTOP)
        send(stage.process(self.part), signal.SIGQUIT if self.part == "postgres" else signal.SIGKILL)

    async def heal(self, stage: Stage) -> None:
        """The supervisor finds it gone."""
        stage.hub.send_signal(signal.SIGCONT)


@dataclass(frozen=True)
class SupervisorKilled:
    """F1: SIGKILL to the hub's supervisor; its processes go on by themselves until somebody starts it anew, and it starts them anew."""

    seconds: float
    part: str = "hub"
    row: str = "F1"
    kills: bool = True

    def __str__(self) -> str:
        return f"the supervisor killed, and started anew after {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """The supervisor alone."""
        stage.data.hub.unlink(missing_ok=True)  # as a new start does: what it says of itself counts no more
        stage.hub.send_signal(signal.SIGKILL)

    async def heal(self, stage: Stage) -> None:
        """As an operator or the machine's init would."""
        await stage.start_hub()


def family(process: psutil.Process | None) -> list[psutil.Process]:
    """A process and its children; none when it is gone."""
    if process is None:
        return []
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def send(process: psutil.Process | None, number: signal.Signals) -> None:
    """A signal to a process that may be gone by now."""
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
