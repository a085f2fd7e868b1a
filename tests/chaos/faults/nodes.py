"""A cluster that loses servers: one, two, all; killed, frozen, or without power."""

import signal
from dataclasses import dataclass

from tests.chaos.faults.processes import send
from tests.chaos.faults.servers import cut_power
from tests.chaos.stage import Stage


@dataclass(frozen=True)
class NodesDown:
    """F10: servers of the cluster are killed and stay away for a while; with two of three away nothing is copied meanwhile."""

    nodes: tuple[str, ...]
    seconds: float
    part: str = "nats"
    row: str = "F10"
    kills: bool = False

    def __str__(self) -> str:
        return f"{len(self.nodes)} of three NATS servers down for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """At once."""
        stage.hub.send_signal(signal.SIGSTOP)
        for node in self.nodes:
            send(stage.process(node), signal.SIGKILL)

    async def heal(self, stage: Stage) -> None:
        """The supervisor starts them again."""
        stage.hub.send_signal(signal.SIGCONT)


@dataclass(frozen=True)
class NodesWithoutPower(NodesDown):
    """F10: the power fails under servers of the cluster, under all at once too."""

    def __str__(self) -> str:
        return f"power cut under {len(self.nodes)} of three NATS servers"

    async def inject(self, stage: Stage) -> None:
        """All of them at once; the power comes back when it is healed."""
        await cut_power(stage, self.nodes)
