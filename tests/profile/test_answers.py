"""The document and the behaviour agree: every error is a problem (RFC 9457), and none repeats what was sent."""

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from contracts.agencies import Role
from contracts.directory import AssignmentGiven
from services.kit.edge import LARGEST_BODY
from services.kit.register import Register
from tests.kit.auth.issuer import Issuer
from tests.kit.auth.test_register import DIRECTORY, MemoryLog
from tests.memory.database import Database
from tests.memory.store import MemoryStore
from tests.profile.apis import APPS

SECRET = "Provbarn Ett 200510162381"
LEADER = AssignmentGiven(holder=uuid4(), agency="farsta", unit="farsta-mottagning", role=Role.TEAM_LEAD)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Hub:
    """The three APIs with a register and an issuer, and nothing behind them."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        transports = {name: httpx2.ASGITransport(app=app) for name, app in APPS.items()}
        self.clients = {name: httpx2.AsyncClient(transport=each, base_url="https://api.test") for name, each in transports.items()}

    async def ask(self, method: str, path: str, *, token: str | None = None, **more: object) -> httpx2.Response:
        """One request, with a good token unless the test says another."""
        headers = {"authorization": f"Bearer {self.issuer.token() if token is None else token}", "traceparent": TRACE}
        headers |= {"idempotency-key": str(uuid4())} if method == "POST" else {}
        client = self.clients[path.split("/")[1]]
        return await client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    """A fresh hub."""
    issuer = Issuer()
    for app in APPS.values():
        app.state.store = MemoryStore("intake", Database({}))
        app.state.verifier, app.state.register = issuer.verifier, Register(MemoryLog([*DIRECTORY, LEADER]))
    made = Hub(issuer)
    async with issuer.http:
        yield made
    for client in made.clients.values():
        await client.aclose()


def is_problem(response: httpx2.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["traceparent"] == TRACE
    body: dict[str, object] = json.loads(response.text)
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    assert str(body["type"]).startswith("urn:nattljus:problem:")
    assert not [word for word in SECRET.split() if word in response.text]
    return body


@pytest.mark.parametrize("name", APPS)
async def test_404_what_is_not_there(hub: Hub, name: str) -> None:
    is_problem(await hub.ask("GET", f"/{name}/v1/{SECRET.replace(' ', '-')}"), 404)


@pytest.mark.parametrize("name", APPS)
async def test_405_says_what_is_allowed(hub: Hub, name: str) -> None:
    response = await hub.ask("PATCH", f"/{name}/v1/api-info", json={"name": SECRET})
    is_problem(response, 405)
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", SECRET.replace(" ", ".")])
@pytest.mark.parametrize("path", ["/projections/v1/board", "/projections/v1/me", "/projections/v1/units"])
async def test_401_without_a_good_token(hub: Hub, path: str, token: str) -> None:
    response = await hub.ask("GET", path, token=token)
    is_problem(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_401_with_another_scheme_or_none(hub: Hub) -> None:
    for headers in ({}, {"authorization": "Basic b2Zm"}, {"authorization": "Bearer"}, {"authorization": "DPoP x"}):
        response = await hub.clients["projections"].get("/projections/v1/me", headers=headers | {"traceparent": TRACE})
        is_problem(response, 401)


async def test_401_comes_before_waiting_for_anything(hub: Hub) -> None:
    client = hub.clients["liaison"]
    headers = {"nattljus-after": "intake:999999", "traceparent": TRACE}
    is_problem(await client.post(f"/liaison/v1/referrals/{uuid4()}/openings", headers=headers), 401)


async def test_403_for_a_stranger_and_for_the_wrong_role(hub: Hub) -> None:
    is_problem(await hub.ask("GET", "/projections/v1/me", token=hub.issuer.token(sub="nobody")), 403)
    is_problem(await hub.ask("POST", f"/liaison/v1/referrals/{uuid4()}/openings"), 403)
    is_problem(
        await hub.ask("POST", f"/liaison/v1/referrals/{uuid4()}/decisions", json={"decision": "investigation_opened", "reasons": SECRET}),
        403,
    )
    is_problem(await hub.ask("DELETE", f"/liaison/v1/directory/assignments/{uuid4()}"), 403)


BAD_BODIES: list[object] = [
    {"worry": SECRET, "children": [{"kind": SECRET}]},
    {"worry": SECRET, "children": [{"kind": "unknown", "name": SECRET}], SECRET: 1},
    {"worry": SECRET, "children": [{"kind": "unknown", SECRET: "x"}]},
    {"worry": [SECRET], "children": []},
    {"worry": SECRET, "children": SECRET},
    {"worry": SECRET, "children": [], "occurredAt": SECRET},
    {"worry": SECRET, "children": [{"kind": "unknown", "name": "x"}], "occurredAt": "2026-11-22T02:40:00"},
    {"worry": SECRET, "children": [{"kind": "unknown", "ageYears": SECRET}]},
    [SECRET],
    SECRET,
    None,
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_422_names_the_field_and_not_what_stood_there(hub: Hub, body: object) -> None:
    assert is_problem(await hub.ask("POST", "/intake/v1/referrals", json=body), 422)["errors"]


@pytest.mark.parametrize("body", [b"{", f'{{"{SECRET}'.encode(), b"\xff\xfe", SECRET.encode(), b'{"worry": "\\ud800"}'])
async def test_a_body_that_is_no_json_is_malformed(hub: Hub, body: bytes) -> None:
    response = await hub.ask("POST", "/intake/v1/referrals", content=body)
    is_problem(response, response.status_code)
    assert response.status_code in {400, 422}


async def test_422_a_text_that_names_somebody_says_what_kind(hub: Hub) -> None:
    body = {"question": f"Vad gör vi med {SECRET}?", "recipient": "farsta-mottagning"}
    problem = is_problem(await hub.ask("POST", "/intake/v1/consultations", json=body), 422)
    assert (problem["type"], problem["found"]) == ("urn:nattljus:problem:names-somebody", "identity_number")


async def test_422_in_paths_and_queries(hub: Hub) -> None:
    is_problem(await hub.ask("POST", f"/liaison/v1/referrals/{SECRET}/openings"), 422)
    is_problem(await hub.ask("POST", "/intake/v1/referrals", json={"worry": SECRET, "children": [{"kind": "unknown"}]}), 422)


async def test_413_too_large_whether_it_says_so_or_not(hub: Hub) -> None:
    large = json.dumps({"worry": SECRET, "children": [], "guardians": "x" * LARGEST_BODY}).encode()

    async def in_parts() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 100_000):
            yield large[start : start + 100_000]

    is_problem(await hub.ask("POST", "/intake/v1/referrals", content=large), 413)
    is_problem(await hub.ask("POST", "/intake/v1/referrals", content=in_parts()), 413)


async def test_503_when_the_issuer_is_silent(hub: Hub) -> None:
    hub.issuer.silent = True
    response = await hub.ask("GET", "/projections/v1/me")
    is_problem(response, 503)
    assert int(response.headers["retry-after"]) > 0


async def test_500_when_something_breaks_says_nothing(hub: Hub) -> None:
    del APPS["projections"].state.register
    with capture_logs() as logged:  # the fault is noted once, and tests need not read it
        is_problem(await hub.ask("GET", "/projections/v1/me"), 500)
    assert [entry["event"] for entry in logged] == ["unforeseen"]


@pytest.mark.parametrize("trace", ["", "x", SECRET, TRACE.upper(), f"{TRACE}-{SECRET}"])
async def test_a_trace_that_is_none_is_not_repeated(hub: Hub, trace: str) -> None:
    response = await hub.clients["intake"].get("/intake/v1/api-info", headers={"traceparent": trace})
    assert response.status_code == 200
    assert "traceparent" not in response.headers


@pytest.mark.parametrize("name", APPS)
async def test_the_document_is_served_to_everybody(hub: Hub, name: str) -> None:
    response = await hub.clients[name].get(f"/{name}/v1/openapi.json")
    assert response.json() == APPS[name].openapi()
    assert (await hub.clients[name].get(f"/{name}/v1/api-info")).json()["apiName"] == name
    assert (await hub.clients[name].get("/livez")).status_code == 200
