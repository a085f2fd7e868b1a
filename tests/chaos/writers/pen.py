"""What every text of the writers is made of: a story, a canary, and a number so that no two are the same."""

import random
from typing import Any

from tests.chaos.canaries import Canaries

Body = dict[str, Any]
STORY = "Grannar ringde om skrik. Barnen satt ensamma i köket och hade inte ätit sedan i går. Ingen vuxen svarade när vi ropade. "


class Pen:
    """The same seed, the same texts."""

    def __init__(self, seed: int, canaries: Canaries) -> None:
        self.dice = random.Random(f"letters {seed}")  # noqa: S311  not a secret
        self._canaries = canaries

    def word(self, field: str) -> str:
        """The canary of one field."""
        return self._canaries.word(field)

    def said(self, field: str) -> str:
        """Some sentences with the canary of one field in them."""
        return f"{STORY}{self.word(field)} {self.dice.randrange(10**9)}"
