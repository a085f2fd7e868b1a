"""The policies on real parts: what follows from an event happens once, whoever else is at work, and one child's trouble is its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partialmethod
from typing import cast
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind
from contracts.stalled import Level, ReferralStalled, Step
from services.kit.bus import Bus
from services.kit.commands import decide
from services.kit.eventlog import EventLog, Logged
from services.kit.eventstore import EventStore
from services.kit.recorded import Recorded
from services.liaison.case import fold
from services.liaison.policies import Policies, work
from services.liaison.reactions import react
from tests.place import Place, until
from tests.projections.history import JOUR, JOUR_UNIT, NIGHT, History, by, history_in, question, referral
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


async def test_what_the_watchdog_carries_to_socialjouren_is_offered_there_once_with_its_key(place: Place) -> None:
    async with history_in(place) as history, working(place), working(place):
        at_district = {"to_kind": AgencyKind.DISTRICT, "to_agency": "farsta", "to_unit": "farsta-mottagning"}
        stream = await history.receives(referral().model_copy(update=at_district), ("polisen", "farsta"))
        await until(lambda: followed_to(place, 1))
        said = ReferralStalled(
            step=Step.ASSESSED,
            level=Level.OUT_OF_HOURS,
            due=NIGHT,
            rule="assessed-out-of-hours",
            unit="farsta-mottagning",
            raised_at=NIGHT,
            to_agency=JOUR,
            to_unit=JOUR_UNIT,
        )
        await decide(history.liaison, stream, fold, lambda _: [said], by("farsta", "farsta-mottagning"))
        await until(lambda: followed_to(place, 2, "liaison"))
        assert await stored(place, "HandoverOffered") == 1
    held = await place.fetch("SELECT agency FROM keyring.wrapped_key WHERE audience = 'offer:1' ORDER BY agency")
    assert [row["agency"] for row in held] == ["farsta", "socialjouren"]


async def test_two_at_work_and_a_third_that_is_stopped_in_the_middle_do_everything_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventLog, "after", partialmethod(EventLog.after, limit=3))
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


async def test_a_backlog_is_registered_in_a_few_transactions_each_referral_once(place: Place) -> None:
    async with history_in(place) as history:
        streams = await receive(history, 300)
        async with working(place):
            await until(lambda: followed_to(place, 300))
        registered = [each.stream for each in await history.read("liaison")]
        assert registered == [each.stream for each in await history.read("intake")]
        assert sorted(registered) == sorted(streams)
    assert int(str(await place.value("SELECT count(DISTINCT xmin::text) FROM liaison.stored_events"))) < 10


async def test_what_follows_from_two_events_of_one_child_in_a_batch_builds_on_each_other(place: Place) -> None:
    async with history_in(place) as history:
        [stream] = await receive(history, 1)
        log = history.logs["intake"]
        [received] = await log.after(0)
        again = Logged("intake", 2, 1, received.topic, received.stream, received.state)
        await Policies(history.liaison, log, cast("Bus", None), same=history.same).take([received, again])
        assert len(await history.liaison.load(stream)) == 1
        assert await followed_to(place, 2)


async def test_when_another_one_has_done_a_part_of_it_meanwhile_the_rest_is_done_and_nothing_twice(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with history_in(place) as history:
        await receive(history, 20)
        batch, asked = await history.read("intake"), EventStore.histories

        async def overtaken(store: EventStore, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
            found = await asked(store, streams)
            monkeypatch.undo()
            for logged in batch[:8]:
                await react(store, history.same, logged, datetime.now(UTC))
            return found

        monkeypatch.setattr(EventStore, "histories", overtaken)
        await Policies(history.liaison, history.logs["intake"], cast("Bus", None), same=history.same).take(batch)
        assert [each.stream for each in await history.read("liaison")] == [each.stream for each in batch]
        assert await followed_to(place, 20)


async def test_one_that_cannot_be_read_in_the_middle_of_many_waits_aside_alone(place: Place) -> None:
    async with history_in(place) as history:
        streams = await receive(history, 20)
        await place.fetch("UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1", streams[11])
        async with working(place):
            await until(lambda: followed_to(place, 20))
        assert {each.stream for each in await history.read("liaison")} == set(streams) - {streams[11]}
    assert len(await quarantine(place)) == 1


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
