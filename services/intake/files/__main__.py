"""The process that opens one file: bytes in, one line about them and what was made of them out. It can reach nothing and lasts not long."""

import json
import os
import resource
import sys

from services.intake.files.opening import opener
from services.intake.files.refusals import REFUSALS, DamagedFile, UnpacksTooLarge

MEMORY = 1200 * 1024 * 1024
"""Octets of address space: a picture of the most pixels, twice, and its decoder."""
SECONDS = 30


def main() -> None:
    """Bytes in, what is kept of them out."""
    said, made = _looked_at(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.write(made)


def _limited() -> None:
    """From here on it can take no more memory and time than this, and write no file."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _looked_at(content: bytes) -> tuple[dict[str, object], bytes]:
    try:
        opened = opener(content)
        _limited()
        kept = opened(content)
    except MemoryError:
        return {"refused": UnpacksTooLarge.__name__}, b""
    except tuple(REFUSALS.values()) as refused:
        return {"refused": type(refused).__name__}, b""
    except Exception:  # noqa: BLE001  a decoder that fails in a way of its own says one thing: it cannot be opened
        return {"refused": DamagedFile.__name__}, b""
    return {"kind": kept.kind, "made": kept.made is not None}, kept.made or b""


if __name__ == "__main__":
    main()
