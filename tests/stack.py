"""The fixtures `hub` (the whole hub, one for the whole run) and `servers` (PostgreSQL and NATS, one pair per worker).

Both are what people run: `nattljus up` as a process, on a data directory and ports of its own, started when the first test asks.
The controlling process stops them when the run ends. Their logs stay in `.nattljus-test/` until the next run.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.local.data import DataDirectory
from deploy.local.nats import seed
from deploy.local.ports import LOOPBACK, remembered
from deploy.local.postgres import ADMINISTRATOR, DATABASE, admin_password

PORTS_PER_STACK = 10
PATIENCE = 180.0
"""Seconds for a start. Two seconds are usual."""

ROOT = Path(__file__).parent.parent
PLACE = "NATTLJUS_TEST_STACK"


@dataclass(frozen=True)
class Servers:
    """A running PostgreSQL and NATS, migrated and with streams, that one worker may do with as it likes."""

    data: DataDirectory

    @property
    def nats(self) -> str:
        """NATS' address."""
        return f"nats://{LOOPBACK}:{remembered(self.data)['nats']}"

    @property
    def nats_monitor(self) -> str:
        """Base URL of NATS' monitoring."""
        return f"http://{LOOPBACK}:{remembered(self.data)['nats_monitor']}"

    def seed(self, user: str) -> str:
        """The nkey seed of a NATS user."""
        return seed(self.data, user)

    def dsn(self, role: str) -> str:
        """A login role's address of the database, such as `nattljus_intake`."""
        return self._dsn(role, (self.data.secrets / f"database-{role}").read_text().strip())

    @property
    def admin_dsn(self) -> str:
        """The administrator's address of the database."""
        return self._dsn(ADMINISTRATOR, admin_password(self.data))

    def _dsn(self, role: str, secret: str) -> str:
        return f"postgresql://{role}:{secret}@{LOOPBACK}:{remembered(self.data)['postgres']}/{DATABASE}"


@dataclass(frozen=True)
class Hub(Servers):
    """The running hub. Addresses are base URLs without a final slash."""

    portal: str
    intake: str
    liaison: str
    projections: str
    identity: str

    def machine_key(self, client_id: str) -> Path:
        """The file with a machine's private key."""
        return self.data.machines / f"{client_id}.jwk"


@pytest.fixture(scope="session")
def hub() -> Hub:
    """The whole hub with its organisation, shared by every worker: leave other tests' cases alone."""
    data = started("hub", 0)
    return Hub(data, **json.loads(data.hub.read_text())["addresses"])


@pytest.fixture(scope="session")
def servers() -> Servers:
    """PostgreSQL and NATS for this worker alone, for tests that break things."""
    return Servers(started(f"servers-{worker_number()}", 1 + worker_number(), "--servers-only"))


def worker_number() -> int:
    """0 for the first worker, and for a run without workers."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def first_port(stack: int) -> int:
    """Where stack number `stack` of this run looks for its ports: apart from other stacks and other runs, so that nobody races."""
    run = int(Path(os.environ[PLACE]).name)
    return 9000 + run % 200 * 100 + stack * PORTS_PER_STACK


def started(name: str, number: int, *options: str) -> DataDirectory:
    """The data directory of a stack that is ready, started if no other worker has. `number` is its own in this run."""
    place = Path(os.environ[PLACE])
    data = DataDirectory(place / name)
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / f"{name}.pid").exists():
            with (place / f"{name}.log").open("w") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "deploy.cli", "up", "--data", str(data.path), "--first-port", str(first_port(number)), *options],
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    cwd=ROOT,
                    start_new_session=True,
                )
            (place / f"{name}.pid").write_text(str(process.pid))
            wait_ready(data, process, place / f"{name}.log")
    return data


def wait_ready(data: DataDirectory, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the stack says that it is ready; fail with its words when it gives up."""
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with contextlib.suppress(FileNotFoundError):
            if json.loads(data.hub.read_text())["ready"]:
                process.returncode = 0  # it outlives this process, which must not warn that it forgot it
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"the stack did not start:\n{log.read_text()}", pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
    """In the controlling process: a place for this run, which the workers inherit through the environment."""
    if not hasattr(config, "workerinput"):
        places = ROOT / ".nattljus-test"
        for old in places.glob("[0-9]*"):
            if not psutil.pid_exists(int(old.name)):
                stop_all(old)
                shutil.rmtree(old)
        place = places / str(os.getpid())
        place.mkdir(parents=True)
        os.environ[PLACE] = str(place)


def pytest_unconfigure(config: pytest.Config) -> None:
    """In the controlling process: stop what was started."""
    if not hasattr(config, "workerinput"):
        stop_all(Path(os.environ[PLACE]))


def stop_all(place: Path) -> None:
    """Stop every stack of this place, and by force what does not stop."""
    found = list(stacks(place))
    for process in found:
        process.terminate()
    for process in psutil.wait_procs(found, timeout=60)[1]:
        process.kill()


def stacks(place: Path) -> Iterator[psutil.Process]:
    """The stacks that were started here and still run."""
    for file in place.glob("*.pid"):
        with contextlib.suppress(psutil.NoSuchProcess, ValueError):
            process = psutil.Process(int(file.read_text()))
            if str(place) in " ".join(process.cmdline()):
                yield process
