"""The time limits that the hub counts, as the legal notes show them: from the table of law, old act and new, and the hub's own aims."""

from dataclasses import dataclass
from datetime import date

from contracts.aims import AIMS
from contracts.law import RULES, Rule
from services.portal.language import N_, Language

SURE = {
    "statute": N_("Read in the act itself"),
    "secondary": N_("Read in what authorities write about the act"),
    "own": N_("Our own aim"),
}
"""How sure we are of a rule."""


@dataclass(frozen=True)
class Limit:
    """One row: what, where it stands, until when it held if it holds no more, and how sure we are. `law` is false for practice."""

    held: Rule

    @property
    def law(self) -> bool:
        """Whether the limit is law, not practice."""
        return self.held.status == "law"

    @property
    def until(self) -> date | None:
        """Its last day, for one that holds no more."""
        return self.held.valid_to

    @property
    def sure(self) -> str:
        """A message id."""
        return SURE[self.held.verified]

    def name(self, language: Language) -> str:
        """What it is called."""
        name = self.held.swedish if language is Language.SV else self.held.english
        return name[0].upper() + name[1:]


def limits() -> list[Limit]:
    """All rules that a clock runs by, then what the watchdog and the signals go by: those that hold first, then those that held before."""
    counted = [Limit(each) for each in (*(rule for rule in RULES if rule.counted), *AIMS)]
    return sorted(counted, key=lambda limit: limit.until is not None)
