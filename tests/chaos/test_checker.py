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

from tests.chaos.canaries import Canaries
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
from tests.chaos.receipts import ADVISED, STRANGER
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
GONE, GONE_IN_INTAKE = "DELETE FROM liaison.stored_events WHERE", "DELETE FROM intake.stored_events WHERE"
PRIVATELY = "convert_from(state, 'UTF8') LIKE '%privatpersoner%'"
SISTER = "(SELECT referral FROM projections.board WHERE reference = 'TEST-0022' LIMIT 1)"
SHOWN_TO_PRIVATE = """INSERT INTO projections.receipts SELECT (t).* FROM (SELECT json_populate_record(r, json_build_object('referral',
    (SELECT referral FROM projections.board WHERE reference = 'TEST-0024'), 'kind', 'private', 'agency', 'privatpersoner')) AS t
    FROM projections.receipts r LIMIT 1) made"""
DECIDED_KEY = """INSERT INTO keyring.wrapped_key SELECT stream, audience, 'polisen', wrapped FROM keyring.wrapped_key
    WHERE audience = 'social-services' AND stream = (SELECT referral FROM projections.board WHERE reference = 'TEST-0023')"""
WORK = "UPDATE projections.board SET {} WHERE reference = 'TEST-0023'"
CALL = "UPDATE projections.scenes SET {} WHERE relation = 'to_answer' AND cardinality(age_bands) = 2"
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
    "a private person's referral is gone from the store": (LOST, f"{GONE_IN_INTAKE} topic = 'ReferralReceived.v1' AND {PRIVATELY}"),
    "a private person's referral is gone from its receiver's board": (LOST, "DELETE FROM projections.board WHERE reference = 'TEST-0024'"),
    "a private person's referral is shown to who sent it": (WRONG_AGENCY, SHOWN_TO_PRIVATE),
    "a decision on a police report is gone": (LOST, f"{GONE} topic = 'PoliceReportDecided.v1'"),
    "a decision was made that nobody asked for": (DOUBLED, f"{AGAIN} topic = 'PoliceReportDecided.v1' LIMIT 1"),
    "a decision without reasons is in no queue": (LOST, "DELETE FROM projections.missing_reasons WHERE what = 'police_report'"),
    "reasons that were given are asked for again": (LOST, f"{GONE} topic = 'ReasonsGiven.v1'"),
    "a report meeting is gone": (LOST, f"{GONE} topic = 'ReportMeetingRecorded.v1'"),
    "a call to the prosecutor is gone": (LOST, f"{GONE} topic = 'ProsecutorNotified.v1'"),
    "a prosecutor's answer is gone": (LOST, f"{GONE} topic = 'ProsecutorConsulted.v1'"),
    "an answer to several signals is gone": (LOST, f"{GONE} topic = 'QuietSignalAnswered.v1'"),
    "the board forgot what the signals meant": (LOST, WORK.format("bearing = NULL")),
    "the board says that nobody has a case": (LOST, WORK.format("taken_by = NULL")),
    "the board says that somebody else has a case": (REORDERED, WORK.format("taken_by = gen_random_uuid()")),
    "a report is still to be decided on the board": (LOST, WORK.format("todo = '{police}'")),
    "a case was taken that nobody took": (DOUBLED, f"{AGAIN} topic = 'CaseTaken.v1' LIMIT 1"),
    "a sister stayed behind": (LOST, f"{GONE} topic = 'HandoverAccepted.v1' AND originator_id = {SISTER}"),
    "a handover ended otherwise in a view": (LOST, "UPDATE projections.handovers SET outcome = 'waiting' WHERE outcome = 'withdrawn'"),
    "a sister's keys were handed on without a row": (
        UNLOGGED,
        f"DELETE FROM keyring.read_log WHERE stream = {SISTER} AND action = 'grant'",
    ),
    "who reported may open what was decided": (WRONG_AGENCY, DECIDED_KEY),
    "what the patrol wrote more is gone": (LOST, f"{GONE} topic = 'SceneCallAmended.v1'"),
    "a child's card is gone": (LOST, f"{GONE} topic = 'SceneChildRecorded.v1'"),
    "a time was noted twice": (DOUBLED, f"{AGAIN} topic = 'SceneTimeNoted.v1' LIMIT 1"),
    "a child spoken with stands at another's place": (
        REORDERED,
        CALL.format("spoken_with_at = ARRAY[spoken_with_at[2], spoken_with_at[1]]"),
    ),
    "a call's view forgot who answered it": (LOST, CALL.format("taken_by = NULL")),
    "the patrol sees what came of it": (WRONG_AGENCY, "UPDATE projections.scenes SET outcomes = '{talks}' WHERE relation = 'called'"),
    "a call forgot the referral that was made of it": (LOST, f"{GONE} topic = 'SceneReferralLinked.v1'"),
    "a call shows a referral at another child": (LOST, CALL.format("referrals = ARRAY[referrals[2], referrals[1]]")),
    "a call was linked twice": (DOUBLED, f"{AGAIN} topic = 'SceneReferralLinked.v1' LIMIT 1"),
    "a consultation forgot the referral that was made of it": (LOST, f"{GONE} topic = 'ConsultationBecameReferral.v1'"),
    "a consultation became a referral twice": (DOUBLED, f"{AGAIN} topic = 'ConsultationBecameReferral.v1' LIMIT 1"),
    "who answered sees the referral's code": (
        WRONG_AGENCY,
        "UPDATE projections.consultations SET referral_code = 'TEST-0025' WHERE relation = 'to_answer' AND became_referral_at IS NOT NULL",
    ),
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
    assert night.evidence().ledger.acknowledged == 66
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


async def test_advice_that_did_not_come_along_is_counted(night: Night) -> None:
    night.receipts = [replace(each, found=tuple(name for name in each.found if name != ADVISED)) for each in night.receipts]
    assert found(await check(night.evidence(views=False))) == {LOST: 1}


async def test_a_decision_that_should_owe_its_reasons_and_does_not_is_counted(night: Night) -> None:
    said = [replace(each, owes="police_report") if each.what == "openings" else each for each in night.receipts]
    night.receipts = [replace(each, what="police-report-decisions") if each.owes and each.what == "openings" else each for each in said]
    assert found(await check(night.evidence(views=False))).get(LOST)


async def test_a_referral_that_names_another_origin_is_counted(night: Night) -> None:
    night.receipts = [replace(each, origin="") for each in night.receipts]
    assert LOST in found(await check(night.evidence(views=False)))


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


@pytest.mark.parametrize("text", [Canaries.of(3).address, Canaries.of(3).forwarded, f"Mozilla/5.0 ({Canaries.of(3).mark}agent)"])
def test_from_where_a_private_person_wrote_is_found_in_a_log(tmp_path: Path, text: str) -> None:
    (tmp_path / "intake.log").write_text(f'{{"event": "asked", "by": "{text}"}}\n')
    count = Count()
    check_files([tmp_path], Canaries.of(3).texts, count)
    assert count.numbers[CANARY]


def test_every_column_is_proved_here() -> None:
    assert {column for column, _ in IN_SQL.values()} == set(COLUMNS)
