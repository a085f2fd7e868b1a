"""One process kept alive: started, watched until ready, started again when it ends, and ended the way it likes best."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.program import Program, last_lines
from deploy.local.progress import Say
from deploy.local.trouble import Trouble

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the first, second, … start after an end."""

STEADY = 5.0
"""Seconds after which a process that was ready counts as steady and its earlier ends are forgotten: it did not fall over its own feet."""

HOPELESS = 3
"""Ends before it was ever ready, after which the stack gives up: a wrong setting does not mend itself."""

LOOP = 5
"""Ends without a steady run in between, after which the end of the log is shown."""

STARTING_SECONDS, UNWELL_SECONDS, WELL_SECONDS = 0.1, 1.0, 5.0
"""How long until a process is asked again how it is."""

LARGEST_LOG = 20 * 2**20


class Child:
    """A program's process, and the task that keeps it. `note` is called whenever the process number changes."""

    def __init__(self, program: Program, log: Path, say: Say, note: Callable[[str, int | None], None]) -> None:
        self.program = program
        self.log = log
        self.ready = asyncio.Event()
        self.missing = "it has not started"
        self._say = say
        self._note = note
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._well = False

    async def keep(self) -> None:
        """Start the process, and start it again whenever it ends, until `stop`. Raises Trouble when it never gets ready."""
        ends = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            ends = 1 if self._well and time.monotonic() - began > STEADY else ends + 1
            self._tell(code, ends)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSES[min(ends, len(PAUSES)) - 1]):
                    await self._stopping.wait()

    async def stop(self, hurry: asyncio.Event) -> None:
        """End the process by its signals, each for its time (at once when hurried), and SIGKILL when it will not."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        for number, seconds in self.program.stops:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            if await ended(process, seconds, hurry):
                return
        self._say(f"{self.program.name} did not stop by itself: ended by force")
        kill_group(process.pid)
        await process.wait()

    async def _run_once(self) -> int:
        rotate(self.log)
        with self.log.open("ab") as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self.program.command,
                    env=dict(self.program.environment),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the others in order
                )
            except OSError as error:
                raise Trouble(f"{self.program.name} cannot be started: {self.program.command[0]}: {error.strerror}") from error
        self._process, self._well = process, False
        if self._stopping.is_set():  # told to stop while it was being started
            process.send_signal(self.program.stops[0][0])
        self._note(self.program.name, process.pid)
        watching = asyncio.create_task(self._watch(process))
        try:
            return await process.wait()
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            if process.returncode is not None:
                self._note(self.program.name, None)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Ask until it is ready; then go on asking, say when it is not, and restart what does not recover by itself."""
        unwell_since = None
        while True:
            missing = await self.program.ready()
            if missing is None:
                if self.ready.is_set() and (unwell_since or not self._well):
                    self._say(f"{self.program.name} is ready again")
                self._well, unwell_since = True, None
                self.ready.set()
            elif self._well:  # one that has just been started may take its time: starting it again would only take longer
                unwell_since = unwell_since or self._say_unwell(missing)
                self._restart_if_lasting(process, unwell_since)
            self.missing = missing or ""
            await asyncio.sleep(STARTING_SECONDS if not self._well else UNWELL_SECONDS if missing else WELL_SECONDS)

    def _say_unwell(self, missing: str) -> float:
        self._say(f"{self.program.name} runs but is not ready: {missing}")
        return time.monotonic()

    def _restart_if_lasting(self, process: asyncio.subprocess.Process, since: float) -> None:
        limit = self.program.restart_when_unwell
        if limit is not None and time.monotonic() - since > limit:
            self._say(f"{self.program.name} has not been ready for {limit:g} s: it is started again")
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself while it was asked
                process.terminate()

    def _tell(self, code: int, ends: int) -> None:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        if not self.ready.is_set() and ends >= HOPELESS:
            raise Trouble(f"{self.program.name} {how}, {ends} times before it was ready. The end of {self.log}:\n{last_lines(self.log)}")
        pause = PAUSES[min(ends, len(PAUSES)) - 1]
        self._say(f"{self.program.name} {how}: it is started again in {pause:g} s")
        if ends % LOOP == 0:
            self._say(f"{self.program.name} has ended {ends} times in a row. The end of {self.log}:\n{last_lines(self.log)}")


async def ended(process: asyncio.subprocess.Process, seconds: float, hurry: asyncio.Event) -> bool:
    """Whether the process ends within its time; when hurried, within half a second from then."""
    waiting = asyncio.ensure_future(process.wait())
    hurried = asyncio.ensure_future(hurry.wait())
    try:
        await asyncio.wait({waiting, hurried}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done() and hurried.done():
            await asyncio.wait({waiting}, timeout=0.5)
        return waiting.done()
    finally:
        waiting.cancel()
        hurried.cancel()


def kill_group(pid: int) -> None:
    """SIGKILL to a process and what it started; every process of the stack leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def rotate(log: Path) -> None:
    """Keep one older log, and none larger than 20 MiB from before this start."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
