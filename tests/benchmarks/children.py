"""Processes that a run starts, knows by their number and stops: servers that get ready, and savers that are asked in JSON lines."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from deploy.local.program import clean_environment, last_lines

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
ANSWER_SECONDS = 600.0
ROOT = Path(__file__).parents[2]


class Failed(RuntimeError):
    """A process of the run did not do what it should; the text holds the end of what it said."""


@dataclass
class Child:
    """A running process and its log."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    def failure(self, what: str) -> Failed:
        """What went wrong, with the end of the log."""
        return Failed(f"{self.name} {what}:\n{last_lines(self.log)}")

    async def stop(self) -> None:
        """SIGTERM, then by force."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def ask(self, **question: object) -> Any:
        """One question to a saver and its answer. Raises Failed when it dies over it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        async with asyncio.timeout(ANSWER_SECONDS):
            line = await self.process.stdout.readline()
        if not line:
            await self.process.wait()
            raise self.failure("ended")
        return json.loads(line)


@contextlib.asynccontextmanager
async def child(name: str, command: Sequence[str], settings: Mapping[str, str], logs: Path, *, pipes: bool = False) -> AsyncIterator[Child]:
    """A process for as long as it takes; its standard error (and output, unless `pipes`) goes to `logs/<name>.log`."""
    path = logs / f"{name}.log"
    with path.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE if pipes else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if pipes else log,
            stderr=log,
            env=clean_environment(settings),
            cwd=ROOT,
            limit=2**24,
        )
    started = Child(name, process, path)
    try:
        yield started
    finally:
        await started.stop()


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module with this Python."""
    return (sys.executable, "-m", module, *arguments)


async def ready(server: Child, address: str, status: int = 200) -> float:
    """Waits until the address answers so; gives the seconds that took. Raises Failed."""
    began = time.monotonic()
    async with httpx2.AsyncClient(trust_env=False, timeout=2) as http:
        while time.monotonic() - began < READY_SECONDS:
            if server.process.returncode is not None:
                raise server.failure("ended at its start")
            with contextlib.suppress(httpx2.HTTPError):
                if (await http.get(address)).status_code == status:
                    return time.monotonic() - began
            await asyncio.sleep(0.02)
    raise server.failure(f"was not ready at {address}")


def path_to(program: str) -> str | None:
    """Where a program lies on PATH, or None."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if os.access(Path(folder) / program, os.X_OK):
            return str(Path(folder) / program)
    return None
