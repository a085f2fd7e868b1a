"""How much comes in from private persons in a while: counted together, so that nobody's address need be remembered."""

from dataclasses import dataclass


@dataclass
class Bucket:
    """Lets `burst` through at once and then one every `seconds`. Times are monotonic seconds, passed in."""

    burst: int
    seconds: float
    _full_at: float = float("-inf")
    """When it will have filled up again: the whole state of a token bucket is this one time."""

    def take(self, now: float) -> bool:
        """Whether one more may come."""
        full_at = max(self._full_at, now) + self.seconds
        if full_at - now > self.burst * self.seconds:
            return False
        self._full_at = full_at
        return True
