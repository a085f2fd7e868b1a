"""Words and numbers that stand in everything the writers send, and that must be found nowhere in clear."""

import random
from dataclasses import dataclass
from string import ascii_lowercase

NUMBERS = ("200512312398", "199006022397", "200510162381", "200304302383", "200001052380")
"""Skatteverket's test identity numbers."""


@dataclass(frozen=True)
class Canaries:
    """The words of one run: each begins with `mark`, sixteen letters that stand nowhere else in the world."""

    mark: str

    @classmethod
    def of(cls, seed: int) -> "Canaries":
        """The same seed, the same words."""
        letters = random.Random(f"canaries {seed}")  # noqa: S311  not a secret
        return cls("".join(letters.choice(ascii_lowercase) for _ in range(16)))

    def word(self, field: str) -> str:
        """The word of one field."""
        return self.mark + field

    @property
    def texts(self) -> tuple[str, ...]:
        """What to look for: the mark, and the numbers as people write them."""
        short = [number[2:] for number in NUMBERS]
        return self.mark, *short, *(f"{number[:6]}-{number[6:]}" for number in short)
