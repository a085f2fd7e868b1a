"""What the writers keep: every answer they got, with its times. It is all that the checker believes beside the hub's own data."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

REFERRAL, PRIVATE, CONSULTATION, SCENE = "referral", "private", "consultation", "scene"
"""What is made: by an agency, or (PRIVATE) a referral of what a private person tells."""
STEP, READING, STRANGER = "step", "reading", "stranger"
ADVISED = "advice"
"""Stands among what a reading found when the referral carried the advice of the consultation that it had been."""


@dataclass(frozen=True)
class Receipt:
    """One request and its final answer.

    `asked` and `answered` are seconds of the machine's monotonic clock, of the first try and of the answer; `at` is the time of
    day of the answer, seconds since 1970. `status` is HTTP's, 0 when no answer came before the run ended. `ids` are what it made
    or was about; `position` is `store:number` as answered, empty when the answer named none. `what` is a step's name, or what a
    reader or stranger asked for; `parties` are the agencies that have a part in it by this request.
    """

    kind: str
    what: str
    client: str
    agency: str
    unit: str
    key: str
    asked: float
    answered: float
    at: float
    tries: int
    status: int
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    position: str = ""
    parties: tuple[str, ...] = ()
    request: str = ""
    """What was sent, canonical, as a SHA-256 under the key would need it: only for what creates."""
    found: tuple[str, ...] = field(default=())
    """The names of the sealed events that a reading opened, and ADVISED."""
    origin: str = ""
    """The consultation or call to the scene that a referral was made from."""
    owes: str = ""
    """What a decision is called that was made without the reasons it needs: they are owed until they are given."""

    @property
    def acknowledged(self) -> bool:
        """Whether the hub said that it is done."""
        return self.status in {200, 201}


class Book:
    """The file of receipts, one JSON line each, written as they come."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1 << 16)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, receipt: Receipt) -> None:
        """Keeps one."""
        kept: dict[str, Any] = {name: value for name, value in asdict(receipt).items() if value not in ("", ())}
        self._file.write(json.dumps(kept, separators=(",", ":")) + "\n")

    def flush(self) -> None:
        """For who reads while we write."""
        self._file.flush()


def read(path: Path) -> Iterator[Receipt]:
    """All receipts of a file."""
    with path.open() as file:
        for line in file:
            found = json.loads(line)
            for name in ("ids", "references", "parties", "found"):
                found[name] = tuple(found.get(name, ()))
            yield Receipt(**({"key": "", "what": ""} | found))
