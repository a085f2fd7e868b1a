"""The hub's services as the portal meets them over HTTP: what each path gives, and what was sent to it; for pages without a hub."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI, Request

from contracts.agencies import AgencyKind, Role
from services.kit.auth.client import Tokens
from services.portal.app import create_app
from services.portal.login import require_session
from services.portal.person import Person
from services.portal.sessions import Session
from tests.portal.pages.rendered import UNITS
from tests.portal.parts import portal_settings

DONE = httpx2.Response(201, json={"id": str(UUID(int=1))}, headers={"nattljus-position": "liaison:7"})


def refusal(status: int, code: str) -> httpx2.Response:
    """What a service answers when a rule says no."""
    problem = {"type": f"urn:nattljus:problem:{code}", "detail": "x"}
    return httpx2.Response(status, json=problem, headers={"content-type": "application/problem+json"})


class Services:
    """Paths below `/projections/v1` and what they give, one after the other for an iterator; an answer to every command; what was asked."""

    def __init__(self, given: dict[str, Any], answer: httpx2.Response = DONE) -> None:
        self.given, self.answer = given, answer
        self.sent, self.asked = list[tuple[str, Any]](), list[httpx2.URL]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            self.sent.append((request.url.path, json.loads(request.content)))
            return self.answer
        self.asked.append(request.url)
        path = request.url.path.removeprefix("/projections/v1")
        if path == "/units":
            return httpx2.Response(200, json=[_unit(each.id) for each in UNITS.values()])
        found = self.given.get(path, [] if path == "/colleagues" else refusal(404, "missing"))
        found = next(found) if isinstance(found, Iterator) else found
        return found if isinstance(found, httpx2.Response) else httpx2.Response(200, json=found)


def _unit(name: str) -> dict[str, Any]:
    unit = UNITS[name]
    return {
        "id": unit.id,
        "agency": unit.agency,
        "kind": unit.kind,
        "name": unit.name,
        "functionalAddress": unit.name,
        "district": None,
        "takesCases": True,
        "telephone": None,
        "agencySwedish": unit.agency,
        "agencyEnglish": unit.agency,
    }


def portal(services: Services, kind: AgencyKind = AgencyKind.SOCIALJOUR, role: Role = Role.DUTY_OFFICER) -> FastAPI:
    """The portal with these services behind it, and one person logged in."""
    unit = {AgencyKind.SOCIALJOUR: "socialjouren-jour", AgencyKind.DISTRICT: "farsta-mottagning"}.get(kind, "lpo-farsta")
    settings = portal_settings().model_copy(update={"liaison": "http://127.0.0.1:8102"})
    app = create_app(settings, httpx2.AsyncClient(transport=httpx2.MockTransport(services)))
    person = Person(subject="p", name="Test Person", agency=UNITS[unit].agency, unit=unit, unit_name=UNITS[unit].name, kind=kind, role=role)
    session = Session(person=person, tokens=Tokens(access_token="a", refresh_token="r", id_token="i", expires_at=2e9, claims={}))

    async def logged_in(request: Request) -> Session:
        request.state.person = person
        return session

    app.dependency_overrides[require_session] = logged_in
    return app
