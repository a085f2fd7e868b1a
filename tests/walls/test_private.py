"""An anonymous private person in the running hub: who it was is looked for in every place there is, and is in none."""

import secrets
from dataclasses import dataclass
from uuid import uuid4

import httpx2
import pytest

from deploy.local.api import Api, open_api
from tests.place import until
from tests.stack import Hub
from tests.walls.search import files, given_away, rows
from tests.walls.story import JOUR
from tests.walls.test_nothing_in_clear import on_the_disk, places, streamed

AGENT = "".join(secrets.choice("bdfghjkl") for _ in range(16))
ADDRESS = "127.0.0.77"
"""A whole network leads to this machine: the browser comes from an address that nothing else here has."""
WHO = (AGENT, ADDRESS, "198.51.100.77")


@dataclass(frozen=True)
class Told:
    """A private referral, and what the portal answered."""

    code: str
    answers: tuple[httpx2.Response, ...]


@pytest.fixture(scope="module")
def headers(hub: Hub) -> dict[str, str]:
    """What the browser and those between it and the portal say of somebody."""
    return {
        "origin": hub.portal,
        "sec-fetch-site": "same-origin",
        "user-agent": f"{AGENT}/1.0",
        "cookie": f"nattljus={AGENT}session; other={AGENT}cookie",
        "x-forwarded-for": "198.51.100.77",
        "forwarded": "for=198.51.100.77",
        "referer": f"https://example.se/{AGENT}",
        "accept-language": "sv",
    }


UNKNOWN = {"child-1-kind": "unknown", "child-1-name": "Test"}
NUMBERED = {"child-1-kind": "personal_identity_number", "child-1-number": "200510162381"}


async def tell(hub: Hub, headers: dict[str, str], child: dict[str, str] = UNKNOWN) -> Told:
    """Reads the page, sends the form and keeps the receipt."""
    form = {"idempotency_key": str(uuid4()), "worry": f"Skrik {uuid4()}"} | child
    transport = httpx2.AsyncHTTPTransport(local_address=ADDRESS)
    async with httpx2.AsyncClient(transport=transport, base_url=hub.portal, headers=headers, trust_env=False) as browser:
        page = await browser.get("/private")
        sent = await browser.post("/private", data=form)
        receipt = await browser.get(sent.headers["location"])
        file = await browser.get(sent.headers["location"].replace("?", "/pdf?"))
        refused = await browser.post("/private", data=form | {"worry": "", "idempotency_key": str(uuid4())})
    code = receipt.text.partition("nl-code-large")[2].partition(">")[2].partition("<")[0].strip()
    return Told(code, (page, sent, receipt, file, refused))


async def arrived(hub: Hub, told: Told) -> None:
    """Waits until Socialjouren has it on its board."""
    async with open_api(hub.data.path) as api:
        await until(lambda: on_the_board(api, told.code))


async def on_the_board(api: Api, code: str) -> bool:
    board = (await api.ask(JOUR, "GET", "/projections/v1/board?limit=200")).body
    return any(row["receiptCode"] == code and row["fromUnit"] == "privatpersoner" for row in board)


async def test_nothing_tells_who_it_was(hub: Hub, headers: dict[str, str]) -> None:
    """Stores, keys, read log, sessions, views, both streams, the servers' files and every log."""
    told = await tell(hub, headers)
    assert [answer.status_code for answer in told.answers] == [200, 303, 200, 200, 422]
    assert not [answer for answer in told.answers if "set-cookie" in answer.headers]
    await arrived(hub, told)
    await on_the_disk(hub)
    everywhere = {
        "tables": list(await rows(hub.admin_dsn)),
        "streams": await streamed(hub),
        "files": list(files(hub.data.path)),
    }
    for where, found in everywhere.items():
        assert places(found, (told.code,)), f"the search finds nothing in {where}"
        assert places(found, WHO) == {}
    assert not [answer for answer in told.answers if given_away(answer.content, WHO)]


async def test_the_door_has_no_key_and_nothing_is_kept_for_it_to_read(hub: Hub, headers: dict[str, str]) -> None:
    told = await tell(hub, headers)
    await arrived(hub, told)
    assert not (hub.data.keys / "privatpersoner.key").exists()
    await arrived(hub, await tell(hub, headers, NUMBERED))
    named = {table for table, row in await rows(hub.admin_dsn) if b"privatpersoner" in row}
    counted = {"operations.ledger", "operations.view_sum"}  # how many events an agency has, which the reconciler compares
    passing = {"liaison.running_limit"}  # by when somebody must act, with the unit that sent: the door itself
    stored = {"intake.stored_events", "liaison.stored_events", "projections.board", "projections.casefile"}
    assert named - counted - passing == stored | {"intake.same_child"}, "a child with a number is to be known again, and is by it alone"
