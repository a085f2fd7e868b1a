"""PostgreSQL and NATS: stopped hard, without power, without room."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import psutil

from deploy.local.supervisor import running
from tests.chaos.disk import Disk
from tests.chaos.faults.processes import family, send
from tests.chaos.stage import Stage
from tests.chaos.watch import AWAY

SERVERS = ("postgres", "nats")
GONE_SECONDS = 20.0


@dataclass(frozen=True)
class StoppedHard:
    """F3: PostgreSQL's immediate shutdown, after which it recovers from its log."""

    part: str = "postgres"
    row: str = "F3"
    kills: bool = True
    seconds: float = 0.0

    def __str__(self) -> str:
        return "PostgreSQL stopped hard"

    async def inject(self, stage: Stage) -> None:
        """SIGQUIT, as `pg_ctl stop -m immediate`."""
        send(stage.process("postgres"), signal.SIGQUIT)

    async def heal(self, stage: Stage) -> None:
        """The supervisor starts it again."""


@dataclass(frozen=True)
class PowerCut:
    """F5, F8: the power fails under PostgreSQL, NATS or both; with `everything`, under all processes of the hub at once."""

    servers: tuple[str, ...]
    everything: bool
    seconds: float
    row: str = "F5/F8"
    kills: bool = True

    @property
    def part(self) -> str:
        """PostgreSQL's coming back takes longer."""
        return "postgres" if "postgres" in self.servers else "nats"

    def __str__(self) -> str:
        under = "the whole machine" if self.everything else " and ".join(self.servers)
        return f"power cut under {under}"

    async def inject(self, stage: Stage) -> None:
        """The machine's other processes lose nothing but themselves."""
        others = [each for name, process in running(stage.data).items() if name not in self.servers for each in family(process)]
        await cut_power(stage, self.servers, others if self.everything else [])
        if "postgres" in self.servers:
            (stage.data.postgres / "cluster" / "postmaster.pid").unlink(missing_ok=True)

    async def heal(self, stage: Stage) -> None:
        """The power is back, and the supervisor starts what is gone."""
        stage.hub.send_signal(signal.SIGCONT)


async def cut_power(stage: Stage, servers: tuple[str, ...], others: Sequence[psutil.Process] = ()) -> None:
    """First the disks, so that nothing more is flushed, then who uses them and `others`; the supervisor stands still until healed."""
    stage.hub.send_signal(signal.SIGSTOP)
    for server in servers:
        stage.disks[server].cut()
    dead = [each for server in servers for each in family(stage.process(server))] + list(others)
    for each in dead:
        send(each, signal.SIGKILL)
    await gone(dead)
    for server in servers:
        await asyncio.to_thread(remount, stage.disks[server])


async def gone(processes: list[psutil.Process]) -> None:
    """Waits until they are dead; a parent that stands still has not buried them yet. Raises TimeoutError."""
    async with asyncio.timeout(GONE_SECONDS):
        for each in processes:
            while alive(each):  # noqa: ASYNC110  nobody tells us
                await asyncio.sleep(0.01)


def alive(process: psutil.Process) -> bool:
    """Whether it still runs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def remount(disk: Disk) -> None:
    """What a machine does when the power is back. Raises RuntimeError when somebody holds the disk for long."""
    patience = time.monotonic() + GONE_SECONDS
    while True:
        try:
            disk.umount()
            break
        except RuntimeError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.05)
    disk.mount()


@dataclass(frozen=True)
class DiskFull:
    """F12: not a byte is free on a server's disk, then there is room again."""

    part: str
    seconds: float
    row: str = "F12"
    kills: bool = False

    def __str__(self) -> str:
        return f"{self.part}'s disk full for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """Takes all the room."""
        await asyncio.to_thread(stage.disks[self.part].fill)

    async def heal(self, stage: Stage) -> None:
        """Gives it back."""
        await asyncio.to_thread(stage.disks[self.part].free)


@dataclass(frozen=True)
class SessionEnded:
    """F17: the database ends the session that holds the relay's lock."""

    part: str = "relay"
    row: str = "F17"
    kills: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return "the lock holder's session ended"

    async def inject(self, stage: Stage) -> None:
        """By pg_terminate_backend; a database that is away has ended it already."""
        with contextlib.suppress(*AWAY):
            connection = await asyncpg.connect(stage.admin_dsn, timeout=2)
            try:
                await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            finally:
                await connection.close(timeout=2)

    async def heal(self, stage: Stage) -> None:
        """The relay takes the lock again."""
