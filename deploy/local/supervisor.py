"""Keeps the processes of the stack: in order up, in reverse order down, and a record for the day when it is killed itself."""

import asyncio
import contextlib
import json
import signal
from collections.abc import Iterable

import psutil

from deploy.local.child import Child
from deploy.local.data import DataDirectory
from deploy.local.files import write_whole
from deploy.local.program import Program, last_lines
from deploy.local.progress import Say
from deploy.local.trouble import Trouble


class Supervisor:
    """The running processes, in stages: a stage starts together, and when the one before it is ready."""

    def __init__(self, data: DataDirectory, say: Say) -> None:
        self.hurry = asyncio.Event()
        self._data = data
        self._say = say
        self._stages: list[list[Child]] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, dict[str, float]] = {}

    async def start(self, programs: Iterable[Program]) -> None:
        """Start one stage and wait until all of it is ready. Raises Trouble with the end of the log of the one that is not."""
        stage = [Child(program, self._data.logs / f"{program.name}.log", self._say, self._note) for program in programs]
        self._stages.append(stage)
        for child in stage:
            self._tasks[child.program.name] = asyncio.create_task(child.keep(), name=child.program.name)
        waiting = [asyncio.create_task(self._wait_ready(child)) for child in stage]
        try:
            await asyncio.gather(*waiting)
        finally:
            for task in waiting:
                task.cancel()

    @property
    def programs(self) -> list[str]:
        """What it keeps running, by name, in the order of the stages."""
        return [child.program.name for stage in self._stages for child in stage]

    async def failure(self) -> None:
        """Wait until a process cannot be kept, and raise its Trouble."""
        done, _ = await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Stop every stage, the last one first; `hurry` shortens the waiting."""
        while self._stages:
            stage = self._stages.pop()
            await asyncio.gather(*(child.stop(self.hurry) for child in stage))
            await asyncio.gather(*(self._tasks[child.program.name] for child in stage), return_exceptions=True)
        self._data.processes.unlink(missing_ok=True)

    async def _wait_ready(self, child: Child) -> None:
        keeping = self._tasks[child.program.name]
        ready = asyncio.ensure_future(child.ready.wait())
        try:
            await asyncio.wait({ready, keeping}, timeout=child.program.ready_within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if keeping.done():
            keeping.result()
        if not child.ready.is_set():
            raise Trouble(
                f"{child.program.name} was not ready within {child.program.ready_within:.0f} s: {child.missing}. "
                f"The end of {child.log}:\n{last_lines(child.log)}"
            )

    def _note(self, name: str, pid: int | None) -> None:
        self._running.pop(name, None)
        if pid is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._running[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
        write_whole(self._data.processes, json.dumps(self._running, indent=2) + "\n")


def running(data: DataDirectory) -> dict[str, psutil.Process]:
    """The recorded processes that still run, by name. One whose number now belongs to a later process is not ours."""
    try:
        recorded = json.loads(data.processes.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    found: dict[str, psutil.Process] = {}
    for name, entry in recorded.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(entry["pid"]))
            if abs(process.create_time() - entry["started"]) < 0.05 and process.status() != psutil.STATUS_ZOMBIE:
                found[name] = process
    return found


def stop_leftovers(data: DataDirectory, say: Say, seconds: float = 30.0) -> None:
    """Stop what an earlier stack left that was killed itself: services first, then NATS and PostgreSQL (by its fast shutdown)."""
    left = running(data)
    if not left:
        return
    say(f"an earlier run was killed and left {len(left)} processes ({', '.join(sorted(left))}): they are stopped first")
    servers = [process for name, process in left.items() if name in {"postgres", "nats"}]
    services = [process for name, process in left.items() if name not in {"postgres", "nats"}]
    for group in (services, servers):
        for process in group:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGINT if group is servers else signal.SIGTERM)
        _, stubborn = psutil.wait_procs(group, timeout=seconds)
        for process in stubborn:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=5.0)
    data.processes.unlink(missing_ok=True)
