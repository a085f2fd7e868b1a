"""The form for a SIP as a value: what was written, as liaison takes it, and what to say beside which field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from contracts.agencies import AgencyKind
from contracts.sip import ConsentGiver
from services.portal.hub import HubRefused
from services.portal.language import N_
from services.portal.pages.case_forms import STEP, texts_of
from services.portal.pages.problems import Problems
from services.portal.refusals import words_of
from services.portal.times import stockholm
from services.portal.units import Unit, Units

INVITED_KINDS = (AgencyKind.SCHOOL, AgencyKind.HEALTHCARE, AgencyKind.OTHER, AgencyKind.POLICE, AgencyKind.SOCIALJOUR)
"""Kinds that can be invited, in the order in which they are proposed: the school first."""
PROPOSED = 8
"""Units shown before anybody searches."""
FOUND = 20

NO_NAME = N_("Write the child's name as the invited are to read it.")
NO_PURPOSE = N_("Write what the meeting is for.")
NO_PLACE = N_("Write where the meeting is.")
NO_TIME = N_("Write day and time.")
NO_CONSENT_TIME = N_("Write when the consent was given.")
NO_CONSENT_PURPOSE = N_("Write what the consent covers.")

PLACES = {
    "guardian-consent-missing": "guardian",
    "child-consent-missing": "child",
    "no-party": "parties",
    "unknown-unit": "parties",
    "ends-before-it-starts": "ends",
}


@dataclass(frozen=True)
class SIPForm:
    """All fields as written. Consents: `written`, `oral` or empty for none; times as `2026-11-24T09:00`, Stockholm's clock."""

    key: str = field(default_factory=lambda: str(uuid4()))
    child_name: str = ""
    purpose: str = ""
    place: str = ""
    starts: str = ""
    ends: str = ""
    parties: tuple[str, ...] = ()
    find: str = ""
    guardian: str = ""
    guardian_given: str = ""
    child: str = ""
    child_given: str = ""
    covers: str = ""

    def problems(self) -> Problems:
        """What can be seen without asking."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[tuple[str, str]]:
        for name, words in (("child_name", NO_NAME), ("purpose", NO_PURPOSE), ("place", NO_PLACE)):
            if not getattr(self, name):
                yield name, words
        for name in ("starts", "ends"):
            if stockholm(getattr(self, name)) is None:
                yield name, NO_TIME
        for given, when in ((self.guardian, "guardian_given"), (self.child, "child_given")):
            if given and stockholm(getattr(self, when)) is None:
                yield when, NO_CONSENT_TIME
        if (self.guardian or self.child) and not self.covers:
            yield "covers", NO_CONSENT_PURPOSE

    def body(self, referral: UUID) -> dict[str, Any]:
        """As liaison takes it. Only for a form without problems."""
        return {
            "referral": str(referral),
            "childName": self.child_name,
            "purpose": self.purpose,
            "place": self.place,
            "startsAt": _utc(self.starts),
            "endsAt": _utc(self.ends),
            "parties": list(self.parties),
            "consents": list(self._consents()),
        }

    def _consents(self) -> Iterator[dict[str, Any]]:
        for giver, how, when in (
            (ConsentGiver.GUARDIAN, self.guardian, self.guardian_given),
            (ConsentGiver.CHILD, self.child, self.child_given),
        ):
            if how:
                yield {"giver": giver, "written": how == "written", "givenAt": _utc(when), "purpose": self.covers}

    def anew(self) -> "SIPForm":
        """The same under a new key: a meeting of its own."""
        return replace(self, key=str(uuid4()))


def written(sent: FormData) -> SIPForm:
    """The form as a browser sent it."""
    texts = texts_of(sent)
    names = [each.name for each in fields(SIPForm) if each.name not in {"key", "parties"}]
    parties = tuple(value for value in sent.getlist("parties") if isinstance(value, str))
    return SIPForm(
        key=texts.get("idempotency_key") or str(uuid4()), parties=parties, **{name: texts[name] for name in names if name in texts}
    )


def refused_at(refused: HubRefused) -> Problems:
    """Where on the page a refusal belongs, and its words."""
    return ((PLACES.get(refused.code, STEP), words_of(refused)),)


def offered_units(units: Units, form: SIPForm, district: str | None) -> Sequence[Unit]:
    """What stands in the list: those chosen already, then what was searched for, else the schools, the district's own first."""
    chosen = [units[unit] for unit in form.parties if unit in units]
    order = {kind: place for place, kind in enumerate(INVITED_KINDS)}
    others = sorted(
        (unit for unit in units.values() if unit.kind in order and unit not in chosen),
        key=lambda unit: (unit.district != district or unit.kind is not AgencyKind.SCHOOL, order[unit.kind], unit.name),
    )
    if form.find:
        return [*chosen, *[unit for unit in others if form.find.casefold() in unit.name.casefold()][:FOUND]]
    return [*chosen, *others[:PROPOSED]]


def _utc(text: str) -> str:
    at: datetime | None = stockholm(text)
    return at.isoformat() if at else ""
