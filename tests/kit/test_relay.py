"""The relay between a real store and a real JetStream: each event exactly once, in order, whatever is killed, lost or silent."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import structlog
from nats.aio.msg import Msg

from deploy.local.nats import find_binary
from deploy.local.ports import LOOPBACK, is_free
from deploy.local.program import clean_environment
from deploy.local.supervisor import running
from services.kit import publishing
from services.kit import relay as relay_module
from services.kit.bus import POSITION, PREVIOUS, STREAM, TOPIC, Bus, BusDown, Fenced, UnsafeBroker, refuse_unsafe_broker
from services.kit.eventlog import EventLog
from services.kit.relay import Relay
from services.projections import relays
from tests.place import Place, Streams, as_deploy, until
from tests.proxy import Line, Proxy, WithoutNotifications, unchanged
from tests.stack import ROOT, first_port

RELAY = "nattljus_relay"
APPEND = "SELECT intake.append($1,$2,$3,$4,'{}','{}','{}','{}','{}','{}','{}','{}','{}')"
HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"

Message = tuple[str, bytes, str, str, str]
"""Subject, bytes, position, the position before, and the event's stream."""


async def write(place: Place, count: int) -> None:
    """So many events in intake's store, each with bytes of its own."""
    streams = [uuid4() for _ in range(count)]
    states = [json.dumps({"type": "nattljus.UnitClosed.v1", "subject": str(stream)}).encode() for stream in streams]
    connection = await asyncpg.connect(place.dsn("nattljus_intake"))
    await connection.fetch(APPEND, streams, [1] * count, ["UnitClosed.v1"] * count, states)
    await connection.close()


async def should_hold(place: Place) -> list[Message]:
    """What the stream must hold: the store, event for event."""
    rows = await place.fetch(
        "SELECT notification_id, originator_id, state, coalesce(lag(notification_id) OVER (ORDER BY notification_id), 0) AS previous"
        " FROM intake.stored_events ORDER BY notification_id"
    )
    return [("nattljus.intake.UnitClosed", row[2], str(row[0]), str(row[3]), str(row[1])) for row in rows]


async def holds(streams: Streams) -> list[Message]:
    """What it does hold."""
    messages = await streams.messages("INTAKE")
    return [(each.subject, each.data, said[POSITION], said[PREVIOUS], said[STREAM]) for each in messages if (said := each.headers)]


def ours(message: Msg) -> tuple[str, bytes, dict[str, str]]:
    """All of a message but how it was published: alone or in a batch, and after which one."""
    names = ("Nats-Msg-Id", "Content-Type", POSITION, PREVIOUS, TOPIC, STREAM)
    return message.subject, message.data, {name: (message.headers or {})[name] for name in names}


