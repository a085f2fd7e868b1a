"""The supervisor: keeps processes running, says what happens, and leaves none behind."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local import child
from deploy.local.data import DataDirectory
from deploy.local.program import Ready
from deploy.local.progress import silently
from deploy.local.supervisor import Supervisor, running, stop_leftovers
from deploy.local.trouble import Trouble
from tests.deploy.conftest import MakeProgram

SLEEPER = "import time\nwhile True: time.sleep(1)\n"
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: time.sleep(1)\n"


@pytest.fixture
def said() -> list[str]:
    """What the supervisor told a person."""
    return []


@pytest.fixture
async def supervisor(data: DataDirectory, said: list[str]) -> AsyncIterator[Supervisor]:
    """A supervisor that is stopped in the end."""
    it = Supervisor(data, said.append)
    yield it
    await it.stop()


async def until(happened: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110  what is waited for happens in another process
            await asyncio.sleep(0.02)


async def test_a_killed_child_is_started_again_and_said_to_be(
    supervisor: Supervisor, data: DataDirectory, script: MakeProgram, said: list[str]
) -> None:
    await supervisor.start([script("relay", SLEEPER)])
    first = running(data)["relay"]
    first.kill()
    await until(lambda: running(data).get("relay", first) != first)
    assert said[0] == "relay was ended by SIGKILL: it is started again in 0.2 s"


async def test_one_that_was_at_work_for_a_while_is_started_at_once_however_often_it_was_killed(
    supervisor: Supervisor, data: DataDirectory, script: MakeProgram, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "STEADY", 0.3)
    await supervisor.start([script("relay", SLEEPER)])
    for lived, pause in ((0.6, "0.2 s"), (0.6, "0.2 s"), (0.0, "0.5 s")):
        before = running(data)["relay"]
        await asyncio.sleep(lived)
        before.kill()
        await until(lambda before=before: running(data).get("relay", before) != before)  # type: ignore[misc]
        assert [each for each in said if "SIGKILL" in each][-1] == f"relay was ended by SIGKILL: it is started again in {pause}"


async def test_one_that_stays_unwell_is_started_again_and_then_given_its_time(
    supervisor: Supervisor, data: DataDirectory, script: MakeProgram, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "WELL_SECONDS", 0.02)
    monkeypatch.setattr(child, "UNWELL_SECONDS", 0.02)
    lacking: list[str] = []

    async def ready() -> str | None:
        return lacking[0] if lacking else None

    await supervisor.start([replace(script("nats", SLEEPER), ready=ready, restart_when_unwell=0.2)])
    first = running(data)["nats"]
    lacking.append("no room on the disk")
    await until(lambda: running(data).get("nats", first) != first)
    second = running(data)["nats"]
    await asyncio.sleep(0.6)  # three times the limit: it is still recovering
    assert running(data)["nats"] == second
    lacking.clear()
    await until(lambda: "nats is ready again" in said)
    assert said[:2] == ["nats runs but is not ready: no room on the disk", "nats has not been ready for 0.2 s: it is started again"]


async def test_one_that_ended_by_itself_while_it_was_asked_is_not_ended_again(script: MakeProgram, said: list[str], tmp_path: Path) -> None:
    unwell = child.Child(
        replace(script("nats", "pass"), restart_when_unwell=0.2), tmp_path / "nats.log", said.append, lambda _name, _pid: None
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "pass")
    await process.wait()
    with pytest.raises(ProcessLookupError):
        process.terminate()
    unwell._restart_if_lasting(process, since=0.0)
    assert said == ["nats has not been ready for 0.2 s: it is started again"]


async def test_stages_stop_in_reverse_order_and_leave_nothing(data: DataDirectory, script: MakeProgram, tmp_path: Path) -> None:
    order = tmp_path / "order"
    source = (
        "import signal, sys, time\n"
        f"def stop(*_): open({str(order)!r}, 'a').write(sys.argv[0].rpartition('/')[2] + '\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\nprint('ready', flush=True)\nwhile True: time.sleep(0.05)\n"
    )

    def printed(name: str) -> Ready:
        async def ready() -> str | None:
            return None if "ready" in (data.logs / f"{name}.log").read_text() else "not yet"

        return ready

    supervisor = Supervisor(data, silently)
    for name in ("first", "second"):
        await supervisor.start([script(name, source, printed(name))])
    left = running(data)
    await supervisor.stop()
    assert order.read_text().split() == ["second.py", "first.py"]
    assert not any(process.is_running() for process in left.values())
    assert not data.processes.exists()


async def test_a_child_that_will_not_stop_is_ended_by_force(data: DataDirectory, script: MakeProgram, said: list[str]) -> None:
    async def deaf() -> str | None:
        return None if "deaf" in (data.logs / "portal.log").read_text() else "not yet"

    supervisor = Supervisor(data, said.append)
    await supervisor.start([script("portal", STUBBORN, deaf, stops=((signal.SIGTERM, 0.2),))])
    process = running(data)["portal"]
    await supervisor.stop()
    assert not process.is_running()
    assert said == ["portal did not stop by itself: ended by force"]


async def test_a_second_ctrl_c_does_not_wait(data: DataDirectory, script: MakeProgram) -> None:
    async def deaf() -> str | None:
        return None if "deaf" in (data.logs / "portal.log").read_text() else "not yet"

    supervisor = Supervisor(data, silently)
    await supervisor.start([script("portal", STUBBORN, deaf, stops=((signal.SIGTERM, 60.0),))])
    supervisor.hurry.set()
    async with asyncio.timeout(5):
        await supervisor.stop()


async def test_a_child_that_never_gets_ready_fails_with_the_end_of_its_log(supervisor: Supervisor, script: MakeProgram) -> None:
    with pytest.raises(Trouble, match=r"(?s)intake ended with exit code 3, 3 times before it was ready.*no such table"):
        await supervisor.start([script("intake", "import sys\nprint('no such table')\nsys.exit(3)\n", never)])


async def test_a_child_that_is_not_ready_in_time_says_what_is_missing(supervisor: Supervisor, script: MakeProgram) -> None:
    with pytest.raises(Trouble, match=r"(?s)intake was not ready within 0 s: no database"):
        await supervisor.start([script("intake", SLEEPER, never, ready_within=0.4)])


async def never() -> str | None:
    return "no database"


async def test_what_cannot_be_started_at_all_is_said(supervisor: Supervisor, script: MakeProgram) -> None:
    program = script("nats", "")
    with pytest.raises(Trouble, match="No such file"):
        await supervisor.start([type(program)(program.name, ("/nowhere/nats-server",), {}, program.ready)])


def test_what_a_killed_supervisor_left_is_stopped_by_the_next(data: DataDirectory, said: list[str]) -> None:
    left = subprocess.Popen([sys.executable, "-c", SLEEPER])
    data.processes.write_text(json.dumps({"intake": {"pid": left.pid, "started": psutil.Process(left.pid).create_time()}}))
    stop_leftovers(data, said.append)
    left.wait()
    assert not psutil.pid_exists(left.pid)
    assert "left 1 processes (intake)" in said[0]


def test_a_process_that_only_has_the_same_number_is_left_alone(data: DataDirectory, said: list[str]) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as other:
        data.processes.write_text(json.dumps({"intake": {"pid": other.pid, "started": psutil.Process(other.pid).create_time() - 60}}))
        stop_leftovers(data, said.append)
        assert other.poll() is None
        assert said == []
        other.kill()
