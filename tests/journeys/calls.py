"""Calls to the scene brought to where a journey begins, by the agencies' own systems."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from playwright.async_api import Page

from deploy.local.api import Api
from tests.journeys.others import JOUR

PATROL = "polisen-farsta"


def call_of(key: str) -> str:
    """The call that an idempotency key of the police makes, however often it is sent."""
    return str(uuid5(UUID(key), "polisen:scene-call"))


async def call_on(page: Page) -> str:
    """The call that the form on the page makes."""
    return call_of(await page.locator("#call [name=idempotency_key]").input_value())


async def called(api: Api, place: str = "Provgatan 3", **more: object) -> str:
    """A call from the police in Farsta about a child of three."""
    body = {"place": place, "children": [{"ageYears": 3}], **more}
    receipt: dict[str, str] = (await api.ask(PATROL, "POST", "/intake/v1/scene-calls", body, key=uuid4())).body
    return receipt["id"]


async def on_call(api: Api, client: str, call: str, what: str, **body: object) -> None:
    """One command on a call, such as `openings`."""
    await api.ask(client, "POST", f"/liaison/v1/scene-calls/{call}/{what}", body or None, key=uuid4())


async def coming(api: Api, call: str) -> str:
    """Opened, and answered with somebody who comes."""
    await on_call(api, JOUR, call, "openings")
    await on_call(api, JOUR, call, "answers", answer="coming", who="Två från Socialjouren", arrivesAt="2027-01-12T02:00:00Z")
    return call


async def state(api: Api, client: str, call: str) -> dict[str, Any]:
    """How far it has come, as the machine's unit sees it."""
    row: dict[str, Any] = (await api.ask(client, "GET", f"/projections/v1/scene-calls/{call}/state")).body
    return row


async def times_listed(api: Api, call: str) -> int:
    """How often the call stands in Socialjouren's list: once, however often it was sent."""
    rows = (await api.ask(JOUR, "GET", "/projections/v1/scene-calls?limit=200")).body
    return [row["scene"] for row in rows].count(call)
