"""A short fault run, for every day: real writers, the faults that cost others data, and a checker that finds nothing wrong."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.disk import power_can_be_cut
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.network import AnswerLost
from tests.chaos.faults.poison import Poison
from tests.chaos.faults.processes import Frozen, Killed
from tests.chaos.faults.servers import PowerCut, StoppedHard
from tests.chaos.run import Asked, run
from tests.chaos.stage import remove, remove_leftovers
from tests.stack import ROOT, first_port

pytestmark = pytest.mark.real

PEACE = 0.5
STACK = 50
"""The number of its ports: apart from every worker's."""


def faults(*, disks: bool) -> Iterator[tuple[float, bool, Fault]]:
    """One of the kinds that matter most, the next one often before the last is overcome."""
    yield 0.0, False, AnswerLost("intake")
    yield PEACE, False, Killed("relay")
    yield PEACE, False, Poison("a NUL in it")
    yield PEACE, False, Killed("nats", row="F6")
    yield PEACE, False, Frozen("projector", 2.0)
    yield PEACE, True, PowerCut(("postgres", "nats"), everything=False, seconds=0.2) if disks else StoppedHard()
    yield PEACE, False, Killed("policies")


def test_nothing_acknowledged_is_lost_doubled_reordered_or_shown_to_the_wrong_agency() -> None:
    place = ROOT / ".nattljus-chaos"
    remove_leftovers(place)
    folder, disks = place / str(os.getpid()) / "short", power_can_be_cut() is None
    try:
        found = asyncio.run(run(Asked(1, 0.5, 8, disks, faults(disks=disks), print), folder, first_port(STACK)))
    finally:
        remove(folder)
    assert found.looks == {}
    assert found.trouble == []
    assert found.clean
    assert found.referrals > 30
    assert found.strangers > 5
    assert found.readings > 0
    assert len(found.faults) >= 4


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "999999999" / "seed-1" / "data"
    left.mkdir(parents=True)
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
