"""The hub's services as the portal meets them about one consultation, and somebody logged in: for the tests of its pages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI, Request

from contracts.agencies import AgencyKind, Role
from services.kit.auth.client import Tokens
from services.portal.app import create_app
from services.portal.login import require_background_session, require_session
from services.portal.person import Person
from services.portal.sessions import Session
from tests.portal.parts import browser, portal_settings

QUESTION = UUID("5d65be03-eee5-58d2-9fe1-6cffda316738")
REFERRAL = UUID("8b1f0c8e-5e0f-4b0a-9d59-2f1f5d7f3a11")
NURSE = Person(subject="s", name="Test Sjuksköterska", unit="sachsska-barnakut", kind=AgencyKind.HEALTHCARE, role=Role.REPORTER)
OFFICER = Person(subject="j", name="Test Jour Ett", unit="socialjouren-jour", kind=AgencyKind.SOCIALJOUR, role=Role.DUTY_OFFICER)
STEWARD = Person(subject="k", name="Test Katalog", unit="socialjouren-katalog", kind=AgencyKind.SOCIALJOUR, role=Role.STEWARD)
GROUP = {
    "id": "testgruppen-farsta",
    "district": "farsta",
    "name": "Testgruppen Farsta",
    "what": "Grupper för barn.",
    "telephone": "020-12 34 56",
    "functionalAddress": "Farsta öppenvård",
    "openHours": "vardagar 9–16",
    "closedFrom": None,
}


def unit(name: str, kind: str, agency: str, telephone: str | None = None) -> dict[str, Any]:
    """A unit of the directory, as projections gives it."""
    names = {"name": name, "agencySwedish": agency.title(), "agencyEnglish": agency.title(), "functionalAddress": name}
    return {"id": name, "agency": agency, "kind": kind, "district": None, "takesCases": True, "telephone": telephone, **names}


UNITS = [
    unit("socialjouren-jour", "socialjour", "socialjouren", "08-000 00 00"),
    unit("farsta-mottagning", "district", "farsta"),
    unit("sachsska-barnakut", "healthcare", "region-stockholm"),
]


def row(**changed: object) -> dict[str, Any]:
    """A question that nobody has opened, as the one who asked sees it."""
    known = {
        "consultation": str(QUESTION),
        "relation": "asked",
        "receiptCode": "8M3V-0QXT",
        "fromUnit": "sachsska-barnakut",
        "toUnit": "socialjouren-jour",
        "category": "neglect",
        "ageBand": "4-6",
        "requestedAt": "2026-11-22T02:40:00Z",
        "messages": 1,
        "waitsFor": "to_answer",
        "waitingSince": "2026-11-22T02:40:00Z",
        "seenAt": None,
        "advice": None,
        "service": None,
        "firstAnsweredAt": None,
        "answeredAt": None,
        "becameReferralAt": None,
        "referralCode": None,
    }
    return known | changed


def entry(event: str, content: Mapping[str, object] | None, **data: object) -> dict[str, Any]:
    """Something that was said, opened; `content` is None when its key is destroyed."""
    sealed = {"audience": "reporter", "sealed": ""}
    return {
        "event": event,
        "recordedAt": "2026-11-22T02:40:00Z",
        "unit": "sachsska-barnakut",
        "readable": content is not None,
        "data": {**data, "content": sealed if content is None else content},
    }


ASKED = entry("ConsultationRequested", {"question": "Ska vi anmäla?"}, requestedAt="2026-11-22T02:40:00Z")
ASKED_BACK = entry("ConsultationAskedBack", {"question": "Hur länge?"}, askedAt="2026-11-22T02:45:00Z")
ASKED_AGAIN = entry("ConsultationAskedAgain", {"question": "En månad."}, askedAt="2026-11-22T02:50:00Z", questions=2)


def answered(advice: str, **more: object) -> dict[str, Any]:
    """An answer."""
    content = {"text": "Tala med barnet.", "condition": more.pop("condition", None)}
    return entry("ConsultationAnswered", content, advice=advice, answeredAt="2026-11-22T02:55:00Z", service=more.pop("service", None))


@dataclass
class Services:
    """What the hub has about the consultation, what it answers to commands, and what was sent to it and read there."""

    row: dict[str, Any] = field(default_factory=row)
    entries: list[dict[str, Any]] = field(default_factory=lambda: [ASKED])
    figures: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""
    silent: bool = False
    silent_reading: bool = False
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """One request."""
        path = request.url.path.partition("/v1")[2]
        if request.method == "GET":
            self.read.append(path)
            if self.silent_reading:
                raise httpx2.ConnectError("down")
            return self._given(path)
        self.sent.append((request.method, path, json.loads(request.content) if request.content else None))
        if self.silent:
            raise httpx2.ConnectError("down")
        if self.refusal:
            return problem(409, self.refusal)
        if path.endswith("/openings"):
            self.row |= {"seenAt": "2026-11-22T02:43:00Z"}
        referrals = [{"id": str(REFERRAL), "reference": "K7Q2-FX9M", "numberLooksWrong": False}]
        made = {"id": str(QUESTION), "receiptCode": "K7Q2-FX9M", "referrals": referrals, "placeWithheld": False}
        return httpx2.Response(201, json=made, headers={"nattljus-position": "x:7"})

    def _given(self, path: str) -> httpx2.Response:
        lists = {"/units": UNITS, "/services": [GROUP], "/consultations": [self.row], "/consultation-figures": self.figures}
        if path in lists:
            return httpx2.Response(200, json=lists[path])
        if path == f"/services/{GROUP['id']}":
            return httpx2.Response(200, json=GROUP)
        if path == f"/consultations/{QUESTION}/state":
            return httpx2.Response(200, json=self.row)
        if path == f"/consultations/{QUESTION}":
            if self.row["relation"] == "to_answer" and self.row["seenAt"] is None:
                return problem(409, "question-not-opened")
            return httpx2.Response(200, json={"summary": self.row, "entries": self.entries})
        return problem(404, "missing")


def problem(status: int, code: str) -> httpx2.Response:
    """A refusal."""
    return httpx2.Response(status, json={"type": f"urn:nattljus:problem:{code}", "detail": "x"})


def portal(services: Services, person: Person) -> FastAPI:
    """The portal, with these services behind it and this person at it."""
    settings = portal_settings().model_copy(update={"intake": "http://127.0.0.1:8101", "liaison": "http://127.0.0.1:8102"})
    app = create_app(settings, httpx2.AsyncClient(transport=httpx2.MockTransport(services)))
    session = Session(person=person, tokens=Tokens(access_token="a", refresh_token="r", id_token="i", expires_at=2e9, claims={}))

    async def logged_in(request: Request) -> Session:
        request.state.person = person
        return session

    app.dependency_overrides[require_session] = app.dependency_overrides[require_background_session] = logged_in
    return app


def at(services: Services, person: Person) -> httpx2.AsyncClient:
    """This person's browser."""
    return browser(portal(services, person))
