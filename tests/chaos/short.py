"""A short run of one fixed plan, a process of its own: `python -m tests.chaos.short FOLDER FIRST_PORT` prints its verdict as JSON."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import uvloop

from tests.chaos.__main__ import say
from tests.chaos.disk import power_can_be_cut
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.network import AnswerLost
from tests.chaos.faults.poison import Poison
from tests.chaos.faults.processes import Frozen, Killed, SupervisorKilled
from tests.chaos.faults.servers import PowerCut, StoppedHard
from tests.chaos.run import Asked, run

PEACE = 0.5


def faults(*, disks: bool) -> Iterator[tuple[float, bool, Fault]]:
    """One of the kinds that matter most, the next one often before the last is overcome."""
    yield 0.0, False, AnswerLost("intake")
    yield PEACE, False, Killed("relay")
    yield PEACE, False, Poison("a NUL in it")
    yield PEACE, False, Killed("nats", row="F6")
    yield PEACE, False, Frozen("projector", 2.0)
    yield PEACE, True, PowerCut(("postgres", "nats"), everything=False, seconds=0.2) if disks else StoppedHard()
    yield PEACE, True, SupervisorKilled(0.2)
    yield PEACE, False, Killed("policies")


def main(folder: str, first_port: str) -> None:
    """The run."""
    disks = power_can_be_cut() is None
    found = uvloop.run(run(Asked(1, 0.5, 8, disks, faults(disks=disks), say), Path(folder), int(first_port)))
    sys.stdout.write(json.dumps(asdict(found) | {"clean": found.clean}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
