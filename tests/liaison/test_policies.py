"""The policies on real parts: what follows from an event happens once, whoever else is at work, and one child's trouble is its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from services.liaison.policies import work
from tests.place import Place, until
from tests.projections.history import History, history_in, question, referral
from tests.proxy import Proxy

pytestmark = pytest.mark.usefixtures("streams")

COUNT = "SELECT count(*) FROM liaison.stored_events WHERE topic LIKE $1"


@asynccontextmanager
async def working(place: Place, bus_proxy: Proxy | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """The whole process, in this one."""
    task = asyncio.create_task(work(place.settings("nattljus_policies", "policies", bus_proxy)))
    try:
        yield task
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


async def stored(place: Place, name: str) -> int:
    return int(str(await place.value(COUNT, f"{name}.v%")))


async def followed_to(place: Place, position: int, store: str = "intake") -> bool:
    reached = await place.value("SELECT notification_id FROM liaison.notification_tracking WHERE application_name = $1", store)
    return reached == position


async def receive(history: History, count: int) -> list[UUID]:
    return list(await asyncio.gather(*(history.receives(referral(f"TEST-{n:04}")) for n in range(count))))


async def quarantine(place: Place) -> list[tuple[str, int]]:
    rows = await place.fetch("SELECT store, position FROM liaison.quarantine ORDER BY store, position")
    return [(row["store"], row["position"]) for row in rows]


async def test_each_referral_is_registered_and_each_question_queued_once(place: Place) -> None:
    async with history_in(place) as history, working(place):
        await receive(history, 5)
        await history.receives(question(), ("region-stockholm", "socialjouren"))
        await until(lambda: followed_to(place, 6))
        assert (await stored(place, "ReferralRegistered"), await stored(place, "ConsultationQueued")) == (5, 1)


async def test_a_decision_brings_its_feedback_by_itself_and_once(place: Place) -> None:
    async with history_in(place) as history, working(place), working(place):
        [stream] = await receive(history, 1)
        await until(lambda: followed_to(place, 1))
        await history.handles(stream)
        decided = await place.value("SELECT notification_id FROM liaison.stored_events WHERE topic LIKE 'InvestigationOpened.%'")
        await until(lambda: followed_to(place, int(str(decided)), "liaison"))
        assert await stored(place, "FeedbackSent") == 1


async def test_two_at_work_and_a_third_that_is_stopped_in_the_middle_do_everything_once(place: Place) -> None:
    async with history_in(place) as history:
        await receive(history, 60)
        async with working(place):
            await until(lambda: place.value("SELECT notification_id FROM liaison.notification_tracking WHERE notification_id > 5"))
        begun = await stored(place, "ReferralRegistered")
        assert 5 <= begun < 60
        async with working(place), working(place):
            await until(lambda: followed_to(place, 60), 30)
    doubles = await place.fetch("SELECT originator_id FROM liaison.stored_events GROUP BY originator_id HAVING count(*) <> 1")
    assert (await stored(place, "ReferralRegistered"), doubles) == (60, [])


async def test_without_a_bus_referrals_are_still_registered(place: Place) -> None:
    async with history_in(place) as history, Proxy(place.servers.nats) as proxy:
        await proxy.down()
        async with working(place, proxy):
            await receive(history, 1)
            assert await until(lambda: followed_to(place, 1)) < 5


async def test_an_event_that_nobody_can_read_waits_aside_and_the_others_go_on(place: Place) -> None:
    async with history_in(place) as history:
        ill, well = await receive(history, 2)
        await place.fetch("UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1", ill)
        async with working(place):
            await until(lambda: followed_to(place, 2))
        async with working(place):  # and it still waits after a new start
            await receive(history, 1)
            await until(lambda: followed_to(place, 3))
        assert await quarantine(place) == [
            ("intake", await place.value("SELECT notification_id FROM intake.stored_events WHERE originator_id = $1", ill))
        ]
        assert [each.event for each in await history.liaison.load(ill)] == []
        assert len(await history.liaison.load(well)) == 1
        assert await stored(place, "ReferralRegistered") == 2


async def test_a_history_that_is_damaged_stops_its_own_child_alone(place: Place) -> None:
    async with history_in(place) as history:
        ill, well = await receive(history, 2)
        await history.policies()
        await history.handles(ill)
        await history.handles(well)
        await place.fetch(
            "UPDATE liaison.stored_events SET state = $2 WHERE originator_id = $1 AND originator_version = 1", ill, json.dumps({}).encode()
        )
        async with working(place):
            last = await place.value("SELECT max(notification_id) FROM liaison.stored_events WHERE topic LIKE 'InvestigationOpened.%'")
            await until(lambda: followed_to(place, int(str(last)), "liaison"))
        assert [store for store, _ in await quarantine(place)] == ["liaison"]
