"""One guardian in the referral form: the fields as written, and the guardian as the hub takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GUARDIANS = 2
"""A child has one guardian or two; of more the worry itself can tell."""
TEXTS = {"name": "name", "relation": "relation", "contact": "contact", "reason": "notInformedReason"}
ANSWERS = {"household": "sameHousehold", "informed": "informed"}


@dataclass(frozen=True)
class GuardianFields:
    """One guardian as written; household and informed are "yes", "no" or empty."""

    name: str = ""
    relation: str = ""
    contact: str = ""
    household: str = ""
    informed: str = ""
    reason: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is said."""
        return self == GuardianFields()

    def body(self) -> dict[str, Any]:
        """As the hub takes it, without what is empty."""
        texts = {hub: getattr(self, name) for name, hub in TEXTS.items() if getattr(self, name)}
        return texts | {hub: getattr(self, name) == "yes" for name, hub in ANSWERS.items() if getattr(self, name)}


def guardians_in(texts: Mapping[str, str]) -> tuple[GuardianFields, ...]:
    """The guardians of a form as a browser sent it, as many as the form has places for."""
    names = (*TEXTS, *ANSWERS)
    return tuple(
        GuardianFields(**{name: texts.get(f"guardian-{number}-{name}", "") for name in names}) for number in range(1, GUARDIANS + 1)
    )
