"""The data directory: everything the local stack keeps, in one place that survives a restart."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble, cannot_write

FORMAT = 1
"""Raised when an older Nattljus could no longer read what this one writes."""

REFUSE_BELOW = 200 * 2**20
WARN_BELOW = 2**30
LONGEST_PATH = 900
"""Characters. PostgreSQL holds paths in 1,024 bytes and adds its own file names."""


@dataclass(frozen=True)
class DataDirectory:
    """Where each part keeps its files. Made by `open_data`."""

    path: Path

    @property
    def version(self) -> Path:
        """The format's number, in plain text."""
        return self.path / "version"

    @property
    def ports(self) -> Path:
        """The ports chosen once, so that bookmarks survive a restart."""
        return self.path / "ports.json"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own directory, owned by the user it runs as."""
        return self.path / "postgres"

    @property
    def nats(self) -> Path:
        """NATS' configuration and JetStream's files."""
        return self.path / "nats"

    @property
    def keys(self) -> Path:
        """The agencies' private keys, one `<agency>.key` each."""
        return self.path / "keys"

    @property
    def secrets(self) -> Path:
        """Passwords and seeds, one file each, readable by their owner alone."""
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        """One `<process>.log` each."""
        return self.path / "logs"

    @property
    def identity(self) -> Path:
        """The test identity provider's signing keys."""
        return self.path / "identity"

    @property
    def machines(self) -> Path:
        """The machine clients' private keys, one `<client_id>.jwk` each."""
        return self.path / "machines"

    @property
    def processes(self) -> Path:
        """Which processes run now, so that the next start finds what a killed one left."""
        return self.path / "processes.json"

    @property
    def hub(self) -> Path:
        """The addresses of the running hub. There only while every part is ready."""
        return self.path / "hub.json"


def open_data(path: Path) -> DataDirectory:
    """Make or check the directory. Raises Trouble: not ours, newer than this program, unwritable, too little space."""
    path = path.absolute()
    if len(str(path)) > LONGEST_PATH:
        raise Trouble(
            f"the path of the data directory is longer than {LONGEST_PATH} characters: choose a shorter one with --data DIR", os.EX_USAGE
        )
    data = DataDirectory(path)
    check_version(data)
    try:
        make_folders(data)
        data.version.write_text(f"{FORMAT}\n")
    except OSError as error:
        raise cannot_write(path, error) from error
    return data


def check_version(data: DataDirectory) -> None:
    """Refuse a directory that a newer Nattljus wrote, or that is somebody else's."""
    try:
        found = data.version.read_text().strip()
    except FileNotFoundError:
        if data.path.is_dir() and any(data.path.iterdir()):
            raise Trouble(
                f"{data.path} is not empty and not a data directory of Nattljus: choose another with --data DIR", os.EX_USAGE
            ) from None
        return
    except NotADirectoryError:
        raise Trouble(f"{data.path} is a file, not a directory: choose another with --data DIR", os.EX_USAGE) from None
    except OSError as error:
        raise cannot_write(data.path, error) from error
    if not found.isdigit():
        raise Trouble(f"{data.version} is damaged: it should hold a number. Put back a copy of the data directory", os.EX_DATAERR)
    if int(found) > FORMAT:
        raise Trouble(
            f"{data.path} was written by a newer Nattljus (format {found}, this one reads {FORMAT}): "
            "run that version, or choose another directory with --data DIR. Nothing was changed",
            os.EX_CONFIG,
        )


def make_folders(data: DataDirectory) -> None:
    """The folders, closed to other users; as root the top may be passed through, for PostgreSQL's own user must reach its part."""
    data.path.mkdir(parents=True, exist_ok=True)
    data.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for folder in (data.nats, data.keys, data.secrets, data.logs, data.identity, data.machines):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)


def check_space(data: DataDirectory, free: int | None = None) -> str | None:
    """A warning when less than 1 GiB is free, or None. Raises Trouble under 200 MiB: a full disk stops every part at once."""
    free = shutil.disk_usage(data.path).free if free is None else free
    if free < REFUSE_BELOW:
        raise Trouble(
            f"only {free // 2**20} MiB are free where {data.path} is, and at least {REFUSE_BELOW // 2**20} MiB are needed: "
            "free some space and start again; nothing is lost",
            os.EX_CANTCREAT,
        )
    if free < WARN_BELOW:
        return f"only {free // 2**20} MiB are free where {data.path} is: free some space soon"
    return None


@contextlib.contextmanager
def alone(data: DataDirectory) -> Iterator[None]:
    """Hold the directory for one stack. Raises Trouble when another one runs on it; the kernel frees it even after SIGKILL."""
    lock = data.path / "lock"
    with lock.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            owner = held.read().strip() or "unknown"
            raise Trouble(
                f"another `nattljus up` (process {owner}) runs on {data.path}: stop it with Ctrl-C, or choose another with --data DIR",
                os.EX_TEMPFAIL,
            ) from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield
