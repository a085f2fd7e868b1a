"""A short fault run, for every day: real writers, the faults that cost others data, and a checker that finds nothing wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.stage import remove, remove_leftovers
from tests.stack import ROOT, first_port

pytestmark = pytest.mark.real

STACK = 50
"""The number of its ports: apart from every worker's."""
SECONDS = 200
STEPS = ("private", "immediate-safety-assessments", "handover-acceptances", "scene-answers", "answers")


def test_nothing_acknowledged_is_lost_doubled_reordered_or_shown_to_the_wrong_agency() -> None:
    place = ROOT / ".nattljus-chaos"
    remove_leftovers(place)
    folder = place / str(os.getpid()) / "short"
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.chaos.short", str(folder), str(first_port(STACK))],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=SECONDS,
            check=True,
        )
    finally:
        remove(folder)
    found = json.loads(ran.stdout)
    assert found["looks"] == {}
    assert found["trouble"] == []
    assert found["clean"]
    assert found["referrals"] > 30
    assert found["strangers"] > 5
    assert found["readings"] > 0
    assert len(found["faults"]) >= 4
    assert not [step for step in STEPS if not found["did"].get(step)]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "999999999" / "seed-1" / "data"
    left.mkdir(parents=True)
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
