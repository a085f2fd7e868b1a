"""The board on the hub in memory: taken, given back, assigned, and always in one zone."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts.handling import CaseTaken
from tests.memory.hub import OFFICERS, OTHERS, REPORTERS, Hub, Person
from tests.properties.whole import history

POLICE, JOUR, FARSTA, LEAD, FARSTA_LEAD = REPORTERS[0], OFFICERS[0], OFFICERS[1], OTHERS[0], OTHERS[1]


@pytest_asyncio.fixture
async def hub() -> Hub:
    made = Hub()
    await made.start()
    return made


@pytest_asyncio.fixture
async def stream(hub: Hub) -> UUID:
    """A referral to Socialjouren, registered."""
    body = {"children": [{"kind": "unknown", "name": "Provbarn"}], "worry": "Oro."}
    answer = await hub.call(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())
    await hub.policies_follow("intake")
    return UUID(answer.json()["referrals"][0]["id"])


async def does(hub: Hub, who: Person, stream: UUID, what: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = await hub.call(who, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)
    return answer.status_code, answer.json().get("type", "").rpartition(":")[2]


async def zones(hub: Hub, stream: UUID) -> dict[str, tuple[str, UUID | None]]:
    await hub.views_take("liaison", 0, 500)
    return {row["unit"]: (row["zone"], row["taken_by"]) for row in hub.views.rows["board"].values() if row["referral"] == stream}


async def test_opened_and_taken_in_one_go(hub: Hub, stream: UUID) -> None:
    assert (await does(hub, JOUR, stream, "openings", {"take": True}))[0] == 201
    assert [type(each).__name__ for each in history(hub, stream)] == ["ReferralRegistered", "ReferralSeen", "CaseTaken"]
    assert await zones(hub, stream) == {"socialjouren-jour": ("ours", JOUR.holder)}


async def test_only_opened_it_is_still_new_to_everybody(hub: Hub, stream: UUID) -> None:
    assert (await does(hub, JOUR, stream, "openings"))[0] == 201
    assert await zones(hub, stream) == {"socialjouren-jour": ("new", None)}


async def test_two_who_take_it_at_the_same_moment_are_one_and_a_refusal(hub: Hub, stream: UUID) -> None:
    assert await does(hub, JOUR, stream, "takings") == (201, "")
    assert await does(hub, LEAD, stream, "takings") == (409, "taken-by-colleague")
    assert await does(hub, LEAD, stream, "takings", {"over": str(JOUR.holder)}) == (201, "")
    assert await does(hub, JOUR, stream, "returns") == (409, "not-yours")
    assert await does(hub, LEAD, stream, "returns") == (201, "")
    assert await zones(hub, stream) == {"socialjouren-jour": ("new", None)}
    assert sum(isinstance(each, CaseTaken) for each in history(hub, stream)) == 2


async def test_the_lead_assigns_within_the_unit_and_nobody_else_does(hub: Hub, stream: UUID) -> None:
    assert await does(hub, JOUR, stream, "assignments", {"to": str(JOUR.holder)}) == (403, "stranger")
    assert await does(hub, FARSTA_LEAD, stream, "assignments", {"to": str(FARSTA.holder)}) == (404, "missing")
    assert await does(hub, LEAD, stream, "assignments", {"to": str(FARSTA.holder)}) == (422, "unknown-colleague")
    assert await does(hub, LEAD, stream, "assignments", {"to": str(POLICE.holder)}) == (422, "unknown-colleague")
    assert await does(hub, LEAD, stream, "assignments", {"to": str(JOUR.holder)}) == (201, "")
    assert await zones(hub, stream) == {"socialjouren-jour": ("ours", JOUR.holder)}


@pytest.mark.parametrize("answer", ["handover-acceptances", "handover-refusals"])
async def test_an_offer_is_new_to_who_is_asked_while_the_other_waits(hub: Hub, stream: UUID, answer: str) -> None:
    for what, body in (
        ("openings", {"take": True}),
        ("immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."}),
        ("handover-offers", {"toUnit": "farsta-mottagning"}),
    ):
        assert (await does(hub, JOUR, stream, what, body))[0] == 201
    assert await zones(hub, stream) == {"socialjouren-jour": ("waiting", JOUR.holder), "farsta-mottagning": ("new", None)}
    assert (await does(hub, FARSTA, stream, answer, {"reason": "Bor i Bromma."} if "refusals" in answer else None))[0] == 201
    accepted = {"socialjouren-jour": ("done", JOUR.holder), "farsta-mottagning": ("new", None)}
    refused = {"socialjouren-jour": ("ours", JOUR.holder), "farsta-mottagning": ("done", None)}
    assert await zones(hub, stream) == (accepted if "acceptances" in answer else refused)
