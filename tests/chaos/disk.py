"""A disk of its own for a server, whose power can be cut: an ext4 image on a loop device that forgets all that was not flushed."""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

FS_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs.h; what xfstests calls "godown"
NO_LOG_FLUSH = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH: the journal is not written out either
LAZY = "lazy_itable_init=1,lazy_journal_init=1"
BALLAST = "ballast"


def power_can_be_cut() -> str | None:
    """None where a file system of our own can be mounted and shut down, else what is missing."""
    if os.geteuid() != 0:
        return "loop devices need root"
    missing = [tool for tool in ("mkfs.ext4", "mount", "umount", "losetup") if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} is missing"
    if not Path("/dev/loop-control").exists():
        return "there are no loop devices"
    return None


@dataclass(frozen=True)
class Disk:
    """`image` is the file, mounted at `place`; `size` in bytes (the file is sparse)."""

    image: Path
    place: Path
    size: int

    def make(self) -> None:
        """A new file system, mounted."""
        self.image.parent.mkdir(parents=True, exist_ok=True)
        with self.image.open("wb") as file:
            file.truncate(self.size)
        run("mkfs.ext4", "-q", "-m", "0", "-E", LAZY, str(self.image))
        self.place.mkdir(parents=True, exist_ok=True)
        self.mount()

    def mount(self) -> None:
        """Mounts it; the journal is played back by this."""
        run("mount", "-o", "loop,noatime", str(self.image), str(self.place))

    def umount(self) -> None:
        """Unmounts it; the loop device goes with it."""
        run("umount", str(self.place))

    def cut(self) -> None:
        """The power is gone: nothing that was not flushed will ever be on this disk, and nothing more can be written."""
        place = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(place, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(place)

    def fill(self) -> None:
        """Takes every free byte."""
        with (self.place / BALLAST).open("wb") as ballast:
            step = 2**30
            while step >= 4096:
                try:
                    os.posix_fallocate(ballast.fileno(), os.fstat(ballast.fileno()).st_size, step)
                except OSError:
                    step //= 2

    def free(self) -> None:
        """Gives the bytes back."""
        (self.place / BALLAST).unlink(missing_ok=True)


def run(*command: str) -> None:
    """Runs it. Raises RuntimeError with what it said when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def mounted_below(folder: Path) -> list[Path]:
    """What is mounted there, the deepest first."""
    mounts = [Path(line.split()[1]) for line in Path("/proc/mounts").read_text().splitlines()] if Path("/proc/mounts").exists() else []
    return sorted((place for place in mounts if place.is_relative_to(folder)), reverse=True)


def let_go(folder: Path) -> None:
    """Unmounts whatever is mounted below the folder, even where something still holds it open."""
    for place in mounted_below(folder):
        with contextlib.suppress(RuntimeError):
            run("umount", str(place))
            continue
        run("umount", "--lazy", str(place))
