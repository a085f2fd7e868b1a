"""A store with events in it, its relay, and the keeper of its stream, at work in a place."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from services.kit.bus import POSITION, PREVIOUS, STREAM, Bus
from services.kit.eventlog import EventLog, log_pool
from services.kit.heartbeat import Pulse
from services.kit.relay import Relay
from services.kit.streams import Streams as Copies
from services.reconciler.alarms import Alarms
from services.reconciler.ledger import Ledger
from services.reconciler.streamkeeper import StreamKeeper
from tests.place import Place, Streams

APPEND = "SELECT intake.append($1,$2,$3,$4,'{}','{}','{}','{}','{}','{}','{}','{}','{}')"
AGENCIES = ("polisen", "region-stockholm", "farsta")


async def write(place: Place, count: int) -> None:
    """So many events in intake's store, of three agencies in turn, each with bytes of its own."""
    streams = [uuid4() for _ in range(count)]
    states = [
        json.dumps({"id": str(uuid4()), "agency": AGENCIES[n % 3], "subject": str(stream)}).encode() for n, stream in enumerate(streams)
    ]
    connection = await asyncpg.connect(place.dsn("nattljus_intake"))
    await connection.fetch(APPEND, streams, [1] * count, ["UnitClosed.v1"] * count, states)
    await connection.close()


@asynccontextmanager
async def relaying(place: Place) -> AsyncIterator[None]:
    """A relay for intake's store."""
    bus = Bus(place.settings("nattljus_relay", "relay"), "relay")
    try:
        async with at_work(Relay(place.dsn("nattljus_relay"), "intake", bus).run()):
            yield
    finally:
        await bus.close()


@asynccontextmanager
async def keeping(place: Place, seconds: float = 0.5) -> AsyncIterator[None]:
    """The keeper of intake's stream, with a round each so many seconds."""
    settings = place.settings("nattljus_reconciler", "reconciler").model_copy(update={"round_seconds": seconds})
    pool, copies = await log_pool(settings.dsn), Copies(settings, "reconciler")
    keeper = StreamKeeper(EventLog(pool, "intake"), copies, Ledger(pool, "intake"), Alarms(pool), settings, Pulse())
    try:
        async with at_work(keeper.run()):
            yield
    finally:
        await copies.close()
        await pool.close()


@asynccontextmanager
async def at_work(work: Awaitable[None]) -> AsyncIterator[None]:
    """Runs beside the test, and fails it when it fails."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        assert not task.done(), task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def level(place: Place, streams: Streams) -> bool:
    """Whether the stream is the store, event for event, and nothing else."""
    rows = await place.fetch(
        "SELECT notification_id, originator_id, state, coalesce(lag(notification_id) OVER (ORDER BY notification_id), 0) AS previous"
        " FROM intake.stored_events ORDER BY notification_id"
    )
    try:
        messages = await streams.messages("INTAKE")
    except Exception:  # noqa: BLE001  not there, or a message of it cannot be read: not level
        return False
    names = (POSITION, PREVIOUS, STREAM)
    told = [(each.subject, each.data, *map((each.headers or {}).get, names)) for each in messages]
    return told == [("nattljus.intake.UnitClosed", row[2], str(row[0]), str(row[3]), str(row[1])) for row in rows]


async def alarms(place: Place, *, still_open: bool = False) -> list[str]:
    """The codes of the alarms raised so far, in order; or of those still open."""
    rows = await place.fetch(f"SELECT code FROM operations.alarm {'WHERE closed_at IS NULL' if still_open else ''} ORDER BY id")
    return [row["code"] for row in rows]


def healed(place: Place, streams: Streams, *codes: str) -> Callable[[], Awaitable[bool]]:
    """Whether exactly these alarms were raised, none is open, and the stream is the store."""

    async def check() -> bool:
        raised, standing = await alarms(place), await alarms(place, still_open=True)
        return raised == list(codes) and not standing and await level(place, streams)

    return check


def compared(place: Place) -> Callable[[], Awaitable[bool]]:
    """Whether a round has found everything of the store as it is now equal."""

    async def check() -> bool:
        tail = await place.value("SELECT coalesce(max(notification_id), 0) FROM intake.stored_events")
        return bool(await place.fetch("SELECT 1 FROM operations.round WHERE equal AND copied = $1 AND position = $1", tail))

    return check
