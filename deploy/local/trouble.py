"""What can go wrong in a person's hands: one line that says what to do, and an exit code."""

import errno
import os
from pathlib import Path


class Trouble(Exception):
    """The stack cannot run. The text is read by a person and says what to do; `exit_code` is read by a machine (sysexits.h)."""

    def __init__(self, line: str, exit_code: int = os.EX_UNAVAILABLE) -> None:
        super().__init__(line)
        self.exit_code = exit_code


def cannot_write(path: Path, error: OSError) -> Trouble:
    """The operating system's refusal to write below `path`, in words."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Trouble(f"the disk is full: {path} cannot be written. Free some space and start again; nothing is lost", os.EX_CANTCREAT)
        case errno.EROFS:
            return Trouble(f"{path} is on a read-only disk. Choose another directory with --data DIR", os.EX_CANTCREAT)
        case errno.EACCES | errno.EPERM:
            return Trouble(f"this user may not write in {path}. Choose another directory with --data DIR", os.EX_NOPERM)
        case errno.ENAMETOOLONG:
            return Trouble(f"the path {path} is too long. Choose a shorter one with --data DIR", os.EX_CANTCREAT)
        case _:
            return Trouble(f"{path} cannot be written: {error.strerror}. Choose another directory with --data DIR", os.EX_CANTCREAT)
