"""Run one command as an ordinary user when the stack itself runs as root: PostgreSQL refuses root, and nothing else needs this.

Used as a program (`python -m deploy.local.unprivileged UID GID CAPABILITY -- COMMAND …`), which becomes the command: the process
keeps its number, and the user is changed while there is one thread and nothing is shared.

Where a folder above the data directory is closed to that user (a clone under /root), the process keeps one capability to pass
through it (`CAP_DAC_READ_SEARCH`, or where a container withholds that, `CAP_DAC_OVERRIDE`); the modes of folders that are not
ours stay as they are.
"""

import ctypes
import os
import pwd
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

USER = "nobody"
NONE, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETPCAP = 0, 1, 2, 8  # linux/capability.h; 0 is CAP_CHOWN there, never asked for here
PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 28, 47, 2  # linux/prctl.h
SECBIT_NO_SETUID_FIXUP = (
    1 << 2
)  # linux/securebits.h: capabilities outlive a change of user, and access(2), which PostgreSQL asks, heeds them
CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True)
class Account:
    """The user that PostgreSQL runs as."""

    uid: int
    gid: int


def account() -> Account | None:
    """Whom PostgreSQL runs as, or None when this process is no root and simply runs it. Raises Trouble where `nobody` is missing."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        raise Trouble(f"PostgreSQL refuses to run as root, and there is no user `{USER}` to run it as: start as an ordinary user") from None
    return Account(entry.pw_uid, entry.pw_gid)


def as_account(who: Account | None, command: Sequence[str], *paths: Path) -> tuple[str, ...]:
    """The command that runs `command` as `who`, who must be able to reach `paths`. Raises Trouble when a folder is closed to them."""
    if who is None:
        return tuple(command)
    closed = next((folder for path in paths for folder in (path, *path.parents) if not may_enter(folder, who)), None)
    capability = NONE if closed is None else capability_past(closed)
    return (sys.executable, "-m", "deploy.local.unprivileged", str(who.uid), str(who.gid), str(capability), "--", *command)


def may_enter(folder: Path, who: Account) -> bool:
    """Whether `who` may pass through this folder (or run this file)."""
    found = folder.stat()
    if found.st_uid == who.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == who.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def capability_past(closed: Path) -> int:
    """The weakest capability this process can hand on that opens `closed`. Raises Trouble when it holds none."""
    wanted = (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if closed.is_dir() else (CAP_DAC_OVERRIDE,)
    held = permitted()
    for capability in wanted:
        if held & (1 << capability) and held & (1 << CAP_SETPCAP):
            return capability
    raise Trouble(
        f"PostgreSQL refuses to run as root, and the user `{USER}` may not enter {closed}: "
        f"put the clone and the data directory elsewhere (/srv, say), or run `chmod o+x {closed}`",
        os.EX_NOPERM,
    )


def permitted() -> int:
    """The capabilities that this process may use, as bits; none where the system has no such thing."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:")), 0)


def become(who: Account, capability: int) -> None:
    """Give up root for good, keeping at most one capability, which commands that are run inherit."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capability:
        expect_success(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(who.gid)
    os.setuid(who.uid)
    if capability:  # exactly one, instead of all of root's
        bits = 1 << capability
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0)  # effective, permitted, inheritable; then their upper halves
        expect_success(libc.capset(header, sets))
        expect_success(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def expect_success(result: int) -> None:
    """Turn a C call's failure into OSError."""
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


if __name__ == "__main__":
    uid, gid, kept_capability = (int(number) for number in sys.argv[1:4])
    become(Account(uid, gid), kept_capability)
    os.execv(sys.argv[5], sys.argv[5:])  # noqa: S606  no shell is what we want
