"""An opened call to the scene as a value: what the sealed events said, the last word of each kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from contracts.scene import SceneAmendment, SceneAnswerText, SceneCall, SceneOutcome, SeenChild
from contracts.scene_work import ChildCard
from services.portal.pages.scene_row import Child, SceneRow

Entries = Sequence[Mapping[str, Any]]
"""Projections' opened events: event, recordedAt, unit, readable, data."""
TELEPHONE = re.compile(r"\+?[\d\s()/-]{6,20}")


@dataclass(frozen=True)
class Card:
    """A child with what the patrol saw of it at first, and what its card says; either is None where it was not written."""

    child: Child
    seen: SeenChild | None
    card: ChildCard | None

    @property
    def name(self) -> str | None:
        """What the child is called, by the card or by the first word of the patrol."""
        return (self.card.person.name if self.card else None) or (self.seen.description if self.seen else None)


@dataclass(frozen=True)
class Outcome:
    """Something that came of it, for one child or (None) for all."""

    outcome: SceneOutcome
    child: int | None
    note: str | None
    at: datetime


@dataclass(frozen=True)
class Amendment:
    """What the patrol wrote afterwards. `danger` is None where it said nothing of it, `said` is None when its key is destroyed."""

    at: datetime
    danger: bool | None
    said: SceneAmendment | None


@dataclass(frozen=True)
class SceneFile:
    """What the reader's unit may see of a call. `first` is what the patrol wrote at first; None when its key is destroyed."""

    first: SceneCall | None
    amendments: list[Amendment]
    withdrawal: str | None
    answer: SceneAnswerText | None
    cards: list[Card]
    outcomes: list[Outcome]
    reasons: str | None

    @property
    def call(self) -> SceneCall | None:
        """The call as it stands with everything that the patrol has changed and added."""
        said = [each.said for each in self.amendments if each.said]
        return reduce(_amended, said, self.first) if self.first else None

    @property
    def earlier_places(self) -> list[str]:
        """Where the patrol said that it was before it said where it is."""
        places = [self.first.place, *(each.said.place for each in self.amendments if each.said and each.said.place)] if self.first else []
        return places[:-1]

    @property
    def telephone(self) -> str | None:
        """The number that the patrol is reached on, for the telephone to dial; None when it wrote something else."""
        contact = self.call.contact if self.call else None
        return re.sub(r"[^\d+]", "", contact) if contact and TELEPHONE.fullmatch(contact) else None


def _amended(call: SceneCall, said: SceneAmendment) -> SceneCall:
    seen = "\n".join(each for each in (call.seen, said.seen) if each)
    told = {"place": said.place, "interpreter": said.interpreter, "seen": seen, "contact": said.contact}
    return call.model_copy(update={name: text for name, text in told.items() if text})


def scene_file(row: SceneRow, entries: Entries) -> SceneFile:
    """The call that these opened events tell, for the unit with this row."""
    contents = {entry["event"]: entry["data"]["content"] for entry in entries if entry["readable"]}  # the last of each kind stays
    call = SceneCall.model_validate(contents["SceneCallRequested"]) if "SceneCallRequested" in contents else None
    written = [entry for entry in entries if entry["event"] == "SceneChildRecorded" and entry["readable"]]
    cards = {entry["data"]["child"]: ChildCard.model_validate(entry["data"]["content"]) for entry in written}
    seen = dict(enumerate(call.children if call else (), start=1))
    return SceneFile(
        call,
        [_amendment(entry) for entry in entries if entry["event"] == "SceneCallAmended"],
        contents.get("SceneCallWithdrawn", {}).get("reasons"),
        SceneAnswerText.model_validate(contents["SceneCallAnswered"]) if "SceneCallAnswered" in contents else None,
        [Card(child, seen.get(child.number), cards.get(child.number)) for child in row.children],
        _outcomes(row, [_outcome(entry) for entry in entries if entry["event"] == "SceneOutcomeRecorded"]),
        contents.get("SceneClosed", {}).get("reasons"),
    )


def _amendment(entry: Mapping[str, Any]) -> Amendment:
    data = entry["data"]
    said = SceneAmendment.model_validate(data["content"]) if entry["readable"] else None
    return Amendment(datetime.fromisoformat(data["amendedAt"]), data.get("danger"), said)


def _outcomes(row: SceneRow, recorded: Sequence[Outcome]) -> list[Outcome]:
    """Those that were not taken back; of one that was recorded again, the last words."""
    last = {(each.outcome, each.child): each for each in recorded}
    return [last[standing] for standing in zip(row.outcomes, row.outcome_children, strict=True) if standing in last]


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    data, at = entry["data"], datetime.fromisoformat(entry["data"]["recordedAt"])
    note = data["content"].get("note") if entry["readable"] else None
    return Outcome(SceneOutcome(data["outcome"]), data.get("child"), note, at)
