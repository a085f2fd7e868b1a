"""`nattljus up` as people run it: started, refused, stopped, killed, started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.data import FORMAT, DataDirectory, open_data
from deploy.local.ports import remembered
from deploy.local.supervisor import running
from tests.stack import ROOT

pytestmark = pytest.mark.real

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def up(port: int) -> Iterator[Run]:
    """Runs `nattljus up --servers-only`; what still runs in the end is stopped."""
    processes: list[subprocess.Popen[str]] = []

    def run(data: DataDirectory, *options: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "deploy.cli",
            "up",
            "--servers-only",
            "--data",
            str(data.path),
            "--first-port",
            str(port),
            *options,
        ]
        processes.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT))
        return processes[-1]

    yield run
    for process in processes:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def wait_ready(data: DataDirectory, process: subprocess.Popen[str]) -> None:
    patience = time.monotonic() + 60
    while not data.hub.exists():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < patience
        time.sleep(0.05)


def refusal(process: subprocess.Popen[str]) -> str:
    """Its one line, when it refuses."""
    said = process.communicate(timeout=60)[1]
    assert process.returncode not in {0, 1}
    return said.splitlines()[-1]


def test_ctrl_c_stops_everything_and_leaves_no_process(data: DataDirectory, up: Run) -> None:
    process = up(data)
    wait_ready(data, process)
    alive = list(running(data).values())
    assert len(alive) == 2
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not any(child.is_running() for child in alive)
    assert not data.processes.exists()
    assert not data.hub.exists()


def test_a_second_up_is_refused_and_the_first_goes_on(data: DataDirectory, up: Run) -> None:
    first = up(data)
    wait_ready(data, first)
    assert refusal(up(data)).startswith(f"nattljus: another `nattljus up` (process {first.pid}) runs on {data.path}")
    assert len(running(data)) == 2


def test_killed_itself_the_next_start_stops_what_it_left_and_has_its_ports(data: DataDirectory, up: Run) -> None:
    first = up(data)
    wait_ready(data, first)
    left, ports = list(running(data).values()), remembered(data)
    first.kill()
    first.wait()
    data.hub.unlink()
    second = up(data)
    wait_ready(data, second)
    assert not any(child.is_running() for child in left)
    assert remembered(data) == ports


def test_a_killed_server_comes_back(data: DataDirectory, up: Run) -> None:
    process = up(data)
    wait_ready(data, process)
    first = running(data)["nats"]
    first.kill()
    patience = time.monotonic() + 20
    while running(data).get("nats", first) == first:
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_a_directory_of_a_newer_version_is_refused(data: DataDirectory, up: Run) -> None:
    data.version.write_text(f"{FORMAT + 1}\n")
    process = up(data)
    assert "newer Nattljus" in refusal(process)
    assert process.returncode == os.EX_CONFIG


def test_a_port_that_is_asked_for_and_taken_is_refused(data: DataDirectory, up: Run, taken: int) -> None:
    assert refusal(up(data, "--port", str(taken))) == f"nattljus: port {taken} is taken by another program: choose another with --port N"


def test_doctor_sees_that_nothing_runs(data: DataDirectory) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "doctor", "--json", "--data", str(data.path)], capture_output=True, cwd=ROOT, check=False
    )
    assert asked.returncode == 1
    answer = json.loads(asked.stdout)
    assert not answer["ok"]
    assert [finding["what"] for finding in answer["findings"] if not finding["ok"]] == ["processes"]


def test_a_closed_folder_above_does_not_keep_postgresql_out(tmp_path: Path, up: Run) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = open_data(closed / "data")
    wait_ready(data, up(data))
    assert running(data)["postgres"].uids().real != 0
    assert closed.stat().st_mode & 0o777 == 0o700
