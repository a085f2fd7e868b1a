"""What is kept of a file, whatever kind it is."""

from dataclasses import dataclass

from contracts.attachment import FileKind


@dataclass(frozen=True)
class Kept:
    """What a file is and the bytes to store; None when they are the very ones that came."""

    kind: FileKind
    made: bytes | None = None
