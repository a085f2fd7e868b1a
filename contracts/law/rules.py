"""What a rule is, and which one held on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

OLD_ACT_READ = date(2022, 1, 1)
"""From when the table answers for the old act (SoL 2001:453): the city's review of January 2022 is the oldest paper that we have read its
sections in. It held long before, in wordings that nobody here has checked."""
OLD_ACT_ENDED = date(2025, 6, 30)
NEW_ACT = date(2025, 7, 1)
"""From when SoL 2025:400 holds."""

Status = Literal["law", "practice"]
Verified = Literal["statute", "secondary", "own"]
"""Read in the statute's own text, read elsewhere, or an aim of our own that stands in no law."""


@dataclass(frozen=True)
class Counted:
    """How a limit came about, in words; `{since}` stands for the moment from which it is counted."""

    swedish: str
    english: str


@dataclass(frozen=True)
class Rule:
    """One rule: where it stands, from when to when it holds, and how sure we are of it.

    `minutes`, `days` or `months` is the time limit where the rule has one, `at_least` a number that it names; `status` says whether the
    limit is law or only practice. `section` is empty for an aim that stands in no law.
    """

    id: str
    section: str
    swedish: str
    english: str
    valid_from: date
    source: str
    verified: Verified
    status: Status = "law"
    days: int | None = None
    months: int | None = None
    counted: Counted | None = None
    valid_to: date | None = None
    minutes: int | None = None
    at_least: int | None = None

    def held(self, on: date) -> bool:
        """Whether it held on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def row_of(rules: tuple[Rule, ...], rule_id: str, on: date) -> Rule:
    """The rule of this id that held on that day. Raises LookupError when none did."""
    for each in rules:
        if each.id == rule_id and each.held(on):
            return each
    raise LookupError(f"no rule {rule_id} held on {on}")
