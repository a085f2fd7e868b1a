"""The referral form as a value: what a person wrote, as the hub takes it, and what to say beside which field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.child_fields import FIELDS, MOST_CHILDREN, ChildFields, children_in
from services.portal.pages.guardian_fields import ANSWERS as GUARDIAN_ANSWERS
from services.portal.pages.guardian_fields import GUARDIANS, GuardianFields, guardians_in
from services.portal.pages.guardian_fields import TEXTS as GUARDIAN_TEXTS
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of

SOCIALJOUREN = "socialjouren-jour"

EMPTY_CHILD = N_("Write something about this child, such as “younger brother”, or take it away.")
SENT_ALREADY = N_(
    "This form has been sent once already: see Sent by us, where you can add what is new. If this is one more referral, send again."
)
NO_ANSWER = N_("The hub does not answer. Send again in a minute: it will not be counted twice. If the child cannot wait, telephone now.")

TEXTS = {
    "worry": "worry",
    "location": "childLocation",
    "seen": "seenHeard",
    "told": "toldByOthers",
    "words": "childWords",
    "interpretation": "interpretation",
    "since": "since",
    "why_now": "whyNow",
    "injuries": "injuries",
    "reaction": "reaction",
    "earlier": "earlierWorries",
    "strengths": "strengths",
    "if_nothing": "ifNothingIsDone",
    "other_children": "otherChildren",
    "child_reason": "childNotInformedReason",
    "language": "interpreterLanguage",
    "dangers": "dangers",
    "role": "reporterRole",
    "workplace": "reporterWorkplace",
    "phone": "reporterPhone",
    "contact": "reporterContact",
    "oral": "oralReport",
    "reporter_name": "reporterName",
}
"""Name in the form → name in the hub, of what is written in words. The last is for private persons alone."""
ANSWERS = {"child_informed": "childInformed", "interpreter": "interpreterNeeded", "meeting": "meetingWished"}
"""The same of what is answered with yes or no, or not at all."""
SECTIONS = {
    "known": ("seen", "told", "words", "interpretation"),
    "more": ("since", "why_now", "injuries", "reaction", "earlier", "strengths", "if_nothing"),
    "family": ("guardian", "other_children", "child_informed", "child_reason"),
    "meeting": ("interpreter", "language", "dangers"),
    "reporter": ("role", "workplace", "contact", "oral"),
}
"""What stands folded away until somebody opens it, has written in it, or must correct something in it: the beginnings of its names."""
PLACES = {hub: name for name, hub in {**TEXTS, **ANSWERS}.items()} | {"immediateDanger": "danger", "feedbackRequested": "feedback"}
OF_CHILD = {hub: name for name, hub in FIELDS.items()}
OF_GUARDIAN = {hub: name for name, hub in {**GUARDIAN_TEXTS, **GUARDIAN_ANSWERS}.items()}
REFUSED_FIELDS = {"no-worry": "worry", "unknown-unit": "recipient"}


@dataclass(frozen=True)
class ReferralForm:
    """All fields as written, and the key that makes sending twice count once. `said` holds every name of TEXTS and ANSWERS."""

    key: str = field(default_factory=lambda: str(uuid4()))
    danger: str = ""
    children: tuple[ChildFields, ...] = (ChildFields(),)
    guardians: tuple[GuardianFields, ...] = (GuardianFields(),) * GUARDIANS
    categories: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys((*TEXTS, *ANSWERS), ""))
    feedback: bool = True
    recipient: str = SOCIALJOUREN
    consultation: str = ""
    """The consultation that the form opened with, by its id; empty for most."""

    def body(self) -> dict[str, Any]:
        """As the hub takes it from an agency: what is empty stays away."""
        told = {name: value for name, value in self.told().items() if name != "reporterName"}
        return {"recipient": self.recipient, "feedbackRequested": self.feedback, **told}

    def told(self) -> dict[str, Any]:
        """What is told, whoever tells it; a private person's name with it, if it is given."""
        guardians = [guardian.body() for guardian in self.guardians if not guardian.blank]
        return {
            "children": [child.body() for child in self.children],
            "categories": list(self.categories),
            "immediateDanger": self.danger == "yes",
            **({"knownGuardians": guardians} if guardians else {}),
            **{hub: self.said[name] for name, hub in TEXTS.items() if self.said[name]},
            **{hub: self.said[name] == "yes" for name, hub in ANSWERS.items() if self.said[name]},
        }

    def problems(self) -> Problems:
        """What can be seen without asking: an age or a day that is none, and a further child of which nothing is said."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[tuple[str, str]]:
        for number, child in enumerate(self.children, start=1):
            if child.blank and len(self.children) > 1:
                yield f"child-{number}-name", EMPTY_CHILD
            yield from ((f"child-{number}-{name}", words) for name, words in child.problems())

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        words = words_of(refusal)
        match refusal.code:
            case "no-child":
                places = [f"child-{number}-name" for number, child in enumerate(self.children, start=1) if child.blank]
                return tuple((place, words) for place in places or ["child-1-name"])
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

    def open(self, problems: Problems = ()) -> set[str]:
        """The sections that stand open: where something is written, or to be corrected."""
        written = {name for name, text in self.said.items() if text} | {name for name, _ in problems}
        written |= {"guardian" for guardian in self.guardians if not guardian.blank}
        return {section for section, names in SECTIONS.items() if any(each.startswith(names) for each in written)}


def written(sent: FormData) -> ReferralForm:
    """The form as a browser sent it. What is unknown in it is left alone."""
    texts = {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}
    return ReferralForm(
        key=texts.get("idempotency_key", ""),
        danger=texts.get("danger", ""),
        children=tuple(children_in(texts)) or (ChildFields(),),
        guardians=guardians_in(texts),
        categories=tuple(value for value in sent.getlist("categories") if isinstance(value, str)),
        said={name: texts.get(name, "") for name in (*TEXTS, *ANSWERS)},
        feedback="feedback" in texts,
        recipient=texts.get("recipient", SOCIALJOUREN),
        consultation=texts.get("consultation", ""),
    )


def place_of(path: str) -> str:
    """The name of the field that the hub means by `body.children.0.ageYears`."""
    match path.split("."):
        case ["body", "children", number, name, *_] if number.isdecimal():
            return f"child-{int(number) + 1}-{OF_CHILD.get(name, 'name')}"
        case ["body", "knownGuardians", number, name, *_] if number.isdecimal():
            return f"guardian-{int(number) + 1}-{OF_GUARDIAN.get(name, 'name')}"
        case ["body", name, *_]:
            return PLACES.get(name, name)
        case _:
            return "send"


def checks(wrong: Sequence[bool]) -> str:
    """Which children's numbers look wrong, for the receipt's address: their places in the form, `1,3`, and no more."""
    return ",".join(str(place) for place, looks_wrong in enumerate(wrong, start=1) if looks_wrong)
