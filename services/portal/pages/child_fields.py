"""One child in the referral form: the fields as written, and the child as the hub takes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.referral import IdentityKind
from contracts.told import Protection
from services.portal.language import N_

MOST_CHILDREN = 20
OLDEST = 25
NUMBERED = (IdentityKind.PERSONAL_IDENTITY_NUMBER, IdentityKind.COORDINATION_NUMBER, IdentityKind.RESERVE_NUMBER)
NO_AGE = N_("Write the age in whole years, from 0 to 25, or leave it empty.")
NO_DAY = N_("Write the day as year, month and day, such as 2027-03-14, or leave it empty.")

FIELDS = {
    "kind": "kind",
    "number": "number",
    "name": "name",
    "age": "ageYears",
    "sex": "sex",
    "description": "description",
    "place": "place",
    "address": "address",
    "phone": "phone",
    "school": "school",
    "language": "language",
    "pregnant": "pregnantPerson",
    "expected": "expectedBirth",
    "protection": "protection",
}
"""Name in the form → name in the hub, in the form's order."""
FINDING = ("number", "name", "description", "place", "address", "phone", "school", "pregnant")
MORE = ("place", "address", "phone", "school", "language")
"""What stands folded away until somebody opens it, or has written in it."""


@dataclass(frozen=True)
class ChildFields:
    """One child as written."""

    kind: str = IdentityKind.PERSONAL_IDENTITY_NUMBER.value
    number: str = ""
    name: str = ""
    age: str = ""
    sex: str = ""
    description: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""
    school: str = ""
    language: str = ""
    pregnant: str = ""
    expected: str = ""
    protection: str = Protection.NONE.value

    @property
    def blank(self) -> bool:
        """Whether nothing helps to find the child."""
        return not any(getattr(self, name) for name in FINDING)

    @property
    def says_more(self) -> bool:
        """Whether anything is written in what stands folded away."""
        return any(getattr(self, name) for name in MORE)

    def body(self) -> dict[str, Any]:
        """As the hub takes it, without what is empty. A kind of number without a number says only that none is known."""
        told: dict[str, Any] = {hub: getattr(self, name) for name, hub in FIELDS.items() if getattr(self, name)}
        if self.kind in NUMBERED and not self.number:
            told["kind"] = IdentityKind.UNKNOWN
        if self.age:
            told["ageYears"] = int(self.age)
        if self.protection == Protection.NONE:
            del told["protection"]
        return told

    def problems(self) -> Iterator[tuple[str, str]]:
        """What can be seen without asking, by field."""
        if self.age and not (self.age.isascii() and self.age.isdecimal() and int(self.age) <= OLDEST):
            yield "age", NO_AGE
        if self.expected and not _is_day(self.expected):
            yield "expected", NO_DAY


def children_in(texts: Mapping[str, str]) -> Iterator[ChildFields]:
    """The children of a form as a browser sent it."""
    for number in range(1, MOST_CHILDREN + 1):
        if f"child-{number}-kind" not in texts:
            return
        sent = {name: texts[f"child-{number}-{name}"] for name in FIELDS if f"child-{number}-{name}" in texts}
        yield ChildFields(**sent)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
