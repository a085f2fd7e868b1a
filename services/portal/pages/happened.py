"""One thing that has happened in a case, as its history shows it."""

from dataclasses import dataclass
from datetime import datetime

from contracts.agencies import Role


@dataclass(frozen=True)
class Happened:
    """A message id (`%(unit)s` stands for the unit in it), when, and what was written then.

    `by` is the unit that did it and `role` who there; `notes` are message ids of what more is known, `meets_at` a meeting's time.
    """

    what: str
    at: datetime
    unit: str = ""
    text: str | None = None
    fact: str | None = None
    by: str = ""
    role: Role | None = None
    notes: tuple[str, ...] = ()
    meets_at: datetime | None = None
