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
    address: str = "127.77.77.77"
    """From where private persons connect: on Linux the whole of 127.0.0.0/8 is this machine."""
    forwarded: str = "2001:db8::77"
    """The address that a proxy before the hub would say of them (RFC 3849: nobody has it)."""

    @classmethod
    def of(cls, seed: int) -> "Canaries":
        """The same seed, the same words."""
        letters = random.Random(f"canaries {seed}")  # noqa: S311  not a secret
        mark = "".join(letters.choice(ascii_lowercase) for _ in range(16))
        address = ".".join(str(letters.randrange(100, 250)) for _ in range(3))
        return cls(mark, f"127.{address}", f"2001:db8:{letters.randrange(4096, 65536):x}:{letters.randrange(4096, 65536):x}::77")

    def word(self, field: str) -> str:
        """The word of one field."""
        return self.mark + field

    @property
    def texts(self) -> tuple[str, ...]:
        """What to look for: the mark, the numbers as people write them, and from where private persons wrote."""
        short = [number[2:] for number in NUMBERS]
        return self.mark, self.address, self.forwarded, *short, *(f"{number[:6]}-{number[6:]}" for number in short)
