"""What a part of a history comes to, for each agency: how many events, the last position, and a rolling hash over their bytes."""

import hashlib
import json
from dataclasses import dataclass

from services.kit.eventlog import Logged

NOBODY = ""
"""The agency of bytes that nobody can read."""


@dataclass(frozen=True)
class Sum:
    """So many events up to this position; `digest` is SHA-256 over the digest before, the position (8 bytes) and the event's bytes."""

    events: int = 0
    position: int = 0
    digest: bytes = b""

    def and_(self, logged: Logged) -> "Sum":
        """With one event more."""
        rolled = hashlib.sha256(self.digest + logged.position.to_bytes(8, "big") + logged.state).digest()
        return Sum(self.events + 1, logged.position, rolled)


Sums = dict[str, Sum]
"""By agency."""


def agency_of(logged: Logged) -> str:
    """The agency that the envelope names; NOBODY when there is no envelope to read."""
    try:
        envelope = json.loads(logged.state)
        return str(envelope["agency"])
    except (ValueError, KeyError, TypeError):
        return NOBODY


def differing(known: Sums, found: Sums, seen: dict[str, Sum]) -> list[str]:
    """Agencies whose history is not what it was: `seen` is what was found where it had as many events as are known."""
    return sorted(agency for agency, sum_ in known.items() if found.get(agency, Sum()).events < sum_.events or seen.get(agency) != sum_)
