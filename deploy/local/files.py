"""Small files that are either whole or not there, and secrets that only their owner reads."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from deploy.local.trouble import cannot_write


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write beside, flush to the disk, rename: a power cut leaves the old file or the new one, never half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise cannot_write(path.parent, error) from error


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made on first use. Text without a final newline."""
    if not path.exists():
        write_whole(path, make() + "\n")
    return path.read_text().strip()


def password() -> str:
    """256 random bits in characters that need no quoting in an address."""
    return secrets.token_urlsafe(32)
