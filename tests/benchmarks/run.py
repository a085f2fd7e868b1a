"""What a group is given: how long, how often, where, and with which seed."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ROOT / ".nattljus-bench"
CACHE = PLACES / "cache"
"""What is installed at run time, in pinned versions; ignored by git."""


@dataclass(frozen=True)
class Run:
    """One run. `seconds` is how long a leg measures; `place` is the run's own folder, removed in the end."""

    place: Path
    rounds: int
    seconds: float
    seed: int
    minutes: float
    events: int
    smoke: bool = False

    @property
    def logs(self) -> Path:
        """One `<process>.log` each."""
        folder = self.place / "logs"
        folder.mkdir(exist_ok=True)
        return folder
