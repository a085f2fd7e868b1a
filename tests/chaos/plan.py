"""Which faults a seed brings, in which order and how long apart: the same seed, the same plan."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deploy.local.stack import SERVICES
from tests.chaos.faults.clock import ClockWrong
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.identity import KeyServiceRefuses, KeysRotated
from tests.chaos.faults.network import AnswerLost, ListenBlackHoled, Silent, Slow, Unreachable
from tests.chaos.faults.nodes import NodesDown, NodesWithoutPower
from tests.chaos.faults.poison import KINDS as POISONS
from tests.chaos.faults.poison import Poison
from tests.chaos.faults.processes import Down, Frozen, Killed, SupervisorKilled
from tests.chaos.faults.servers import DiskFull, PowerCut, SessionEnded, StoppedHard
from tests.chaos.faults.streams import Doubled, FilesDamaged, Gap, StreamDeleted
from tests.chaos.faults.views import VIEWS, ViewHeld

PROCESSES = (*SERVICES, "identity")
STORES = ("intake", "liaison")
OFFSETS = (-600, -20, 20, 600)
"""Seconds by which a clock goes wrong: within what is allowed between two clocks, and far beyond."""
Dice = random.Random
Make = Callable[[Dice], Fault]


@dataclass(frozen=True)
class Kind:
    """How often a fault is drawn, how one is made, and what of the machine it needs: `disk` or `clock`."""

    weight: int
    make: Make
    needs: str = ""


def seconds(dice: Dice, least: float, most: float) -> float:
    """A length, to a tenth."""
    return round(dice.uniform(least, most), 1)


def power_cut(dice: Dice) -> Fault:
    """Under one server, both, or the whole machine."""
    servers = dice.choice((("postgres",), ("nats",), ("postgres", "nats"), ("postgres", "nats")))
    return PowerCut(servers, everything=len(servers) == 2 and dice.random() < 0.5, seconds=seconds(dice, 0.2, 1.0))


KINDS = (
    Kind(16, lambda dice: Killed(dice.choice(PROCESSES))),
    Kind(4, lambda _: Killed("nats", row="F6")),
    Kind(2, lambda dice: SupervisorKilled(seconds(dice, 0, 4))),
    Kind(8, lambda dice: Frozen(dice.choice((*SERVICES, "nats", "postgres")), seconds(dice, 2, 6))),
    Kind(4, lambda _: StoppedHard()),
    Kind(2, lambda dice: Down("postgres", seconds(dice, 3, 8), "F4")),
    Kind(3, lambda dice: Down("nats", seconds(dice, 3, 8), "F7")),
    Kind(24, power_cut, needs="disk"),
    Kind(3, lambda dice: DiskFull("postgres", seconds(dice, 2, 5)), needs="disk"),
    Kind(2, lambda dice: DiskFull("nats", seconds(dice, 2, 5)), needs="disk"),
    Kind(4, lambda dice: Unreachable(dice.choice(("nats", "postgres")), seconds(dice, 2, 6))),
    Kind(3, lambda dice: Silent(dice.choice(("nats", "postgres")), seconds(dice, 2, 6))),
    Kind(3, lambda dice: Slow(dice.choice(("nats", "postgres")), 0.02, seconds(dice, 2, 5))),
    Kind(8, lambda dice: AnswerLost(dice.choice(("intake", "liaison", "policies")))),
    Kind(3, lambda dice: ListenBlackHoled(seconds(dice, 2, 6))),
    Kind(4, lambda _: SessionEnded()),
    Kind(3, lambda dice: ViewHeld(dice.choice(VIEWS), seconds(dice, 1, 4))),
    Kind(2, lambda dice: Frozen("identity", seconds(dice, 2, 6), row="F21")),
    Kind(2, lambda _: KeysRotated()),
    Kind(2, lambda dice: KeyServiceRefuses(seconds(dice, 2, 5))),
    Kind(3, lambda dice: ClockWrong(dice.choice(PROCESSES), dice.choice(OFFSETS), seconds(dice, 3, 6)), needs="clock"),
    Kind(3, lambda dice: Poison(dice.choice(POISONS))),
    Kind(2, lambda dice: StreamDeleted(dice.choice(STORES))),
    Kind(2, lambda dice: Doubled(dice.choice(STORES), dice.randint(1, 20))),
    Kind(2, lambda dice: Gap(dice.choice(STORES))),
    Kind(4, lambda dice: FilesDamaged(dice.choice(("lost", "truncated", "older", "a bit flipped")), dice.getrandbits(32))),
)


NODES = ("nats-1", "nats-2", "nats-3")


def lost_nodes(dice: Dice) -> tuple[str, ...]:
    """One, two or all three."""
    return tuple(sorted(dice.sample(NODES, dice.choice((1, 1, 2, 3)))))


OF_A_CLUSTER = (
    Kind(6, lambda dice: NodesDown(lost_nodes(dice), seconds(dice, 0.2, 5))),
    Kind(6, lambda dice: NodesWithoutPower(lost_nodes(dice), seconds(dice, 0.2, 2)), needs="disk"),
    Kind(3, lambda dice: Frozen(dice.choice(NODES), seconds(dice, 2, 6), row="F10")),
    Kind(2, lambda dice: Killed(dice.choice(("relay", "projector", "policies", "watchdog")))),
    Kind(1, lambda _: StoppedHard()),
    Kind(1, lambda dice: SupervisorKilled(seconds(dice, 0, 4))),
)
"""Instead of the others, where there are three NATS servers."""
ON_TOP = 0.15
"""How often a fault comes at once after another, and before that one is overcome."""


def plan(seed: int, there: frozenset[str], kinds: Sequence[Kind] = KINDS) -> Iterator[tuple[float, bool, Fault]]:
    """Without end: seconds of peace, whether what breaks may recover before the next one, and the fault.

    `there` is what the machine has of what kinds need.
    """
    dice = random.Random(f"faults {seed}")  # noqa: S311  not a secret
    possible = [kind for kind in kinds if not kind.needs or kind.needs in there]
    weights, peace = [kind.weight for kind in possible], 0.0
    while True:
        alone = dice.random() >= ON_TOP
        fault = dice.choices(possible, weights)[0].make(dice)
        alone |= isinstance(fault, SupervisorKilled)  # who starts it anew would start it again if that failed, and we start it once
        yield peace, alone, fault
        peace = seconds(dice, 1.0, 3.0) if alone else seconds(dice, 0.1, 0.5)
