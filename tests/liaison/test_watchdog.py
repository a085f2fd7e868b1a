"""The watchdog on real parts: what is late is said once, whoever else watches and however often it falls, and it does nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.kit.process import through_outages
from services.liaison.watchdog import work
from tests.place import Place, until
from tests.projections.history import JOUR, JOUR_UNIT, History, history_in, referral
from tests.proxy import Proxy
from tests.reconciler.keeping import at_work

pytestmark = pytest.mark.usefixtures("streams")

LOGIN = "nattljus_watchdog"
SAID = "SELECT count(*) FROM liaison.stored_events WHERE topic LIKE 'ReferralStalled.%'"
PASSED = "SELECT count(*) FROM liaison.running_limit WHERE look_at <= clock_timestamp()"
SIGNS = "SELECT subject FROM operations.heartbeat WHERE process = 'watchdog' AND at > clock_timestamp() - interval '5 s' ORDER BY 1"
LAST = "SELECT (SELECT max(position) FROM liaison.watch_position WHERE store = $1) = (SELECT max(notification_id) FROM {}.stored_events)"


@asynccontextmanager
async def watching(place: Place, proxy: Proxy | None = None) -> AsyncIterator[None]:
    """The whole process, in this one."""
    async with at_work(through_outages(work, place.settings(LOGIN, "watchdog", database_proxy=proxy))):
        yield


async def late(history: History, minutes: int = 20) -> UUID:
    """A referral that came in so long ago and that nobody has opened."""
    stream = await history.receives(referral().model_copy(update={"received_at": datetime.now(UTC) - timedelta(minutes=minutes)}))
    await history.policies()
    return stream


async def said(place: Place, times: int) -> bool:
    return await place.value(SAID) == times


async def nothing_left(place: Place) -> bool:
    """Whether everything is followed and everything that has passed is looked at."""
    followed = [await place.value(LAST.format(store), store) for store in ("intake", "liaison")]
    return followed == [True, True] and await place.value(PASSED) == 0


async def test_what_is_late_is_said_once_by_two_that_watch_and_by_one_that_knows_nothing_any_more(place: Place) -> None:
    async with history_in(place) as history:
        await late(history)
        async with watching(place), watching(place):
            await until(lambda: said(place, 1))
            await until(lambda: nothing_left(place))
        await place.fetch("TRUNCATE liaison.running_limit, liaison.watch_position")
        async with watching(place):
            await until(lambda: nothing_left(place))
        assert await said(place, 1)
        [stalled] = [each for each in await history.read("liaison") if each.topic.startswith("ReferralStalled")]
        assert (stalled.whole.agency, stalled.whole.unit) == (JOUR, JOUR_UNIT)


async def test_the_table_says_only_where_to_look_and_the_case_whether_it_is_late(place: Place) -> None:
    async with history_in(place) as history:
        await late(history, minutes=1)
        async with watching(place):
            await until(lambda: nothing_left(place))
        assert await said(place, 0)
        await place.fetch("UPDATE liaison.running_limit SET look_at = now() WHERE step = 'seen'")
        async with watching(place):
            await until(lambda: nothing_left(place))
        assert await said(place, 0)


async def test_it_outlives_its_database_and_says_then_what_became_late(place: Place) -> None:
    async with history_in(place) as history, Proxy(place.dsn(LOGIN)) as proxy, watching(place, proxy):
        await late(history, minutes=1)
        await until(lambda: nothing_left(place))
        await proxy.down()
        await late(history, minutes=40)
        await proxy.up()
        await until(lambda: said(place, 2))


async def test_each_of_its_loops_gives_signs_of_life(place: Place) -> None:
    async def alive() -> bool:
        return [row["subject"] for row in await place.fetch(SIGNS)] == ["intake", "liaison", "limits"]

    async with watching(place):
        await until(alive)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM intake.same_child",
        "SELECT * FROM keyring.wrapped_key",
        "SELECT * FROM keyring.read_log",
        "SELECT * FROM projections.board",
        "SELECT * FROM portal.session",
        "INSERT INTO keyring.stream_key VALUES (gen_random_uuid(), 'reporter', '')",
        "INSERT INTO keyring.wrapped_key VALUES (gen_random_uuid(), 'reporter', 'socialjouren', '')",
        "DELETE FROM liaison.stored_events",
        "DELETE FROM liaison.watch_position",
        "DELETE FROM liaison.quarantine",
        "INSERT INTO intake.stored_events VALUES (gen_random_uuid(), 1, 'x', '')",
    ],
)
async def test_it_may_do_nothing_else_in_the_database(place: Place, statement: str) -> None:
    connection = await asyncpg.connect(place.dsn(LOGIN))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("role", ["nattljus_intake", "nattljus_liaison", "nattljus_policies", "nattljus_projector", "nattljus_portal"])
async def test_nobody_else_touches_what_runs(place: Place, role: str) -> None:
    connection = await asyncpg.connect(place.dsn(role))
    try:
        for statement in ("SELECT * FROM liaison.running_limit", "DELETE FROM liaison.running_limit"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_with_the_bus_away_it_is_only_slower(place: Place) -> None:
    async with history_in(place) as history, Proxy(place.servers.nats) as nats:
        settings = place.settings(LOGIN, "watchdog", nats_proxy=nats)
        await nats.down()
        async with at_work(work(settings)):
            await late(history)
            await until(lambda: said(place, 1), 30)
