"""Where one run plays: a fresh data directory, disks of their own for the servers, wires to them, and the hub as processes."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.data import DataDirectory, open_data
from deploy.local.nats import seed
from deploy.local.ports import LOOPBACK, Ports, choose_ports
from deploy.local.postgres import ADMINISTRATOR, DATABASE, admin_password
from deploy.local.progress import silently
from deploy.local.stack import SERVICES
from deploy.local.supervisor import running
from tests.chaos.clock import told
from tests.chaos.cluster import SIZE, Node
from tests.chaos.disk import Disk, let_go
from tests.chaos.wire import Wire

ROOT = Path(__file__).parent.parent.parent
ROUND_SECONDS = "5"
"""The reconciler compares everything with everything this often, so that a run need not wait a minute for it."""
SERVERS = ("postgres", "nats", "nats_monitor")
GIB = 2**30
START_SECONDS = 150.0
END_SECONDS = 60.0


class Ended(Exception):
    """The hub ended by itself in the middle of the run: with which code, and what it said."""


class DidNotStart(Exception):
    """The hub did not start; the message is what it said."""


@dataclass
class Stage:
    """One run's surroundings. `disks` is empty where the power cannot be cut."""

    folder: Path
    first_port: int
    disks: dict[str, Disk] = field(default_factory=dict)
    wires: dict[str, dict[str, Wire]] = field(default_factory=dict)
    clustered: bool = False
    """Whether there are three NATS servers."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.data: DataDirectory = open_data(self.folder / "data")
        self.ports: Ports = choose_ports(self.data, None, silently, self.first_port)
        self.nodes: list[Node] = []
        if self.clustered:
            port = self.first_port + 20  # behind everything that the hub itself may choose
            self.nodes = [Node(f"nats-{n + 1}", port + 3 * n, port + 3 * n + 1, port + 3 * n + 2) for n in range(SIZE)]
        for node in self.nodes:
            node.folder(self.data.path).mkdir()
        self.ours = Wire("ours", *self._ports_of("nats"))
        self._hub: asyncio.subprocess.Process | None = None
        self._asked = ""

    def make_disks(self) -> None:
        """A disk for PostgreSQL and one for each NATS server."""
        nats = {node.name: node.folder(self.data.path) for node in self.nodes} or {"nats": self.data.nats}
        for name, place in {"postgres": self.data.postgres, **nats}.items():
            self.disks[name] = Disk(self.folder / f"{name}.img", place, (8 if name == "postgres" else 4) * GIB)
            self.disks[name].make()

    def _ports_of(self, server: str) -> tuple[int, ...]:
        """Where a server listens, each of its nodes."""
        if not self.nodes or server == "postgres":
            return (getattr(self.ports, server),)
        return tuple(node.client if server == "nats" else node.monitor for node in self.nodes)

    async def start(self) -> None:
        """The wires and the hub; ready when this returns. Raises DidNotStart."""
        wired = [server for server in SERVERS if server != "nats" or not self.nodes]  # of a cluster each process is told all addresses
        for part in SERVICES:
            self.wires[part] = {server: Wire(f"{part}-{server}", *self._ports_of(server)) for server in wired}
            for wire in self.wires[part].values():
                await wire.up()
        await self.ours.up()
        replicas = {"NATTLJUS_STREAM_REPLICAS": str(len(self.nodes) or 1)}
        always = {"NATTLJUS_ROUND_SECONDS": ROUND_SECONDS} | replicas
        asked = {
            "nodes": [node.as_dict() for node in self.nodes],
            "data": str(self.data.path),
            "first_port": self.first_port,
            "wires": {part: {server: wire.port for server, wire in wires.items()} for part, wires in self.wires.items()},
            "more": {part: always | told(self.folder, part) for part in (*SERVICES, "identity")},
        }
        self._asked = json.dumps(asked)
        await self._until_ready(await self.start_hub())
        os.sync()  # configuration files are not flushed by whoever writes them: without this the first power cut takes them too

    async def start_hub(self) -> asyncio.subprocess.Process:
        """The hub's supervisor, started as an operator or the machine's init would, also after it was killed."""
        if self._hub:
            await self._hub.wait()
        self._hub = await self.run_python("tests.chaos.hub", self._asked, log="hub")
        (self.folder / "hub.pid").write_text(str(self._hub.pid))
        return self._hub

    async def run_python(self, module: str, *arguments: str, log: str) -> asyncio.subprocess.Process:
        """One of our own programs, its output in `log`."""
        with (self.folder / f"{log}.log").open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=output, stderr=output, stdin=asyncio.subprocess.DEVNULL
            )

    async def _until_ready(self, hub: asyncio.subprocess.Process) -> None:
        patience = time.monotonic() + START_SECONDS
        while time.monotonic() < patience and hub.returncode is None:
            if self.ready:
                return
            await asyncio.sleep(0.1)
        raise DidNotStart((self.folder / "hub.log").read_text())

    @property
    def ready(self) -> bool:
        """Whether the hub says of itself that all of it has started."""
        with contextlib.suppress(FileNotFoundError):
            return bool(json.loads(self.data.hub.read_text())["ready"])
        return False

    @property
    def hub(self) -> psutil.Process:
        """The supervisor's process. Raises DidNotStart, and Ended with what it said."""
        if self._hub is None:
            raise DidNotStart("it was not started")
        if self._hub.returncode is not None:
            raise Ended(self._hub.returncode, (self.folder / "hub.log").read_text())
        return psutil.Process(self._hub.pid)

    def process(self, name: str) -> psutil.Process | None:
        """A process of the hub, or None while it is down; `hub` is the supervisor itself."""
        return self.hub if name == "hub" else running(self.data).get(name)

    def dsn(self, role: str) -> str:
        """A login role's address of the database, without a wire."""
        secret = (self.data.secrets / f"database-{role}").read_text().strip()
        return f"postgresql://{role}:{secret}@{LOOPBACK}:{self.ports.postgres}/{DATABASE}"

    @property
    def admin_dsn(self) -> str:
        """The administrator's, without a wire."""
        return f"postgresql://{ADMINISTRATOR}:{admin_password(self.data)}@{LOOPBACK}:{self.ports.postgres}/{DATABASE}"

    @property
    def nats(self) -> str:
        """NATS' address, by a wire of our own that nobody breaks."""
        return f"nats://{LOOPBACK}:{self.ours.port}"

    def nats_seed(self, user: str) -> str:
        """A NATS user's seed."""
        return seed(self.data, user)

    async def stop(self) -> None:
        """Stops the hub and takes the wires down; the files stay."""
        for process in running(self.data).values():  # what was held goes on, and hears that it is to stop
            process.send_signal(signal.SIGCONT)
        if self._hub and self._hub.returncode is None:
            self._hub.send_signal(signal.SIGCONT)
            self._hub.terminate()
            try:
                async with asyncio.timeout(END_SECONDS):
                    await self._hub.wait()
            except TimeoutError:
                self._hub.kill()
                await self._hub.wait()
        for wire in (self.ours, *(wire for wires in self.wires.values() for wire in wires.values())):
            wire.down()
        end_by_force(running(self.data))


def end_by_force(left: Mapping[str, psutil.Process]) -> None:
    """SIGKILL to each, and to what they started."""
    for process in left.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            for each in (*process.children(recursive=True), process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
    psutil.wait_procs(list(left.values()), timeout=5)


def remove(folder: Path) -> None:
    """Everything that a run left: its processes, mounts and files."""
    end_by_force(running(DataDirectory(folder / "data")))
    let_go(folder)
    shutil.rmtree(folder)


def remove_leftovers(folder: Path) -> None:
    """What earlier runs left that were killed: folders below here named by the number of a process that is no more."""
    for old in folder.glob("[0-9]*"):
        if not psutil.pid_exists(int(old.name)):
            for hub in old.glob("*/hub.pid"):
                with contextlib.suppress(psutil.NoSuchProcess, ValueError):
                    process = psutil.Process(int(hub.read_text()))
                    if str(old) in " ".join(process.cmdline()):
                        process.kill()
            for stage in old.iterdir():
                remove(stage)
            old.rmdir()
