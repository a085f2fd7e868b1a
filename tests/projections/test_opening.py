"""Opening sealed content out of a real store: at its own place with its own key, and nowhere else."""

import json
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.event import REPORTER, SealedEvent
from contracts.referral import ReferralContent, ReferralReceived
from services.kit.keyring import PrivateKeys, Reader
from services.kit.recorded import open_content
from services.kit.sealing import Unreadable
from tests.place import Place
from tests.projections.history import History, history_in, referral

SWAP = """
UPDATE intake.stored_events AS into_
SET state = convert_to(jsonb_set(convert_from(into_.state, 'UTF8')::jsonb, '{data,content,sealed}',
                                 convert_from(from_.state, 'UTF8')::jsonb #> '{data,content,sealed}')::text, 'UTF8')
FROM intake.stored_events AS from_ WHERE into_.notification_id = 3 - from_.notification_id
"""


async def opened(place: Place, history: History, stream: UUID, keys: dict[str, bytes] | None = None) -> str:
    """The worry in the stream's first event, as the police reads it."""
    [logged] = [each for each in await history.read("intake") if each.stream == stream]
    event = open_content(logged.envelope, keys or await keys_of(place, stream))
    assert isinstance(event, ReferralReceived)
    assert isinstance(event.content, ReferralContent)
    return event.content.worry


async def keys_of(place: Place, stream: UUID) -> dict[str, bytes]:
    async with asyncpg.create_pool(place.dsn("nattljus_reader_police"), min_size=1, max_size=1) as pool:
        reader = Reader(uuid4(), "polisen", "lpo-farsta", "reporter", 3)
        return await PrivateKeys(place.keys).unlock(pool, stream, reader, action="open", purpose="following_up", request=uuid4())


async def test_two_childrens_contents_swapped_in_the_store_open_for_nobody(place: Place) -> None:
    async with history_in(place) as history:
        first, second = await history.receives(referral()), await history.receives(referral())
        assert await opened(place, history, first) == "Oro."
        await place.fetch(SWAP)
        for stream in (first, second):
            with pytest.raises(Unreadable):
                await opened(place, history, stream)
            with pytest.raises(Unreadable):  # not even with the key that it was sealed for
                await opened(place, history, stream, await keys_of(place, second if stream == first else first))


async def test_a_key_holders_content_of_one_event_does_not_open_in_another_of_the_same_stream(place: Place) -> None:
    async with history_in(place) as history:
        stream = await history.receives(referral())
        [logged] = await history.read("intake")
        keys = await keys_of(place, stream)
        assert isinstance(open_content(logged.envelope, keys), SealedEvent)
        for moved in ({"revision": 2}, {"subject": str(uuid4())}):
            envelope = type(logged.envelope).model_validate(json.loads(logged.state) | moved)
            with pytest.raises(Unreadable):
                open_content(envelope, keys)
    assert list(keys) == [REPORTER]
