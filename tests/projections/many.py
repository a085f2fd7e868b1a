"""A long history made from a short one: its streams again and again under other ids, written by COPY."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid5

import asyncpg

from services.kit.eventlog import STORES
from tests.place import Place

COLUMNS = ("notification_id", "originator_id", "originator_version", "topic", "state")
EVENTS = f"SELECT {', '.join(COLUMNS)} FROM {{store}}.stored_events ORDER BY notification_id"
ID = re.compile(rb'"id":"([0-9a-f-]{36})"')
AFTER = re.compile(rb'"after":"(\w+):(\d+)"')

Event = tuple[int, UUID, int, str, bytes]


async def multiply(place: Place, times: int) -> dict[str, int]:
    """Writes everything in the place's stores `times` times more, sealed as it is. Gives how many events each store then has."""
    short = {store: [tuple(row) for row in await place.fetch(EVENTS.format(store=store))] for store in STORES}
    connection = await asyncpg.connect(place.admin_dsn)
    try:
        for store, events in short.items():
            copies = (again for n in range(1, times + 1) for again in _again(store, events, n, {s: len(e) for s, e in short.items()}))
            await connection.copy_records_to_table("stored_events", schema_name=store, columns=COLUMNS, records=copies)
            if events:
                await connection.execute(f"SELECT setval('{store}.stored_events_notification_id_seq', {len(events) * (times + 1)})")
            await connection.execute(f"ANALYZE {store}.stored_events")
    finally:
        await connection.close()
    return {store: len(events) * (times + 1) for store, events in short.items()}


def _again(store: str, events: list[Event], n: int, length: dict[str, int]) -> Iterator[Event]:
    """The nth copy: every stream and every event under an id of its own, causes at their new positions."""

    def moved(found: re.Match[bytes]) -> bytes:
        return b'"after":"%b:%d"' % (found[1], int(found[2]) + n * length[found[1].decode()])

    for position, stream, revision, topic, state in events:
        other = uuid5(stream, str(n))
        here = state.replace(str(stream).encode(), str(other).encode())
        here = ID.sub(lambda found: b'"id":"%b"' % str(uuid5(UUID(found[1].decode()), str(n))).encode(), here, 1)
        yield position + n * length[store], other, revision, topic, AFTER.sub(moved, here, 1)
