"""The checker can fail: each kind of damage is counted in its column, and an undamaged night in none."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError

from tests.chaos.checker.check import check
from tests.chaos.checker.clear import check_files
from tests.chaos.checker.count import (
    CANARY,
    COLUMNS,
    DOUBLED,
    LOST,
    NOT_REBUILT,
    QUARANTINE,
    REORDERED,
    UNLIKE,
    UNLOGGED,
    WRONG_AGENCY,
    Count,
)
from tests.chaos.night import MARK, Night, a_night
from tests.chaos.receipts import STRANGER
from tests.place import Place, Streams

pytestmark = pytest.mark.real

STORE = "(originator_id, originator_version, topic, state)"
TWICE = f"INSERT INTO intake.stored_events {STORE} SELECT gen_random_uuid(), 1, topic, state FROM intake.stored_events WHERE"
AGAIN = f"INSERT INTO liaison.stored_events {STORE} SELECT originator_id, 99, topic, state FROM liaison.stored_events WHERE"
LATER = "UPDATE intake.stored_events SET notification_id = (SELECT max(notification_id) + 1 FROM intake.stored_events) WHERE"
SWAPPED = "UPDATE liaison.stored_events SET originator_version = 90 + originator_version WHERE"
READER = "INSERT INTO projections.readers SELECT stream, 'bromma-mottagning', kind, 'bromma', audiences FROM projections.readers LIMIT 1"
KEY = "INSERT INTO keyring.wrapped_key SELECT stream, audience, 'bromma', wrapped FROM keyring.wrapped_key LIMIT 1"
HELD = "INSERT INTO projections.quarantine VALUES ('board', 'intake', 1, gen_random_uuid(), 'X.v1', 'KeyError')"
RECEIPT, ROW = "UPDATE projections.receipts SET", "UPDATE projections.board SET"
IN_SQL = {
    "an acknowledged referral is gone from the store": (LOST, "DELETE FROM intake.stored_events WHERE notification_id = 1"),
    "an acknowledged step is gone from the store": (LOST, "DELETE FROM liaison.stored_events WHERE topic = 'FeedbackRead.v1'"),
    "a referral was never registered": (LOST, "DELETE FROM liaison.stored_events WHERE topic = 'ReferralRegistered.v1'"),
    "a file that was added never came into the case": (LOST, "DELETE FROM liaison.stored_events WHERE topic = 'AttachmentRegistered.v1'"),
    "an addition that was acknowledged is gone": (LOST, "DELETE FROM intake.stored_events WHERE topic = 'ReferralSupplemented.v1'"),
    "a file's bytes are gone": (LOST, "DELETE FROM intake.attachment"),
    "a referral is gone from its sender's view": (LOST, "DELETE FROM projections.receipts WHERE reference = 'TEST-0002'"),
    "a referral is gone from its receiver's board": (LOST, "DELETE FROM projections.board WHERE reference = 'TEST-0002'"),
    "a call is gone from the patrol's view": (LOST, "DELETE FROM projections.scenes WHERE relation = 'called'"),
    "a call was never queued": (LOST, "DELETE FROM liaison.stored_events WHERE topic = 'SceneCallQueued.v1'"),
    "a sealed event is gone from the case file": (LOST, "DELETE FROM projections.casefile WHERE position = 1 AND store = 'intake'"),
    "a view forgot that a referral was seen": (LOST, f"{RECEIPT} seen_at = NULL WHERE reference = 'TEST-0000'"),
    "one request made two referrals": (DOUBLED, f"{TWICE} notification_id = 1"),
    "something happened twice": (DOUBLED, f"{AGAIN} topic = 'ReferralSeen.v1' LIMIT 1"),
    "a file was registered twice": (DOUBLED, f"{AGAIN} topic = 'AttachmentRegistered.v1' LIMIT 1"),
    "a view took an event twice": (DOUBLED, "UPDATE projections.readers SET audiences = audiences || audiences"),
    "the first became the last": (REORDERED, f"{LATER} notification_id = 1"),
    "a stream's revisions have a gap": (REORDERED, f"{SWAPPED} topic = 'ReferralSeen.v1'"),
    "a view shows another time than the event": (REORDERED, f"{RECEIPT} seen_at = now() WHERE reference = 'TEST-0000'"),
    "a row stands in the wrong agency's view": (WRONG_AGENCY, f"{ROW} agency = 'bromma' WHERE reference = 'TEST-0002'"),
    "somebody may open what is not theirs": (WRONG_AGENCY, READER),
    "a key was wrapped for the wrong agency": (WRONG_AGENCY, KEY),
    "stored bytes are not the sent ones": (UNLIKE, "UPDATE intake.stored_events SET state = state || ' '::bytea WHERE notification_id = 2"),
    "a view is not what its events make": (NOT_REBUILT, f"{ROW} age_band = '18+' WHERE reference = 'TEST-0001'"),
    "a reading is not in the log": (UNLOGGED, "DELETE FROM keyring.read_log WHERE action = 'open'"),
    "a grant of keys is not in the log": (UNLOGGED, "DELETE FROM keyring.read_log WHERE action = 'grant'"),
    "a word about a child stands in a table": (CANARY, f"{RECEIPT} reference = 'x{MARK}' WHERE reference = 'TEST-0002'"),
    "something waits in quarantine that is no poison": (QUARANTINE, HELD),
}


@pytest_asyncio.fixture
async def night(place: Place, streams: Streams, tmp_path: Path) -> AsyncIterator[Night]:
    """A night as it should be."""
    async with a_night(place, streams, tmp_path) as night:
        yield night


def found(count: Count) -> dict[str, int]:
    """The columns that are not 0."""
    return {column: number for column, number in count.numbers.items() if number}


async def test_an_undamaged_night_counts_nothing(night: Night) -> None:
    count = await check(night.evidence())
    assert found(count) == {}, dict(count.examples)
    assert night.evidence().ledger.acknowledged == 28
    assert check_files([night.logs], (MARK,), count) == 0


async def test_each_damage_in_the_database_is_counted_in_its_column(place: Place, streams: Streams, tmp_path: Path) -> None:
    async with a_night(place, streams, tmp_path) as whole:
        pass
    for damage, (column, statement) in IN_SQL.items():
        async with whole.copied() as night:
            await night.damage(statement)
            assert found(await check(night.evidence(views=column == NOT_REBUILT))).get(column), damage


async def test_a_consumer_that_nobody_leads_is_made_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch, leaderless = JetStreamContext.PullSubscription.fetch, [ServiceUnavailableError(), ServiceUnavailableError()]

    async def sometimes(self: JetStreamContext.PullSubscription, *args: Any, **given: Any) -> list[Msg]:
        if leaderless:
            raise leaderless.pop()
        return await fetch(self, *args, **given)

    monkeypatch.setattr(JetStreamContext.PullSubscription, "fetch", sometimes)
    assert found(await check(night.evidence(views=False))) == {}
    assert not leaderless


async def test_damage_in_the_streams_is_counted(night: Night) -> None:
    events = await night.history.read("intake")
    await night.publish(events[0])
    assert found(await check(night.evidence(views=False))) == {DOUBLED: 1, UNLIKE: 1}
    await night.publish(events[-1], position=99)
    assert UNLIKE in found(await check(night.evidence(views=False)))
    await night.publish(events[-1], position=50)
    assert REORDERED in found(await check(night.evidence(views=False)))


async def test_a_stream_that_lost_a_message_is_counted(night: Night) -> None:
    await night.streams.make("INTAKE")
    for logged in (await night.history.read("intake"))[:-1]:
        await night.publish(logged)
    assert found(await check(night.evidence(views=False))) == {UNLIKE: 2}


async def test_a_stranger_who_got_something_is_counted(night: Night) -> None:
    for status in (200, 201, 409):
        night.receipts.append(replace(night.receipts[-1], kind=STRANGER, status=status))
    assert found(await check(night.evidence(views=False))) == {WRONG_AGENCY: 3}


async def test_two_receipts_for_one_key_are_counted(night: Night) -> None:
    night.receipts.append(replace(night.receipts[0], ids=night.receipts[1].ids))
    assert DOUBLED in found(await check(night.evidence(views=False)))


async def test_poison_that_was_swallowed_is_counted(night: Night) -> None:
    night.poison = frozenset({night.receipts[0].ids[0]})
    assert found(await check(night.evidence(views=False))) == {QUARANTINE: 1}


@pytest.mark.parametrize("alarmed", [True, False])
async def test_poison_in_quarantine_counts_only_without_its_alarm(night: Night, alarmed: bool) -> None:
    columns = "(originator_id, originator_version, topic, state)"
    await night.damage(f"INSERT INTO intake.stored_events {columns} VALUES (gen_random_uuid(), 1, 'Nothing.v1', 'nothing')")
    poisoned = (await night.history.read("intake"))[-1]
    await night.publish(poisoned)
    place = f"'board', 'intake', {poisoned.position}, '{poisoned.stream}'"
    await night.damage(f"INSERT INTO projections.quarantine VALUES ({place}, 'Nothing.v1', 'UnknownEvent')")
    night.poison = frozenset({str(poisoned.stream)})
    if alarmed:
        line = f'{{"store": "intake", "position": {poisoned.position}, "event": "event in quarantine"}}\n'
        (night.logs / "projector.log").write_text(line)
    assert found(await check(night.evidence(views=False))).get(QUARANTINE, 0) == (not alarmed)


def test_a_canary_in_a_file_is_found_in_every_spelling(tmp_path: Path) -> None:
    for number, hidden in enumerate((MARK.encode(), MARK.encode().hex().encode(), b"eHh4" + b"a2FuYXJpZWZhZ2Vsb3Jk")):
        (tmp_path / str(number)).write_bytes(b"x" * 100 + hidden)
        count = Count()
        check_files([tmp_path], (MARK,), count)
        assert count.numbers[CANARY] == number + 1


def test_every_column_is_proved_here() -> None:
    assert {column for column, _ in IN_SQL.values()} == set(COLUMNS)
