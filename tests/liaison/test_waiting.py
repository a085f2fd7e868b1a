"""What the policies could not take comes back when people say so: mended and replayed in order, or dropped by two."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from contracts.quarantine import POLICIES, QuarantineDropConfirmed, QuarantineReplayRequested, quarantine_stream
from services.kit.commands import recorded
from tests.liaison.test_policies import followed_to, quarantine, stored, working
from tests.place import Place, until
from tests.projections.history import History, by, history_in, referral

pytestmark = pytest.mark.usefixtures("streams")

SPOIL = "UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1"
HEAL = "UPDATE intake.stored_events SET state = $2 WHERE originator_id = $1"
STATE = "SELECT state FROM intake.stored_events WHERE originator_id = $1"
REASONS = "SELECT store, position, reason FROM liaison.quarantine ORDER BY store, position"


@asynccontextmanager
async def spoilt(place: Place) -> AsyncIterator[tuple[History, UUID, bytes]]:
    """Two referrals, of which the first one's bytes are broken when the policies meet it; gives its sound bytes too."""
    async with history_in(place) as history:
        ill = await history.receives(referral("TEST-ILL0"))
        sound = await place.value(STATE, ill)
        assert isinstance(sound, bytes)
        await place.fetch(SPOIL, ill)
        await history.receives(referral("TEST-WELL"))
        yield history, ill, sound


async def decided(history: History, event: QuarantineReplayRequested | QuarantineDropConfirmed, revision: int = 1) -> None:
    """People have decided so."""
    stream = quarantine_stream(event.follower, event.store, event.position)
    await history.liaison.save(recorded(stream, revision - 1, [event], by("socialjouren", "socialjouren-katalog")))


def replay(stream: UUID, position: int = 1) -> QuarantineReplayRequested:
    return QuarantineReplayRequested(follower=POLICIES, store="intake", position=position, stream=stream)


def drop(stream: UUID, position: int = 1) -> QuarantineDropConfirmed:
    return QuarantineDropConfirmed(follower=POLICIES, store="intake", position=position, stream=stream, confirmed_by=uuid4())


async def test_what_is_mended_is_replayed_and_then_nothing_waits(place: Place) -> None:
    async with spoilt(place) as (history, ill, sound), working(place):
        await until(lambda: followed_to(place, 2))
        assert await quarantine(place) == [("intake", 1)]
        await decided(history, replay(ill))

        async def tried() -> bool:
            return [tuple(row) for row in await place.fetch(REASONS)] == [("intake", 1, "ValidationError")]

        await until(tried)
        assert await stored(place, "ReferralRegistered") == 1
        await place.fetch(HEAL, ill, sound)
        await decided(history, replay(ill), 2)

        async def empty() -> bool:
            return await quarantine(place) == []

        await until(empty)
        assert await stored(place, "ReferralRegistered") == 2
        await history.handles(ill)

        async def fed_back() -> bool:
            return await stored(place, "FeedbackSent") == 1

        await until(fed_back)  # the stream is free: what comes later is reacted to
    async with working(place):
        await until(lambda: followed_to(place, 2))
    assert (await stored(place, "ReferralRegistered"), await stored(place, "FeedbackSent")) == (2, 1)


async def test_a_dropped_event_is_gone_without_and_the_stream_is_free(place: Place) -> None:
    async with spoilt(place) as (history, ill, _), working(place):
        await until(lambda: followed_to(place, 2))
        await decided(history, drop(ill))

        async def empty() -> bool:
            return await quarantine(place) == []

        await until(empty)
    async with working(place):
        pass
    assert await stored(place, "ReferralRegistered") == 1
    assert await quarantine(place) == []


async def test_what_does_not_wait_cannot_be_dropped(place: Place) -> None:
    async with spoilt(place) as (history, ill, _), working(place):
        await until(lambda: followed_to(place, 2))
        await decided(history, drop(uuid4()))
        await decided(history, drop(ill, position=2))
        await decided(history, replay(ill), 2)

        async def tried() -> bool:
            return bool(await place.fetch("SELECT 1 FROM liaison.stored_events WHERE topic = 'QuarantineReplayRequested.v1'"))

        await until(tried)
        assert await quarantine(place) == [("intake", 1)]


async def test_a_replay_that_was_interrupted_is_done_by_the_next_and_nothing_happens_twice(place: Place) -> None:
    async with spoilt(place) as (history, ill, sound):
        async with working(place):
            await until(lambda: followed_to(place, 2))
        await place.fetch(HEAL, ill, sound)
        await decided(history, replay(ill))
        for _ in range(2):
            async with working(place):

                async def empty() -> bool:
                    return await quarantine(place) == []

                await until(empty)
        assert await stored(place, "ReferralRegistered") == 2
