"""The call to the scene as a value: what a patrol wrote in a hurry, as the hub takes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from contracts.scene import MOST_CHILDREN
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.case_forms import KEY, texts_of
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of

NO_PLACE = N_("Write where you are.")
SENT_ALREADY = N_("This call has been sent already, with other words: see your calls. If this is another call, send again.")
NO_ANSWER = N_("Not sent: the hub does not answer. Send again, it will not be counted twice. If it cannot wait, telephone now.")

FIELDS = {"place": "place", "district": "district", "children": "ages", "interpreter": "interpreter", "seen": "seen", "contact": "contact"}
OLDEST = 25
PLAIN = re.compile(r"(\d{1,2}|[?\s,;]|och|and)*", re.IGNORECASE)
MONTHS = re.compile(r"\d+\s*(mån\w*|months?|veck\w*|weeks?)|spädbarn|bebis|baby|nyfödd|newborn", re.IGNORECASE)
COUNTED = re.compile(r"(\d{1,2})\s*(barn|st|kids|children|child)\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+|[?]")


def ages_of(text: str) -> list[int | None]:
    """The children that a text such as `3, 7 och ?` tells of: the age of each in years, None where it is not known.

    "2 barn" is two of unknown age, "6 mån" and a baby are 0 years old, and words in which nobody can count are one child.
    """
    in_years = MONTHS.sub("0", text)
    counts = [int(number) for number, _ in COUNTED.findall(in_years)]
    numbers = NUMBER.findall(COUNTED.sub(" ", in_years))
    ages = [int(each) if each.isdecimal() and int(each) <= OLDEST else None for each in numbers]
    ages += [None] * (sum(counts) - len(ages))
    return (ages or [None])[:MOST_CHILDREN] if text else []


@dataclass(frozen=True)
class CallForm:
    """The fields as written, and the key that makes sending twice count once. `called_at` is the phone's own clock."""

    key: str = field(default_factory=lambda: str(uuid4()))
    place: str = ""
    ages: str = ""
    danger: bool = False
    interpreter: str = ""
    district: str = ""
    seen: str = ""
    contact: str = ""
    called_at: str = ""

    def body(self) -> dict[str, Any]:
        """As the hub takes it. What is told of the children in other words than ages goes with what was seen."""
        told = "" if PLAIN.fullmatch(self.ages) else self.ages
        said = {
            "district": self.district,
            "interpreter": self.interpreter,
            "seen": "\n".join(each for each in (self.seen, told) if each),
            "contact": self.contact,
            "calledAt": self.called_at,
        }
        children = [{"ageYears": age} for age in ages_of(self.ages)]
        return {"place": self.place, "children": children, "danger": self.danger} | {name: text for name, text in said.items() if text}

    def problems(self) -> Problems:
        """What can be seen without asking."""
        return () if self.place else (("place", NO_PLACE),)

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        match refusal.code:
            case "key-reused":
                return (("send", SENT_ALREADY),)
            case "no-place":
                return (("place", words_of(refusal)),)
            case "not-in-use":
                return (("district", words_of(refusal)),)
            case _:
                places = tuple(FIELDS.get(path.split(".")[1], "send") for path in refusal.fields if path.startswith("body."))
                return tuple((place, words_of(refusal)) for place in places) or (("send", words_of(refusal)),)

    def anew(self) -> "CallForm":
        """The same under a new key: a call of its own."""
        return replace(self, key=str(uuid4()))


def written(sent: FormData) -> CallForm:
    """The form as a browser sent it. What is unknown in it is left alone."""
    return _of(texts_of(sent))


def _of(texts: Mapping[str, str]) -> CallForm:
    names = [name for name in CallForm.__dataclass_fields__ if name not in {"key", "danger"}]
    return CallForm(key=texts.get(KEY, ""), danger="danger" in texts, **{name: texts[name] for name in names if name in texts})
