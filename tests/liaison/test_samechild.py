"""Which referrals came before about the same child, on the real database: written with the event, read by the policies alone."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.case import ReferralRegistered
from contracts.event import REPORTER
from contracts.signals import QuietSignalRaised
from deploy import postgres
from deploy.postgres.migrate import LOGINS, OWNER
from services.kit.commands import create, recorded
from services.kit.eventlog import log_pool
from services.kit.groupcommit import Likeness, VersionConflict
from services.liaison.likeness import MOST
from services.liaison.samechild import BEFORE, SameChild
from tests.place import Place
from tests.projections.history import JOUR, NIGHT, History, by, history_in, referral

CHILD, OTHER_CHILD = b"c" * 32, b"d" * 32


def like(stream: UUID, child: bytes | None = CHILD, text: bytes | None = None, agency: str = "polisen") -> Likeness:
    """By what this referral is known again; its words are its own unless said."""
    return Likeness(stream, child, text or stream.bytes * 2, agency, NIGHT)


async def sent(history: History, *likenesses: Likeness) -> list[UUID]:
    """Intake stores a referral by each, one after the other."""
    for each in likenesses:
        event = referral().model_copy(update={"from_agency": each.from_agency})
        holders = {(each.stream, REPORTER): frozenset(("polisen", JOUR))}
        await history.intake.save(recorded(each.stream, 0, [event], by(each.from_agency, "unit")), holders, fresh=True, likenesses=[each])
    return [each.stream for each in likenesses]


@asynccontextmanager
async def asking(place: Place) -> AsyncIterator[SameChild]:
    async with await log_pool(place.dsn("nattljus_policies")) as pool:
        yield SameChild(pool)


async def test_what_came_before_about_the_same_child_is_found_in_the_order_it_came(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        first, stranger, second, third = await sent(
            history, like(uuid4()), like(uuid4(), OTHER_CHILD), like(uuid4(), agency="region-stockholm"), like(uuid4())
        )
        found = await same.before([first, stranger, second, third])
    assert {stream: [each.stream for each in signals] for stream, signals in found.items()} == {second: [first], third: [first, second]}
    assert [(each.from_agency, each.same_child, each.same_text) for each in found[third]] == [
        ("polisen", True, False),
        ("region-stockholm", True, False),
    ]


async def test_who_has_no_number_is_known_by_the_same_words_alone(place: Place) -> None:
    words = b"w" * 32
    async with history_in(place) as history, asking(place) as same:
        unknown, again, named, other = await sent(
            history, like(uuid4(), None, words), like(uuid4(), None, words), like(uuid4(), CHILD, words), like(uuid4(), OTHER_CHILD, words)
        )
        found = await same.before([again, named, other])
    assert [(each.stream, each.same_child) for each in found[again]] == [(unknown, False)]
    assert [each.stream for each in found[named]] == [unknown, again]
    assert [each.stream for each in found[other]] == [unknown, again], "two numbers are two children, whatever was written"


async def test_without_words_a_child_is_known_again_and_two_without_either_are_not_alike(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        first, second = await sent(history, replace(like(uuid4()), text_key=None), replace(like(uuid4()), text_key=None))
        found = await same.before([second])
        with pytest.raises(asyncpg.CheckViolationError):
            await sent(history, Likeness(uuid4(), None, None, "polisen", NIGHT))
    assert [(each.stream, each.same_child, each.same_text) for each in found[second]] == [(first, True, False)]


AS_IT_WAS = """
DROP TABLE intake.same_child;
CREATE TABLE intake.same_child (
    stream uuid PRIMARY KEY,
    child_key bytea CHECK (octet_length(child_key) = 32),
    text_key bytea NOT NULL CHECK (octet_length(text_key) = 32),
    from_agency text NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX same_child_child ON intake.same_child (child_key, received_at) WHERE child_key IS NOT NULL;
CREATE INDEX same_child_text ON intake.same_child (text_key, received_at);
GRANT INSERT ON intake.same_child TO nattljus_intake;
GRANT SELECT ON intake.same_child TO nattljus_policies;
"""
"""The table before private persons could tell."""


async def test_a_database_that_wanted_words_of_everyone_keeps_what_it_has_and_takes_a_child_without_words(place: Place) -> None:
    migration = (Path(postgres.__file__).parent / "045_same_child.sql").read_text("utf-8")
    owner = await asyncpg.connect(place.dsn(OWNER))
    try:
        await owner.execute(AS_IT_WAS)
        async with history_in(place) as history, asking(place) as same:
            [before] = await sent(history, like(uuid4()))
            for _ in range(2):
                await owner.execute(migration)
            [after] = await sent(history, replace(like(uuid4()), text_key=None))
            with pytest.raises(asyncpg.CheckViolationError):
                await sent(history, Likeness(uuid4(), None, None, "polisen", NIGHT))
            found = await same.before([after])
    finally:
        await owner.close()
    assert [each.stream for each in found[after]] == [before]


async def test_nothing_is_known_of_who_stands_alone_or_is_asked_for_in_vain(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        [alone] = await sent(history, like(uuid4()))
        assert await same.before([alone, uuid4()]) == {}
        assert await same.before([]) == {}


async def test_of_two_sent_at_once_the_later_one_knows_the_earlier(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        pair = await asyncio.gather(*(sent(history, like(uuid4())) for _ in range(2)))
        streams = [stream for each in pair for stream in each]
        found = await same.before(streams)
        order = [each.stream for each in await history.read("intake")]
    assert {stream: [each.stream for each in signals] for stream, signals in found.items()} == {order[1]: [order[0]]}


async def test_of_very_many_the_latest_are_found(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        times = [NIGHT + timedelta(minutes=minute) for minute in range(MOST + 3)]
        streams = await sent(history, *(replace(like(uuid4()), received_at=at) for at in times))
        found = await same.before(streams[-1:])
    assert [each.stream for each in found[streams[-1]]] == streams[-1 - MOST : -1]


async def test_those_that_came_since_are_not_even_looked_at(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        first, second = await sent(history, like(uuid4()), like(uuid4()))
        since = "SELECT gen_random_uuid(), $1, sha256(n::text::bytea), 'polisen', now() FROM generate_series(1, 5000) n"
        columns = "(stream, child_key, text_key, from_agency, received_at)"
        await place.fetch(f"INSERT INTO intake.same_child {columns} {since}", CHILD)
        await place.fetch("ANALYZE intake.same_child")
        [told] = await place.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {BEFORE}", [second], MOST)
        found = await same.before([second])
    assert [each.stream for each in found[second]] == [first]
    assert json.loads(told[0])[0]["Plan"]["Shared Hit Blocks"] < 40, "pages: by the time they came in, it would be thousands"


async def test_what_is_refused_leaves_no_trace_and_takes_nobody_along(place: Place) -> None:
    async with history_in(place) as history:
        [taken] = await sent(history, like(uuid4()))
        again, beside = like(taken, OTHER_CHILD), like(uuid4())
        outcomes = await asyncio.gather(sent(history, again), sent(history, beside), return_exceptions=True)
    assert isinstance(outcomes[0], VersionConflict)
    assert outcomes[1] == [beside.stream]
    rows = await place.fetch("SELECT stream, child_key FROM intake.same_child")
    assert {tuple(row) for row in rows} == {(taken, CHILD), (beside.stream, CHILD)}


async def test_a_request_sent_twice_is_one_referral_and_one_row(place: Place) -> None:
    stream = uuid4()
    holders = {(stream, REPORTER): frozenset(("polisen", JOUR))}
    async with history_in(place) as history:
        whole = recorded(stream, 0, [referral()], by("polisen", "unit"))
        for _ in range(2):
            await create(history.intake, stream, whole, holders, (like(stream),))
    assert await place.value("SELECT count(*) FROM intake.same_child") == 1


async def test_the_third_signal_of_two_agencies_is_raised_once_with_what_came_before(place: Place) -> None:
    async with history_in(place) as history:
        first, second, third = await sent(history, like(uuid4()), like(uuid4(), agency="region-stockholm"), like(uuid4()))
        await history.policies()
        await history.policies()
        told: dict[UUID, list[object]] = {}
        for each in await history.read("liaison"):
            told.setdefault(each.stream, []).append(each.event)
    raised = [(stream, event) for stream, events in told.items() for event in events if isinstance(event, QuietSignalRaised)]
    assert [stream for stream, _ in raised] == [third]
    registered = cast("Sequence[ReferralRegistered]", [told[stream][0] for stream in (first, second, third)])
    assert [each.earlier for each in registered] == [(), (first,), (first, second)]


async def test_when_a_childs_rows_are_deleted_nobody_is_known_again(place: Place) -> None:
    async with history_in(place) as history, asking(place) as same:
        first, second = await sent(history, like(uuid4()), like(uuid4()))
        await place.fetch("DELETE FROM intake.same_child WHERE stream = $1", first)
        assert await same.before([second]) == {}


@pytest.mark.parametrize("login", sorted(LOGINS))
async def test_intake_writes_and_cannot_look_and_the_policies_look_and_cannot_write(place: Place, login: str) -> None:
    may = {
        "SELECT * FROM intake.same_child": {"nattljus_policies"},
        f"INSERT INTO intake.same_child VALUES ('{uuid4()}', NULL, sha256('x'), 'polisen', now())": {"nattljus_intake"},
        "UPDATE intake.same_child SET child_key = NULL": set[str](),
        "DELETE FROM intake.same_child": set[str](),
    }
    connection = await asyncpg.connect(place.dsn(login))
    try:
        for statement, allowed in may.items():
            if login in allowed or login == "nattljus_owner":
                await connection.execute(statement)
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
