"""What is counted, column by column, with the first few places of each so that somebody can look."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

EXAMPLES = 5


@dataclass
class Count:
    """How often each thing was found. `add` takes the column, where it was found, and what is wrong there."""

    numbers: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, column: str, where: str, what: str, times: int = 1) -> None:
        """Found it."""
        if times > 0:
            self.numbers[column] += times
            if len(self.examples[column]) < EXAMPLES:
                self.examples[column].append(f"{where}: {what}")


LOST, DOUBLED, REORDERED = "lost", "doubled", "reordered"
WRONG_AGENCY, UNLIKE, NOT_REBUILT = "wrong agency", "stream unlike store", "view unlike its rebuild"
UNLOGGED, CANARY, QUARANTINE = "reads without a log row", "canaries in clear", "quarantine unlike poison"
COLUMNS = (LOST, DOUBLED, REORDERED, WRONG_AGENCY, UNLIKE, NOT_REBUILT, UNLOGGED, CANARY, QUARANTINE)
"""All of them must be 0."""