def holding(streams: Streams, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return await streams.count("INTAKE") >= count

    return check


@asynccontextmanager
async def relaying(place: Place, bus_proxy: Proxy | None = None, dsn: str | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """A relay for intake's store."""
    bus = Bus(place.settings(RELAY, "relay", bus_proxy), "relay")
    task = asyncio.create_task(Relay(dsn or place.dsn(RELAY), "intake", bus).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bus.close()


def silent_about(proxy: Proxy, sequence: int) -> asyncio.Event:
    """From the acknowledgement of this message on, nothing that NATS says arrives any more. Set when that happens."""
    gone = asyncio.Event()

    def answered(_line: Line, data: bytes) -> bytes:
        if f'"stream":"INTAKE","seq":{sequence}'.encode() in data.replace(b" ", b""):
            gone.set()
        return b"" if gone.is_set() else data

    proxy.to_client = answered
    return gone


each_way = pytest.mark.parametrize("few", [1000, 2], ids=["in a row", "as a batch"])


async def test_the_stream_holds_the_store_event_for_event(place: Place, streams: Streams) -> None:
    await write(place, 30)
    async with relaying(place):
        await write(place, 5)
        await until(holding(streams, 35))
        await write(place, 5)
        await until(holding(streams, 40))
    assert await holds(streams) == await should_hold(place)


@each_way
async def test_killed_between_publishing_and_hearing_of_it_the_next_relay_publishes_nothing_twice(
    place: Place, streams: Streams, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FEW", few)
    monkeypatch.setattr(relay_module, "LARGEST_BATCH", 7)
    await write(place, 20)
    async with Proxy(place.servers.nats) as proxy:
        gone = silent_about(proxy, 7)
        async with relaying(place, proxy):
            async with asyncio.timeout(15):
                await gone.wait()
    assert await streams.count("INTAKE") == 7
    await asyncio.sleep(0.2)
    async with relaying(place):
        await until(holding(streams, 20))
    assert await holds(streams) == await should_hold(place)


@each_way
async def test_an_acknowledgement_that_never_comes_is_no_reason_to_publish_again(
    place: Place, streams: Streams, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FEW", few)
    monkeypatch.setattr(relay_module, "LARGEST_BATCH", 7)
    await write(place, 20)
    async with Proxy(place.servers.nats) as proxy, relaying(place, proxy):
        gone = silent_about(proxy, 7)
        async with asyncio.timeout(15):
            await gone.wait()
        proxy.to_client = lambda _line, data: data
        await until(holding(streams, 20))
    assert await holds(streams) == await should_hold(place)


async def test_a_backlog_is_copied_in_batches_each_event_once_and_in_order(place: Place, streams: Streams) -> None:
    await write(place, 2 * publishing.LARGEST_BATCH + 500)
    async with relaying(place):
        await until(holding(streams, 2 * publishing.LARGEST_BATCH + 500))
    assert await holds(streams) == await should_hold(place)
    assert len({(each.headers or {})["Nats-Batch-Id"] for each in await streams.messages("INTAKE")}) == 3


async def test_a_batch_that_is_cut_off_in_the_middle_leaves_nothing_behind_and_the_next_relay_brings_it_whole(
    place: Place, streams: Streams
) -> None:
    await write(place, 500)
    middle = (await should_hold(place))[250][1]
    async with Proxy(place.servers.nats) as proxy:
        cut = asyncio.Event()

        def cut_at_the_middle(line: Line, data: bytes) -> bytes:
            if middle in data:
                line.cut()
                cut.set()
                return b""
            return data

        proxy.to_server = cut_at_the_middle
        async with relaying(place, proxy), asyncio.timeout(15):
            await cut.wait()
            await asyncio.sleep(0.5)
            assert await streams.count("INTAKE") == 0
    async with relaying(place):
        await until(holding(streams, 500))
    assert await holds(streams) == await should_hold(place)


@each_way
async def test_of_events_that_are_there_already_none_is_published_again(
    place: Place, streams: Streams, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FEW", few)
    await write(place, 40)
    bus = Bus(place.settings(RELAY, "relay"), "relay")
    connection = await asyncpg.connect(place.dsn(RELAY))
    try:
        events = await EventLog(connection, "intake").after(0)
        empty = await bus.tail("intake")
        await bus.publish(events[:20], empty)
        with pytest.raises((Fenced, BusDown)):
            await bus.publish(events, empty)
        assert few == 1000 or (await bus.tail("intake")).sequence == 20
        while waiting := [each for each in events if each.position > (tail := await bus.tail("intake")).position]:
            with contextlib.suppress(Fenced, BusDown):  # some of that row may still be on their way
                await bus.publish(waiting, tail)
    finally:
        await connection.close()
        await bus.close()
    assert await holds(streams) == await should_hold(place)


async def test_a_stream_that_is_not_there_is_named_and_filled_as_soon_as_it_is(place: Place, streams: Streams) -> None:
    await write(place, 20)
    await streams.jetstream.delete_stream("INTAKE")
    with structlog.testing.capture_logs() as said:
        async with relaying(place):
            await asyncio.sleep(1)
            assert {(line.get("reason"), line.get("detail")) for line in said if line["log_level"] == "warning"} == {
                ("NoStream", "there is no stream INTAKE")
            }
            await streams.make("INTAKE")
            await until(holding(streams, 20))
    assert await holds(streams) == await should_hold(place)


async def test_relay_processes_that_are_killed_again_and_again_leave_no_gap_and_no_double(place: Place, streams: Streams) -> None:
    await write(place, 6000)
    async with Proxy(place.servers.nats) as slow:
        slow.delay = 0.02
        settings = {
            "NATTLJUS_DATABASE": place.dsn(RELAY),
            "NATTLJUS_NATS": slow.before(place.servers.nats),
            "NATTLJUS_NATS_SEED": place.servers.seed("relay"),
            "NATTLJUS_NATS_MONITOR": place.servers.nats_monitor,
        }
        for aim in (1, 2500):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "deploy.cli", "serve", "relay"),
                env=clean_environment(settings),
                cwd=ROOT,
                stderr=subprocess.DEVNULL,
            )
            await until(holding(streams, aim), 30)
            process.kill()
            await process.wait()
            assert await streams.count("INTAKE") < 6000
    async with relaying(place):
        await until(holding(streams, 6000))
    assert await holds(streams) == await should_hold(place)


async def test_of_two_relays_one_leads(place: Place, streams: Streams) -> None:
    async with relaying(place), relaying(place):
        await write(place, 50)
        await until(holding(streams, 50))
        assert len(await place.fetch(HOLDERS)) == 1
    assert await holds(streams) == await should_hold(place)


@each_way
async def test_a_leader_that_lost_its_lock_and_goes_on_publishing_is_fenced(
    place: Place, streams: Streams, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FEW", few)
    monkeypatch.setattr(publishing, "ANSWER_SECONDS", 30)
    monkeypatch.setattr(relay_module, "LARGEST_BATCH", 100)
    await write(place, 300)
    marker, held = (await should_hold(place))[150][1], list[tuple[Line, bytes]]()

    def hold_back(line: Line, data: bytes) -> bytes:
        if not held and marker not in data:
            return data
        held.append((line, data))
        return b""

    async with Proxy(place.servers.nats) as slow:
        slow.to_server = hold_back
        with structlog.testing.capture_logs() as said:
            async with relaying(place, slow):
                await until(lambda: asyncio.sleep(0, held))
                [leader] = await place.fetch(HOLDERS)
                async with relaying(place):
                    await place.fetch("SELECT pg_terminate_backend($1)", leader["pid"])
                    await until(holding(streams, 300))
                    slow.to_server = unchanged
                    for line, data in held:
                        line.server.write(data)
                    await until(lambda: asyncio.sleep(0, {"Fenced", "BusDown"} & {line.get("reason") for line in said}))
    assert await holds(streams) == await should_hold(place)


async def test_a_stream_that_was_deleted_and_made_anew_is_refilled_with_the_same_bytes(place: Place, streams: Streams) -> None:
    await write(place, 100)
    async with relaying(place):
        await until(holding(streams, 100))
        before = await streams.messages("INTAKE")
        await streams.make("INTAKE")
        await write(place, 1)
        await until(holding(streams, 101))
    after = await streams.messages("INTAKE")
    assert [ours(each) for each in after[:100]] == [ours(each) for each in before]
    assert await holds(streams) == await should_hold(place)


async def test_an_idle_relay_too_notices_that_the_stream_is_empty(place: Place, streams: Streams) -> None:
    await write(place, 10)
    async with relaying(place):
        await until(holding(streams, 10))
        await streams.make("INTAKE")
        assert await until(holding(streams, 10)) < relay_module.CHECK_SECONDS + 1
    assert await holds(streams) == await should_hold(place)


async def test_a_broker_that_is_killed_and_started_again_gets_the_rest(place: Place, streams: Streams) -> None:
    await write(place, 1000)
    async with relaying(place):
        await until(holding(streams, 200))
        broker = running(place.servers.data)["nats"]
        broker.kill()
        await write(place, 50)

        async def filled() -> bool:
            try:
                return running(place.servers.data).get("nats", broker) != broker and await streams.count("INTAKE") == 1050
            except Exception:  # noqa: BLE001  away for a moment: that is the point
                return False

        await until(filled, 30)
    assert await holds(streams) == await should_hold(place)


async def test_a_stream_ahead_of_its_store_is_left_alone_and_said_to_be_so(place: Place, streams: Streams) -> None:
    await write(place, 5)
    subject, state, *_ = (await should_hold(place))[0]
    await streams.jetstream.publish(subject, state, headers={POSITION: "900", PREVIOUS: "899"})
    with structlog.testing.capture_logs() as said:
        async with relaying(place):
            await write(place, 5)
            await asyncio.sleep(1)
    assert await streams.count("INTAKE") == 1
    assert {line["reason"] for line in said if line["log_level"] == "warning"} == {"StreamAhead"}


async def test_a_listen_that_never_delivers_costs_a_poll_and_no_event(place: Place, streams: Streams) -> None:
    async with Proxy(place.dsn(RELAY)) as proxy, relaying(place, dsn=f"{place.dsn(RELAY, proxy)}?sslmode=disable"):
        proxy.to_client = deaf = WithoutNotifications()
        await write(place, 1)
        await until(holding(streams, 1))
        for count in range(2, 7):
            await write(place, 1)
            assert await until(holding(streams, count)) < 1
        assert deaf.swallowed


async def test_a_notification_wakes_the_relay_before_its_next_poll(place: Place, streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    async with relaying(place):
        await write(place, 1)
        await until(holding(streams, 1))
        monkeypatch.setattr(relay_module, "POLL_SECONDS", 60)
        await asyncio.sleep(0.3)
        await write(place, 1)
        assert await until(holding(streams, 2)) < 1


async def test_a_leader_whose_connection_falls_silent_does_not_keep_the_lock(
    place: Place, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(relay_module, "SILENT_SECONDS", 1.5)
    async with Proxy(place.dsn(RELAY)) as proxy, relaying(place, dsn=place.dsn(RELAY, proxy)):
        await write(place, 1)
        await until(holding(streams, 1))
        proxy.silent = True
        await write(place, 1)
        await asyncio.sleep(1)
        proxy.silent = False
        assert await until(holding(streams, 2)) < 4
    assert await holds(streams) == await should_hold(place)


@asynccontextmanager
async def careless_broker(folder: Path) -> AsyncIterator[str]:
    """A NATS server that acknowledges first and writes later, which is its default; gives its monitoring's address."""
    port = next(port for port in range(first_port(90), first_port(90) + 50) if is_free(port) and is_free(port + 1))
    (folder / "nats.conf").write_text(
        json.dumps({"host": LOOPBACK, "port": port, "http": f"{LOOPBACK}:{port + 1}", "jetstream": {"store_dir": str(folder)}})
    )
    process = await asyncio.create_subprocess_exec(str(find_binary()), "-c", str(folder / "nats.conf"), stderr=subprocess.DEVNULL)
    try:
        yield f"http://{LOOPBACK}:{port + 1}"
    finally:
        process.terminate()
        await process.wait()


async def test_a_broker_that_acknowledges_before_it_has_written_is_refused(place: Place, tmp_path: Path) -> None:
    await refuse_unsafe_broker(place.servers.nats_monitor)
    with pytest.raises(BusDown):
        await refuse_unsafe_broker(f"http://{LOOPBACK}:9")
    async with careless_broker(tmp_path) as monitor:
        settings = place.settings(RELAY, "relay").model_copy(update={"nats_monitor": monitor})
        with pytest.raises(UnsafeBroker):
            async with asyncio.timeout(15):
                await relays.work(settings)


async def test_a_relay_that_starts_before_its_broker_waits_for_it(place: Place, streams: Streams) -> None:
    await write(place, 3)
    async with Proxy(place.servers.nats) as proxy:
        await proxy.down()
        async with relaying(place, proxy):
            await asyncio.sleep(1)
            await proxy.up()
            async with as_deploy(place.servers):
                await until(holding(streams, 3))
    assert await holds(streams) == await should_hold(place)
