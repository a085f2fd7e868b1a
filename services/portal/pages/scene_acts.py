"""What can be done to a call to the scene: the forms' fields, what must be in them, and how liaison takes them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.referral import AgeBand, IdentityKind
from contracts.scene import Exposure, SceneAnswer
from contracts.scene_work import ChildCard
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.case_forms import CHOOSE_COLLEAGUE
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of
from services.portal.times import stockholm

Texts = Mapping[str, str]
STEP = "step"
"""Where a refusal is shown that belongs to no field."""
MINUTES = (10, 15, 20, 30, 45, 60, 90)
OLDEST = 25
RESERVE = 12
"""Digits of a reserve number (reservnummer) of Region Stockholm."""

NO_TIME = N_("Write day and time, or leave it empty for now.")
NO_MINUTES = N_("Choose about how many minutes.")
NO_AGE = N_("Write the age in whole years, from 0 to 25, or leave it empty.")
FIELDS = {
    "no-arrival": "who",
    "nothing-instead": "instead",
    "time-ahead": "at",
    "before-alarm": "at",
    "no-reasons": "reasons",
    "no-reason-to-withdraw": "reasons",
    "nothing-changed": "place",
    "too-many-children": "name",
}


@dataclass(frozen=True)
class Act:
    """Something that is done to a call: liaison's path for it, what it makes of the form, and what can be seen without asking."""

    path: str
    body: Callable[[Texts, datetime], dict[str, Any]]
    problems: Callable[[Texts], Problems] = lambda _texts: ()


def _nothing(_texts: Texts, _now: datetime) -> dict[str, Any]:
    return {}


def _coming(texts: Texts, now: datetime) -> dict[str, Any]:
    arrives = now + timedelta(minutes=int(texts["minutes"]))
    told = {"arrivesAt": arrives.isoformat(), "who": texts.get("who", ""), "message": texts.get("message", "")}
    return {"answer": SceneAnswer.COMING.value} | told


def _cannot(texts: Texts, _now: datetime) -> dict[str, Any]:
    return {"answer": SceneAnswer.NOBODY_CAN_COME.value, "message": texts.get("instead", "")}


def _amendment(texts: Texts, _now: datetime) -> dict[str, Any]:
    danger = {"yes": True, "no": False}.get(texts.get("danger", ""))
    return {"danger": danger} | {name: texts.get(name, "") for name in ("place", "interpreter", "seen", "contact")}


def _time(texts: Texts, _now: datetime) -> dict[str, Any]:
    at = stockholm(texts.get("at", ""))
    return {
        "what": texts.get("what", ""),
        "at": at.isoformat() if at else None,
        "child": number_in(texts, "child"),
        "happened": not _slip(texts),
    }


def _child(texts: Texts, _now: datetime) -> dict[str, Any]:
    number, age = texts.get("number", ""), number_in(texts, "age")
    person = {"kind": kind_of_number(number).value, "number": number or None, "name": texts.get("name") or None, "ageYears": age}
    exposure = texts.get("exposure") or Exposure.NOT_KNOWN.value
    card = {"person": person, "exposure": exposure, "note": texts.get("note") or None}
    return {"child": number_in(texts, "child"), "ageBand": AgeBand.UNKNOWN.value} | card


def _task(texts: Texts, _now: datetime) -> dict[str, Any]:
    return {"task": texts.get("task", ""), "done": texts.get("done") != "no"}


def _outcome(texts: Texts, _now: datetime) -> dict[str, Any]:
    came = {"outcome": texts.get("outcome", ""), "child": number_in(texts, "child"), "came": not _slip(texts)}
    return came | {"note": texts.get("note") or None}


def _slip(texts: Texts) -> bool:
    """Whether the form takes back what was noted."""
    return texts.get("slip") == "yes"


def _colleague_chosen(texts: Texts) -> Problems:
    return () if texts.get("to") else (("to", CHOOSE_COLLEAGUE),)


def _minutes_chosen(texts: Texts) -> Problems:
    chosen = texts.get("minutes", "")
    return () if chosen.isdecimal() and int(chosen) in MINUTES else (("minutes", NO_MINUTES),)


def _time_readable(texts: Texts) -> Problems:
    return () if not texts.get("at") or stockholm(texts["at"]) else (("at", NO_TIME),)


def _age_readable(texts: Texts) -> Problems:
    age = texts.get("age", "")
    return () if not age or (age.isdecimal() and int(age) <= OLDEST) else (("age", NO_AGE),)


ACTS = {
    "open": Act("openings", _nothing),
    "come": Act("answers", _coming, _minutes_chosen),
    "cannot": Act("answers", _cannot),
    "amend": Act("amendments", _amendment),
    "withdraw": Act("withdrawals", lambda texts, _now: {"reasons": texts.get("reasons", "")}),
    "phase": Act("phases", lambda texts, _now: {"phase": texts.get("phase", "")}),
    "time": Act("times", _time, _time_readable),
    "child": Act("children", _child, _age_readable),
    "strike": Act("strikings", lambda texts, _now: {"child": number_in(texts, "child")}),
    "take": Act("takings", lambda texts, _now: {"over": texts["over"]} if texts.get("over") else {}),
    "give-back": Act("returns", _nothing),
    "assign": Act("assignments", lambda texts, _now: {"to": texts.get("to", "")}, _colleague_chosen),
    "task": Act("tasks", _task),
    "outcome": Act("outcomes", _outcome),
    "close": Act("closings", lambda texts, _now: {"reasons": texts.get("reasons") or None}),
}
"""By the last part of the address that a form is sent to."""


def kind_of_number(number: str) -> IdentityKind:
    """What a number looks like: in a coordination number 60 is added to the day, the region's reserve numbers begin with 99."""
    digits = re.sub(r"\D", "", number)
    if not number:
        return IdentityKind.UNKNOWN
    if len(digits) == RESERVE and digits.startswith("99"):
        return IdentityKind.RESERVE_NUMBER
    return IdentityKind.COORDINATION_NUMBER if digits[-6:-4] > "60" else IdentityKind.PERSONAL_IDENTITY_NUMBER


def over(card: ChildCard | None, body: dict[str, Any]) -> dict[str, Any]:
    """A card as it is written anew: what its form has no field for stands as it did, and the kind of a number that is the same."""
    if card is None:
        return body
    known, written = card.person.model_dump(mode="json", by_alias=True, exclude_defaults=True), body["person"]
    same = {"kind": known["kind"]} if known.get("number") == written["number"] else {}
    return body | {"person": known | written | same}


def number_in(texts: Texts, name: str) -> int | None:
    """A whole number of a form, or none."""
    text = texts.get(name, "")
    return int(text) if text.isdecimal() and text.isascii() else None


def place_of(refused: HubRefused) -> Problems:
    """Where on the page a refusal belongs, and its words."""
    return ((FIELDS.get(refused.code, STEP), words_of(refused)),)


PLACES = {
    "amend": "known",
    "time": "times",
    "child": "children",
    "strike": "children",
    "task": "tasks",
    "outcome": "outcomes",
    "close": "closing",
    "take": "handler",
    "give-back": "handler",
    "assign": "handler",
}
"""The part of the page that each act belongs to, where it is not the first one: the page is shown again there."""


def landing(act: str, texts: Texts) -> str:
    """Where on the page somebody stands after an act: where it was done."""
    child = number_in(texts, "child")
    if texts.get("back") == STEP:
        return STEP
    return f"child-{child}" if child and act in {"time", "child"} else PLACES.get(act, STEP)
