"""The person a page is made for, and where they can go."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from contracts.agencies import ADVICE_ROLES, AgencyKind, Role
from services.portal.language import N_

OIDC_SWEDEN = "https://id.oidc.se/claim/"
WEAK = frozenset(f"http://id.elegnamnden.se/loa/1.0/loa{level}" for level in (1, 2))
"""Levels of assurance below the one that the hub asks for. The hub decides; this only lets the page say why."""


class Person(BaseModel):
    """Who is logged in. Unit, kind and role are the hub's register's word; they are None for somebody it does not know or let in."""

    model_config = ConfigDict(frozen=True)

    subject: str
    name: str
    agency: str = ""
    agency_name: str = ""
    unit: str | None = None
    unit_name: str = ""
    kind: AgencyKind | None = None
    role: Role | None = None
    weak_login: bool = False

    @property
    def makes_calls(self) -> bool:
        """Whether this person may call Socialjouren to a scene."""
        return self.kind is AgencyKind.POLICE and self.role is Role.REPORTER

    @property
    def answers_calls(self) -> bool:
        """Whether this person answers calls to the scene."""
        return self.kind is AgencyKind.SOCIALJOUR and self.role in ADVICE_ROLES

    @property
    def mark(self) -> str:
        """Tells this person from others on the same device, and nothing else: what is kept in the browser bears it."""
        return sha256(self.subject.encode()).hexdigest()[:16]


def person_from_claims(claims: dict[str, Any]) -> Person:
    """What the identity provider alone says: a name and an organisation, no role."""
    return Person(
        subject=claims["sub"],
        name=claims.get("name") or claims["sub"],
        agency=claims.get("nattljus_agency", ""),
        agency_name=claims.get(f"{OIDC_SWEDEN}orgName", ""),
        unit_name=claims.get(f"{OIDC_SWEDEN}orgUnit", ""),
        weak_login=claims.get("acr") in WEAK,
    )


class Destination(NamedTuple):
    """One entry of the navigation: where, and its name as a message id."""

    path: str
    name: str


REPORTING = (Destination("/referrals/new", N_("New referral")), Destination("/consultations/new", N_("Ask for advice")))
SENT = Destination("/sent", N_("Sent by us"))
INVITATIONS = Destination("/invitations", N_("Invitations"))
BOARD = Destination("/board", N_("Board"))
ADVICE = Destination("/advice", N_("Advice"))
MAKE_CALL = Destination("/scenes", N_("Call Socialjouren"))
ANSWER_CALLS = Destination("/scenes", N_("Calls to the scene"))
NIGHT_REPORT = Destination("/night-report", N_("Night report"))
DIRECTORY = Destination("/directory", N_("Directory"))
MISSING_REASONS = Destination("/missing-reasons", N_("Missing reasons"))
QUARANTINE = Destination("/quarantine", N_("Quarantine"))

PLACES: dict[Role, tuple[Destination, ...]] = {
    Role.REPORTER: (*REPORTING, SENT, INVITATIONS),
    Role.DUTY_OFFICER: (BOARD, ADVICE, MISSING_REASONS, NIGHT_REPORT),
    Role.DISTRICT_OFFICER: (BOARD, MISSING_REASONS, NIGHT_REPORT, INVITATIONS),
    Role.QUALIFIED_DISTRICT_OFFICER: (BOARD, MISSING_REASONS, NIGHT_REPORT, INVITATIONS),
    Role.TEAM_LEAD: (BOARD, ADVICE, MISSING_REASONS, NIGHT_REPORT, DIRECTORY),
    Role.INSPECTOR: (DIRECTORY,),
    Role.STEWARD: (DIRECTORY, QUARANTINE),
}


def destinations(person: Person | None) -> Iterator[Destination]:
    """Where this person can go, in the order of the navigation. Nowhere before the hub has said their role."""
    if person is not None and person.role is not None:
        if person.makes_calls:
            yield MAKE_CALL
        if person.answers_calls:
            yield ANSWER_CALLS
        yield from PLACES[person.role]
