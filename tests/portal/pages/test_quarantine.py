"""The steward's quarantine: the buttons that fit each event's state, what each sends to the hub, and what a refusal says."""

import json
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI, Request

from contracts.agencies import AgencyKind, Role
from services.kit.auth.client import Tokens
from services.portal.app import create_app
from services.portal.login import require_session
from services.portal.person import Person
from services.portal.sessions import Session
from tests.portal.parts import browser, portal_settings

ROW = {
    "follower": "board",
    "store": "intake",
    "position": 42,
    "stream": str(UUID(int=48)),
    "topic": "ReferralReceived.v1",
    "reason": "ValidationError",
    "since": "2026-11-22T02:40:00Z",
    "behind": 3,
    "ground": None,
    "proposedAt": None,
    "proposedByYou": False,
}
REPLAY, PROPOSE, CONFIRM = "Spela upp igen", "Föreslå att avstå från den", "Bekräfta: gå vidare utan den för gott"
PLACE = {"follower": "board", "store": "intake", "position": "42"}


class Services:
    """The hub's services as the portal meets them: rows to give, an answer to give, and what was sent."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows, self.sent = rows, list[tuple[str, Any]]()
        self.answer = httpx2.Response(201, json={"id": str(UUID(int=1))}, headers={"nattljus-position": "liaison:7"})

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            assert request.url.path == "/projections/v1/quarantine"
            return httpx2.Response(200, json=list(self.rows))
        self.sent.append((request.url.path, json.loads(request.content)))
        return self.answer


def portal(services: Services, role: Role = Role.STEWARD) -> FastAPI:
    settings = portal_settings().model_copy(update={"liaison": "http://127.0.0.1:8102"})
    app = create_app(settings, httpx2.AsyncClient(transport=httpx2.MockTransport(services)))
    person = Person(subject="k", name="Test Katalog", unit="socialjouren-katalog", kind=AgencyKind.SOCIALJOUR, role=role)
    session = Session(person=person, tokens=Tokens(access_token="a", refresh_token="r", id_token="i", expires_at=2e9, claims={}))

    async def logged_in(request: Request) -> Session:
        request.state.person = person
        return session

    app.dependency_overrides[require_session] = logged_in
    return app


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ({}, {REPLAY, PROPOSE}),
        ({"ground": "unreadable", "proposedByYou": True}, {REPLAY}),
        ({"ground": "unreadable"}, {REPLAY, CONFIRM}),
    ],
)
async def test_the_buttons_fit_what_was_proposed_and_by_whom(state: dict[str, Any], buttons: set[str]) -> None:
    async with browser(portal(Services(ROW | state))) as steward:
        page = (await steward.get("/quarantine")).text
    assert {button for button in (REPLAY, PROPOSE, CONFIRM) if f">{button}</button>" in page} == buttons
    assert "Tavlan: ReferralReceived" in page
    assert "intake:42" in page


async def test_with_nothing_waiting_the_page_says_so() -> None:
    async with browser(portal(Services())) as steward:
        assert "Inget väntar" in (await steward.get("/quarantine")).text


@pytest.mark.parametrize(
    ("act", "form", "body"),
    [
        ("replays", {}, {}),
        ("drop-proposals", {"ground": "replaced"}, {"ground": "replaced"}),
        ("drop-confirmations", {}, {}),
    ],
)
async def test_each_button_sends_its_command_and_the_page_waits_for_it(act: str, form: dict[str, str], body: dict[str, str]) -> None:
    services = Services(ROW)
    async with browser(portal(services)) as steward:
        answer = await steward.post(f"/quarantine/{act}", data=PLACE | form)
    assert services.sent == [(f"/liaison/v1/quarantine/{act}", {"follower": "board", "store": "intake", "position": 42} | body)]
    assert (answer.status_code, answer.headers["location"]) == (303, "/quarantine?after=liaison:7")


async def test_a_refusal_is_said_on_the_page_and_nothing_is_lost() -> None:
    services = Services(ROW | {"ground": "unreadable"})
    problem = {"type": "urn:nattljus:problem:same-person", "detail": "x"}
    services.answer = httpx2.Response(409, json=problem, headers={"content-type": "application/problem+json"})
    async with browser(portal(services)) as steward:
        answer = await steward.post("/quarantine/drop-confirmations", data=PLACE)
    assert answer.status_code == 409
    assert "kräver två personer" in answer.text
    assert f">{CONFIRM}</button>" in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STEWARD])
async def test_nobody_else_has_business_here(role: Role) -> None:
    services = Services(ROW)
    async with browser(portal(services, role)) as person:
        assert (await person.get("/quarantine")).status_code == 403
        assert (await person.post("/quarantine/replays", data=PLACE)).status_code == 403
    assert services.sent == []


async def test_an_act_that_is_none_reaches_nobody() -> None:
    services = Services(ROW)
    async with browser(portal(services)) as steward:
        assert (await steward.post("/quarantine/purges", data=PLACE)).status_code == 422
    assert services.sent == []
