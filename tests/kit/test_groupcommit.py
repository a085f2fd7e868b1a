"""Group commit on a real database: order, conflicts, all or nothing, and what a broken connection may not do to a receipt."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
from eventsourcing.persistence import StoredEvent

from contracts.refusals import Unavailable
from services.kit import groupcommit
from services.kit.groupcommit import GroupCommit, NewKeys, VersionConflict
from tests.place import Place
from tests.proxy import Line, Proxy, lose_answer_to, unchanged

INTAKE = "nattljus_intake"
KEY = bytes(32)

BUSY_SECONDS = 4
"""What a machine that runs other tests beside may take to tell six hundred waiters."""


def event(stream: UUID | str | None = None, revision: int = 1, state: bytes | None = None) -> StoredEvent:
    return StoredEvent(stream or uuid4(), revision, "UnitClosed.v1", state or uuid4().hex.encode())


@asynccontextmanager
async def committing(dsn: str) -> AsyncIterator[GroupCommit]:
    commit = GroupCommit(dsn, "intake")
    await commit.start()
    try:
        yield commit
    finally:
        await commit.stop()


async def stored(place: Place) -> list[tuple[int, UUID, bytes]]:
    rows = await place.fetch("SELECT notification_id, originator_id, state FROM intake.stored_events ORDER BY notification_id")
    return [(row[0], row[1], row[2]) for row in rows]


async def test_saves_made_at_once_share_commits_and_get_their_positions_in_order(place: Place) -> None:
    saves = [[event() for _ in range(1 + n % 3)] for n in range(500)]
    async with committing(place.dsn(INTAKE)) as commit:
        positions = await asyncio.gather(*(commit.append(events) for events in saves))
    given = [
        (position, each.originator_id, each.state)
        for at, save in zip(positions, saves, strict=True)
        for position, each in zip(at, save, strict=True)
    ]
    assert given == await stored(place)
    assert await place.value("SELECT count(DISTINCT xmin::text) FROM intake.stored_events") == 3


async def test_nobody_waits_for_the_database_to_analyse_or_vacuum_the_events(place: Place) -> None:
    async with committing(place.dsn(INTAKE)) as commit:
        housekeeping = await asyncpg.connect(place.admin_dsn)
        async with housekeeping.transaction():
            await housekeeping.execute("LOCK TABLE intake.stored_events IN SHARE UPDATE EXCLUSIVE MODE")  # what both of them hold
            async with asyncio.timeout(BUSY_SECONDS):
                assert await commit.append([event()]) == [1]
        await housekeeping.close()


async def test_a_saver_who_goes_away_takes_nobody_along(place: Place) -> None:
    saves = [event() for _ in range(9)]
    async with committing(place.dsn(INTAKE)) as commit:
        waiting = [asyncio.create_task(commit.append([each])) for each in saves]
        await asyncio.sleep(0)
        waiting[4].cancel()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers.pop(4), asyncio.CancelledError)
    found: dict[UUID | str, int] = {stream: position for position, stream, _ in await stored(place)}
    assert answers == [[found[each.originator_id]] for n, each in enumerate(saves) if n != 4]


async def test_a_version_conflict_refuses_only_the_one_that_came_second(place: Place) -> None:
    taken = event()
    saves = [[event()], [event(taken.originator_id)], [event()], [event(taken.originator_id)], [event()]]
    async with committing(place.dsn(INTAKE)) as commit:
        await commit.append([taken])
        outcomes = await asyncio.gather(*(commit.append(events) for events in saves), return_exceptions=True)
    assert [isinstance(outcome, VersionConflict) for outcome in outcomes] == [False, True, False, True, False]
    assert [state for _, _, state in await stored(place)] == [taken.state, saves[0][0].state, saves[2][0].state, saves[4][0].state]


async def test_of_two_in_one_group_the_first_wins(place: Place) -> None:
    first, second = event(), event()
    async with committing(place.dsn(INTAKE)) as commit:
        outcomes = await asyncio.gather(
            commit.append([first]), commit.append([second, event(first.originator_id)]), commit.append([event()]), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [list, VersionConflict, list]
    assert second.originator_id not in {stream for _, stream, _ in await stored(place)}


async def test_a_storm_of_repetitions_costs_the_others_nothing_but_a_try(place: Place) -> None:
    taken = [event() for _ in range(40)]
    async with committing(place.dsn(INTAKE)) as commit:
        await commit.append(taken)
        saves = [[event(each.originator_id)] if number % 3 else [event()] for number, each in enumerate(taken)]
        outcomes = await asyncio.gather(*(commit.append(events) for events in saves), return_exceptions=True)
    assert [isinstance(outcome, VersionConflict) for outcome in outcomes] == [bool(number % 3) for number in range(40)]
    rows = await stored(place)
    assert [state for _, _, state in rows[40:]] == [saves[number][0].state for number in range(0, 40, 3)]
    assert await place.value("SELECT count(DISTINCT xmin::text) FROM intake.stored_events") == 2


async def test_a_hundred_of_one_place_are_one_event_and_ninety_nine_conflicts(place: Place) -> None:
    stream = uuid4()
    async with committing(place.dsn(INTAKE)) as commit:
        appended = [commit.append([event(stream)]) for _ in range(100)]
        outcomes = await asyncio.gather(*appended, commit.append([event()]), return_exceptions=True)
    assert [isinstance(outcome, VersionConflict) for outcome in outcomes] == [False, *[True] * 99, False]
    assert len(await stored(place)) == 2


@pytest.mark.parametrize("fault", ["taken revision", "key of the wrong length", "position already followed"])
async def test_events_keys_and_the_upstream_position_are_stored_together_or_not_at_all(place: Place, fault: str) -> None:
    taken, fresh, stream = event(), event(), uuid4()
    keys = NewKeys(((stream, "reporter", KEY),), ((stream, "reporter", "polisen", b"wrapped"),))
    if fault == "key of the wrong length":
        keys += NewKeys(((uuid4(), "reporter", KEY[1:]),))
    async with committing(place.dsn("nattljus_intake")) as commit:
        await commit.append([taken], upstream=("liaison", 5))
        with pytest.raises(Exception, match=r"."):
            await commit.append(
                [fresh, event(taken.originator_id)] if fault == "taken revision" else [fresh],
                keys,
                ("liaison", 5 if fault == "position already followed" else 6),
            )
        assert [state for _, _, state in await stored(place)] == [taken.state]
        assert await place.value("SELECT count(*) FROM keyring.stream_key") == 0
        assert await place.value("SELECT count(*) FROM keyring.wrapped_key") == 0
        assert await place.value("SELECT notification_id FROM intake.notification_tracking WHERE application_name = 'liaison'") == 5
        good = NewKeys(((stream, "reporter", KEY),), ((stream, "reporter", "polisen", b"wrapped"),))
        await commit.append([fresh], good, ("liaison", 6))
    assert len(await stored(place)) == 2
    assert await place.value("SELECT wrapped FROM keyring.wrapped_key WHERE stream = $1 AND agency = 'polisen'", stream) == b"wrapped"
    assert await place.value("SELECT notification_id FROM intake.notification_tracking WHERE application_name = 'liaison'") == 6


async def test_a_save_that_the_database_refuses_takes_no_other_with_it(place: Place) -> None:
    wrong = NewKeys(((uuid4(), "reporter", KEY[1:]),))
    async with committing(place.dsn(INTAKE)) as commit:
        outcomes = await asyncio.gather(
            commit.append([event()]), commit.append([event()], wrong), commit.append([event()]), return_exceptions=True
        )
    assert [isinstance(outcome, list) for outcome in outcomes] == [True, False, True]
    assert len(await stored(place)) == 2


async def test_a_commit_whose_answer_is_lost_still_gives_its_position_and_one_event(place: Place) -> None:
    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        await commit.append([event()])
        unlucky = event()
        lost = lose_answer_to(proxy, unlucky.state)
        [position] = await commit.append([unlucky])
        assert lost.is_set()
        [later] = await commit.append([event()])
    assert [(at, state) for at, _, state in await stored(place) if state == unlucky.state] == [(position, unlucky.state)]
    assert later > position


async def test_a_group_whose_answer_is_lost_is_settled_one_by_one(place: Place) -> None:
    taken = event()
    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        await commit.append([taken])
        saves = [[event()] for _ in range(20)]
        lost = lose_answer_to(proxy, saves[10][0].state)
        positions = await asyncio.gather(*(commit.append(events) for events in saves))
        assert lost.is_set()
    assert [(at, state) for at, _, state in await stored(place)][1:] == [
        (at, save[0].state) for [at], save in zip(positions, saves, strict=True)
    ]


async def test_a_connection_lost_while_a_conflict_is_settled_stops_nobody(place: Place) -> None:
    taken = event()

    def cut_after_conflict(line: Line, data: bytes) -> bytes:
        if b"C23505" in data:
            asyncio.get_running_loop().call_soon(line.cut)
        return data

    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        await commit.append([taken])
        proxy.to_client = cut_after_conflict
        with pytest.raises(VersionConflict):
            async with asyncio.timeout(10):
                await commit.append([event(taken.originator_id)])
        async with asyncio.timeout(10):
            await commit.append([event()])


async def test_with_the_database_away_everyone_hears_so_within_seconds_and_nothing_was_acknowledged(place: Place) -> None:
    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        await proxy.down()
        began = time.monotonic()
        early = [asyncio.create_task(commit.append([event()])) for _ in range(300)]
        await asyncio.sleep(2)
        late = [asyncio.create_task(commit.append([event()])) for _ in range(300)]
        heard: list[float] = []
        for task in [*early, *late]:
            with pytest.raises(Unavailable, match="with the same key"):
                await task
            heard.append(time.monotonic() - began)
        assert heard[299] < groupcommit.OUTCOME_SECONDS + BUSY_SECONDS
        assert heard[599] < 2 + groupcommit.OUTCOME_SECONDS + BUSY_SECONDS
        assert await stored(place) == []
        await proxy.up()
        assert len(await commit.append([event()])) == 1
    assert len(await stored(place)) == 1


async def test_a_connection_that_falls_silent_is_given_up_within_seconds_and_the_outcome_found(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groupcommit, "STATEMENT_SECONDS", 0.5)
    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        unlucky = event()

        def silent_from_it_on(_line: Line, data: bytes) -> bytes:
            if unlucky.state in data and not proxy.silent:
                proxy.silent = True
                asyncio.get_running_loop().call_later(0.4, setattr, proxy, "silent", False)
                proxy.to_server = unchanged
            return data

        proxy.to_server = silent_from_it_on
        async with asyncio.timeout(5):
            [position] = await commit.append([unlucky])
    assert [(at, state) for at, _, state in await stored(place)] == [(position, unlucky.state)]


async def test_a_full_queue_refuses_instead_of_growing(place: Place) -> None:
    async with Proxy(place.dsn(INTAKE)) as proxy, committing(place.dsn(INTAKE, proxy)) as commit:
        proxy.silent = True
        waiting = [asyncio.create_task(commit.append([event()]))]
        await asyncio.sleep(0.05)
        waiting += [asyncio.create_task(commit.append([event()])) for _ in range(groupcommit.LONGEST_QUEUE)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="more to store than it can"):
            await commit.append([event()])
        proxy.silent = False
        proxy.cut()
        outcomes = await asyncio.gather(*waiting)
    assert len(outcomes) == len(await stored(place)) == 1 + groupcommit.LONGEST_QUEUE


@pytest.mark.parametrize("when", ["at the start", "at a later connection"])
async def test_a_database_that_acknowledges_before_it_has_written_is_refused(place: Place, when: str) -> None:
    off = f"ALTER ROLE nattljus_intake IN DATABASE {place.database} SET synchronous_commit = off"
    commit = GroupCommit(place.dsn(INTAKE), "intake")
    if when == "at a later connection":
        await commit.start()
    await place.fetch(off)
    if when == "at the start":
        with pytest.raises(Unavailable, match="synchronous_commit off"):
            await commit.start()
        return
    await place.fetch("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'intake group commit'")
    with pytest.raises(Unavailable, match="synchronous_commit off"):
        await commit.append([event()])
    await commit.stop()
    assert await stored(place) == []
