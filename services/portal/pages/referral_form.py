"""The referral form as a value: what a person wrote, as the hub takes it, and what to say beside which field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from contracts.referral import IdentityKind
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of

SOCIALJOUREN = "socialjouren-jour"
MOST_CHILDREN = 20
NUMBERED = (IdentityKind.PERSONAL_IDENTITY_NUMBER, IdentityKind.COORDINATION_NUMBER, IdentityKind.RESERVE_NUMBER)

EMPTY_CHILD = N_("Write something about this child, such as “younger brother”, or take it away.")
NO_AGE = N_("Write the age in whole years, from 0 to 25, or leave it empty.")
SENT_ALREADY = N_("This form has been sent once already: see Sent by us. If this is one more referral, send again.")
NO_ANSWER = N_("The hub does not answer. Send again in a minute: it will not be counted twice. If the child cannot wait, telephone now.")

FIELDS = {"kind": "kind", "number": "number", "name": "name", "description": "description", "ageYears": "age"}
REFUSED_FIELDS = {"no-worry": "worry", "unknown-unit": "recipient"}
PLACES = {
    "childLocation": "location",
    "guardiansInformed": "informed",
    "notInformedReason": "reason",
    "reporterContact": "contact",
    "feedbackRequested": "feedback",
    "immediateDanger": "danger",
}


@dataclass(frozen=True)
class ChildFields:
    """One child as written."""

    kind: str = IdentityKind.PERSONAL_IDENTITY_NUMBER.value
    number: str = ""
    name: str = ""
    description: str = ""
    age: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing helps to find the child."""
        return not (self.number or self.name or self.description)

    def body(self) -> dict[str, Any]:
        """As the hub takes it. A kind of number without a number says only that none is known."""
        kind = IdentityKind.UNKNOWN if self.kind in NUMBERED and not self.number else self.kind
        age = int(self.age) if self.age else None
        return {"kind": kind, "number": self.number, "name": self.name, "description": self.description, "ageYears": age}


@dataclass(frozen=True)
class ReferralForm:
    """All fields as written, and the key that makes sending twice count once."""

    key: str = field(default_factory=lambda: str(uuid4()))
    danger: str = ""
    children: tuple[ChildFields, ...] = (ChildFields(),)
    worry: str = ""
    categories: tuple[str, ...] = ()
    location: str = ""
    guardians: str = ""
    informed: str = ""
    reason: str = ""
    contact: str = ""
    feedback: bool = True
    recipient: str = SOCIALJOUREN

    def body(self) -> dict[str, Any]:
        """As the hub takes it: what is empty stays away."""
        return {
            "recipient": self.recipient,
            "children": [_stated(child.body()) for child in self.children],
            "worry": self.worry,
            "categories": list(self.categories),
            "immediateDanger": self.danger == "yes",
            "feedbackRequested": self.feedback,
            **_stated(
                {
                    "childLocation": self.location,
                    "guardians": self.guardians,
                    "guardiansInformed": self.informed == "yes" if self.informed else None,
                    "notInformedReason": self.reason,
                    "reporterContact": self.contact,
                }
            ),
        }

    def problems(self) -> Problems:
        """What can be seen without asking: an age that is no age, and a further child of which nothing is said."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[tuple[str, str]]:
        for number, child in enumerate(self.children, start=1):
            if child.blank and len(self.children) > 1:
                yield f"child-{number}-name", EMPTY_CHILD
            if child.age and not (child.age.isdecimal() and int(child.age) <= 25):
                yield f"child-{number}-age", NO_AGE

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        words = words_of(refusal)
        match refusal.code:
            case "no-child":
                return tuple((f"child-{number}-name", words) for number, child in enumerate(self.children, start=1) if child.blank)
            case "key-reused":
                return (("send", SENT_ALREADY),)
            case code if code in REFUSED_FIELDS:
                return ((REFUSED_FIELDS[code], words),)
            case _:
                return tuple((place_of(path), words) for path in refusal.fields) or (("send", words),)

    def anew(self) -> "ReferralForm":
        """The same under a new key: a referral of its own."""
        return replace(self, key=str(uuid4()))

    def rearranged(self, add: str | None, remove: str | None) -> "ReferralForm":
        """With one more child, or without the one whose number is given."""
        children = list(self.children)
        if add and len(children) < MOST_CHILDREN:
            children.append(ChildFields())
        if remove and remove.isdecimal() and 0 < int(remove) <= len(children) and len(children) > 1:
            del children[int(remove) - 1]
        return replace(self, children=tuple(children))


def written(sent: FormData) -> ReferralForm:
    """The form as a browser sent it. What is unknown in it is left alone."""
    texts = {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}
    names = [name for name in ReferralForm.__dataclass_fields__ if name not in {"key", "children", "categories", "feedback"}]
    return ReferralForm(
        key=texts.get("idempotency_key", ""),
        children=tuple(_children(texts)) or (ChildFields(),),
        categories=tuple(value for value in sent.getlist("categories") if isinstance(value, str)),
        feedback="feedback" in texts,
        **{name: texts[name] for name in names if name in texts},
    )


def _children(texts: Mapping[str, str]) -> Iterator[ChildFields]:
    for number in range(1, MOST_CHILDREN + 1):
        if f"child-{number}-kind" not in texts:
            return
        yield ChildFields(**{name: texts.get(f"child-{number}-{name}", "") for name in ChildFields.__dataclass_fields__})


def place_of(path: str) -> str:
    """The name of the field that the hub means by `body.children.0.ageYears`."""
    match path.split("."):
        case ["body", "children", number, name, *_] if number.isdecimal():
            return f"child-{int(number) + 1}-{FIELDS.get(name, 'name')}"
        case ["body", name, *_]:
            return PLACES.get(name, name)
        case _:
            return "send"


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in {None, ""}}


def checks(wrong: Sequence[bool]) -> str:
    """Which children's numbers look wrong, for the receipt's address: their places in the form, `1,3`, and no more."""
    return ",".join(str(place) for place, looks_wrong in enumerate(wrong, start=1) if looks_wrong)
