"""Who is silent and who is stuck: told of while it lasts, and never for being idle."""

import time

import asyncpg

from services.kit.eventlog import EventLog
from services.kit.heartbeat import Heart
from services.reconciler.alarms import Alarms
from services.reconciler.liveness import EXPECTED, Liveness, Progress, silent
from tests.place import Place
from tests.reconciler.keeping import write

OPEN = "SELECT code, subject FROM operations.alarm WHERE closed_at IS NULL ORDER BY 1, 2"
TAILS = {"intake": 10}


def test_who_stands_at_the_end_of_its_store_is_idle_for_as_long_as_it_likes() -> None:
    progress = Progress()
    assert [progress.stuck({("projector", "intake"): 10}, TAILS, now) for now in (0.0, 1000.0, 9000.0)] == [{}, {}, {}]


def test_who_is_behind_and_does_not_move_for_a_minute_is_stuck() -> None:
    progress = Progress()
    behind = {("view board", "intake"): 4}
    assert progress.stuck(behind, TAILS, 0) == {}
    assert progress.stuck(behind, TAILS, 59) == {}
    assert progress.stuck(behind, TAILS, 61) == {"view board intake": "at 4, the store at 10, for 61 s"}
    assert progress.stuck({("view board", "intake"): 5}, TAILS, 62) == {}
    assert progress.stuck({("view board", "intake"): 5}, TAILS, 121) == {}
    assert progress.stuck({("view board", "intake"): 10}, TAILS, 200) == {}


def test_who_was_idle_before_gets_its_minute_when_something_comes() -> None:
    progress = Progress()
    assert progress.stuck({("relay", "intake"): 10}, TAILS, 0) == {}
    assert progress.stuck({("relay", "intake"): 10}, {"intake": 11}, 1000) == {}
    assert progress.stuck({("relay", "intake"): 10}, {"intake": 11}, 1061) != {}


def test_an_old_sign_and_a_missing_one_are_told_apart() -> None:
    ages = dict.fromkeys(EXPECTED, 2.0) | {("relay", "liaison"): 20.0, ("relay", "intake standby"): 16.0}
    del ages["policies", "intake"]
    assert silent(ages) == {
        "relay liaison": "no sign of life for 20 s",
        "relay intake standby": "no sign of life for 16 s",
        "policies intake": "no sign of life",
    }


async def test_a_silent_process_is_an_alarm_until_it_gives_a_sign(place: Place) -> None:
    pool = await asyncpg.create_pool(place.dsn("nattljus_reconciler"), min_size=1, max_size=2)
    await write(place, 3)
    liveness = Liveness(pool, {store: EventLog(pool, store) for store in ("intake", "liaison")}, Alarms(pool))
    began = time.monotonic()
    await liveness.look(began)
    assert await place.fetch(OPEN) == []  # everybody gets the time for a first sign
    await liveness.look(began + 16)
    assert {row["subject"] for row in await place.fetch(OPEN)} == {f"{process} {store}" for process, store in EXPECTED}
    hearts = {process: Heart(place.dsn(f"nattljus_{process}"), process) for process, _ in EXPECTED}
    for process, store in EXPECTED:
        hearts[process].pulse(store).beat(3 if store == "intake" else 0)
    for heart in hearts.values():
        await heart.write()
    await liveness.look(began + 17)
    assert await place.fetch(OPEN) == []
    await write(place, 1)
    await liveness.look(began + 18)
    await liveness.look(began + 79)
    stuck = [tuple(row) for row in await place.fetch(OPEN)]
    for heart in hearts.values():
        heart.close()
    assert stuck == [("stuck", f"{process} intake") for process in ("policies", "projector", "relay", "watchdog")]
    await pool.close()


async def test_what_waits_in_quarantine_is_an_alarm_until_it_is_taken(place: Place) -> None:
    pool = await asyncpg.create_pool(place.dsn("nattljus_reconciler"), min_size=1, max_size=2)
    liveness = Liveness(pool, {store: EventLog(pool, store) for store in ("intake", "liaison")}, Alarms(pool))
    stream = "'00000000-0000-4000-8000-000000000001'"
    await place.fetch(
        f"INSERT INTO liaison.quarantine VALUES ('intake', 5, {stream}, 'ReferralReceived.v1', 'ValidationError'),"
        f" ('liaison', 2, {stream}, 'X.v1', 'waits behind an event in quarantine')"
    )
    await place.fetch(f"INSERT INTO projections.quarantine VALUES ('board', 'intake', 5, {stream}, 'ReferralReceived.v1', 'ValueError')")
    await liveness.look(0)
    assert [tuple(row) for row in await place.fetch(OPEN)] == [("quarantine", "board intake:5"), ("quarantine", "policies intake:5")]
    await place.fetch("DELETE FROM liaison.quarantine")
    await liveness.look(1)
    assert [tuple(row) for row in await place.fetch(OPEN)] == [("quarantine", "board intake:5")]
    await pool.close()
