"""The order of a store: whoever reads it from behind, while several write, steps over nothing."""

import asyncio
import json
import pickle
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
from eventsourcing.persistence import StoredEvent

from services.kit.eventlog import Logged
from services.kit.groupcommit import GroupCommit
from tests.place import Place, store_log

APPEND = "SELECT intake.append($1,$2,$3,$4,'{}','{}','{}','{}','{}','{}','{}','{}','{}')"
WRITERS, SAVES = 4, 150


def arguments() -> tuple[list[UUID], list[int], list[str], list[bytes]]:
    return [uuid4()], [1], ["UnitClosed.v1"], [b"{}"]


async def test_a_writer_waits_for_the_one_before_it_so_that_no_event_appears_behind_a_reader(place: Place) -> None:
    first, second = [await asyncpg.connect(place.dsn("nattljus_intake")) for _ in range(2)]
    async with store_log(place, "intake") as log:
        slow = first.transaction()
        await slow.start()
        await first.fetch(APPEND, *arguments())
        quick = asyncio.create_task(second.fetch(APPEND, *arguments()))
        await asyncio.sleep(0.3)
        seen = await log.after(0)
        position = seen[-1].position if seen else 0
        await slow.commit()
        await quick
        seen += await log.after(position)
        assert [each.position for each in seen] == [1, 2]
    await first.close()
    await second.close()


async def test_with_several_writers_a_tailing_reader_misses_no_event(place: Place) -> None:
    commits = [GroupCommit(place.dsn("nattljus_intake"), "intake") for _ in range(WRITERS)]
    for commit in commits:
        await commit.start()

    async def write(commit: GroupCommit) -> list[int]:
        positions = []
        for _ in range(SAVES):
            positions += await commit.append([StoredEvent(uuid4(), 1, "UnitClosed.v1", b"{}")])
        return positions

    async with store_log(place, "intake") as log:
        writing = asyncio.gather(*(write(commit) for commit in commits))
        seen: list[int] = []
        position = 0
        while len(seen) < WRITERS * SAVES and not (writing.done() and await log.tail() == position):
            for each in await log.after(position):
                seen.append(each.position)
                assert each.previous == position
                position = each.position
        written = sorted(position for positions in await writing for position in positions)
    for commit in commits:
        await commit.stop()
    assert seen == written


def test_an_event_that_was_read_goes_to_another_process_as_it_was_stored() -> None:
    state = (Path(__file__).parents[1] / "fixtures" / "events" / "UnitClosed.v1.json").read_bytes()
    subject = UUID(json.loads(state)["subject"])
    logged = Logged("liaison", 7, 6, "UnitClosed.v1", subject, state)
    assert logged.event.topic() == logged.topic
    assert logged.envelope.subject == subject
    again = pickle.loads(pickle.dumps(logged))  # noqa: S301  our own
    assert again == logged
    assert again.event == logged.event
