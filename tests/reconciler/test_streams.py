"""The reconciler and the streams, on real parts: whatever happens to a stream, it is noticed, told of, and the store again."""

import asyncio
import hashlib
from pathlib import Path
from uuid import UUID

import pytest

from deploy.local import accept as accept_module
from deploy.local.trouble import Trouble
from services.kit import bus
from services.kit.bus import Bus
from services.kit.eventlog import Logged
from services.reconciler import streamkeeper
from tests.place import Place, Streams, store_log, until
from tests.reconciler.broker import Broker
from tests.reconciler.keeping import AGENCIES, alarms, compared, healed, keeping, level, relaying, write


async def test_what_is_equal_raises_no_alarm_and_stands_in_the_ledger(place: Place, streams: Streams) -> None:
    await write(place, 120)
    async with relaying(place), keeping(place):
        await until(compared(place))
        await write(place, 60)
        await until(compared(place))
    assert await alarms(place) == []
    sums = await place.fetch("SELECT side, agency, sum(events)::int AS events FROM operations.ledger GROUP BY 1, 2")
    assert {tuple(row) for row in sums} == {(side, agency, 60) for side in ("store", "stream") for agency in AGENCIES}
    rows = await place.fetch("SELECT notification_id AS position, state FROM intake.stored_events WHERE notification_id <= 50 ORDER BY 1")
    digest = b""
    for row in rows:
        if b'"farsta"' in row["state"]:
            digest = hashlib.sha256(digest + row["position"].to_bytes(8, "big") + row["state"]).digest()
    known = await place.fetch("SELECT digest FROM operations.ledger WHERE stretch = 0 AND agency = 'farsta'")
    assert [row["digest"] for row in known] == [digest, digest]
    assert await level(place, streams)


async def test_a_store_that_grows_by_several_stretches_between_rounds_raises_no_alarm(
    place: Place, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamkeeper, "OLD_STRETCHES", 1)
    await write(place, 120)
    async with relaying(place), keeping(place):
        await until(compared(place))
        for _ in range(3):
            await write(place, 180)
            await until(compared(place))
    assert await alarms(place) == []
    assert await place.value("SELECT sum(events) FROM operations.ledger WHERE side = 'stream'") == 660
    assert await level(place, streams)


async def test_a_stream_that_is_deleted_comes_back_as_it_was_within_seconds(place: Place, streams: Streams) -> None:
    await write(place, 130)
    async with relaying(place), keeping(place):
        await until(compared(place))
        await streams.jetstream.delete_stream("INTAKE")
        await write(place, 5)
        assert await until(healed(place, streams, "stream-missing")) < 5


async def test_a_stream_that_somebody_weakened_is_made_anew(place: Place, streams: Streams) -> None:
    await write(place, 20)
    async with relaying(place), keeping(place):
        await until(compared(place))
        info = await streams.jetstream.stream_info("INTAKE")
        info.config.allow_msg_ttl = True
        await streams.jetstream.update_stream(info.config)
        await until(healed(place, streams, "stream-weakened"))


async def publish(place: Place, *positions: int) -> None:
    """Puts these events on the stream, as a relay would that had lost the others."""
    bus = Bus(place.settings("nattljus_relay", "relay"), "relay")
    async with store_log(place, "intake") as log:
        for position in positions:
            [logged] = [each for each in await log.after(0, 1000) if each.position == position]
            await bus.publish([logged], await bus.tail("intake"))
    await bus.close()


@pytest.mark.parametrize(
    ("positions", "fault"),
    [
        ([1, 2, 4, 5], "stream-hole"),
        ([2, 3, 4, 5], "stream-hole"),
        ([*range(1, 60), 60, 62], "stream-hole"),
        ([1, 3, 2, 5], "stream-hole"),
        ([1, 2, 1, 3, 4], "stream-doubled"),
        ([1, 2, 3, 4, 5, 2], "stream-doubled"),
    ],
)
async def test_holes_doubles_and_wrong_order_are_repaired(place: Place, streams: Streams, positions: list[int], fault: str) -> None:
    await write(place, max(positions))
    for position in positions:
        await publish(place, position)
        if positions.count(position) > 1:
            await asyncio.sleep(0.15)  # the streams here remember ids for 0.1 s
    assert await streams.count("INTAKE") == len(positions)
    async with relaying(place), keeping(place):
        await until(healed(place, streams, fault))


async def test_a_message_that_no_relay_published_is_repaired(place: Place, streams: Streams) -> None:
    await write(place, 5)
    await publish(place, 1, 2, 3)
    await streams.jetstream.publish("nattljus.intake.Forged", b"{}")
    async with relaying(place), keeping(place):
        await until(healed(place, streams, "stream-changed"))


async def test_other_bytes_for_the_same_event_are_repaired(place: Place, streams: Streams) -> None:
    await write(place, 3)
    async with store_log(place, "intake") as log:
        first = (await log.after(0))[0]
    headers = bus.headers(first)
    await streams.jetstream.publish(bus.subject(first), first.state[:-1] + b" }", headers=headers)
    async with relaying(place), keeping(place):
        await until(healed(place, streams, "stream-changed"))


async def test_a_stream_that_is_behind_is_no_fault(place: Place, streams: Streams) -> None:
    await write(place, 10)
    async with keeping(place):
        await asyncio.sleep(1)
        await publish(place, 1, 2, 3)
        await asyncio.sleep(1)
    assert await alarms(place) == []
    assert await streams.count("INTAKE") == 3


async def test_a_stream_ahead_of_its_store_is_told_of_and_never_touched(place: Place, streams: Streams) -> None:
    await write(place, 70)
    async with relaying(place), keeping(place):
        await until(compared(place))
    await place.fetch("DELETE FROM intake.stored_events WHERE notification_id > 60")  # as an old backup would have it
    before = await streams.messages("INTAKE")

    async def told() -> bool:
        return await alarms(place, still_open=True) == ["stream-ahead"]

    async with relaying(place), keeping(place):
        await until(told)
        await asyncio.sleep(1)
        assert [each.data for each in await streams.messages("INTAKE")] == [each.data for each in before]

        await place.fetch("SELECT setval('intake.stored_events_notification_id_seq', 60)")
        await write(place, 20)  # and then the hub went on: two histories, of which only the stream has the one

        async def two_histories() -> bool:
            return "histories-differ" in await alarms(place, still_open=True) or "store-changed" in await alarms(place, still_open=True)

        await until(two_histories)
        await asyncio.sleep(1)
        assert [each.data for each in (await streams.messages("INTAKE"))[:70]] == [each.data for each in before]


async def test_a_store_whose_past_was_changed_is_told_of_and_its_stream_kept(place: Place, streams: Streams) -> None:
    await write(place, 70)
    async with relaying(place), keeping(place):
        await until(compared(place))
        before = await streams.messages("INTAKE")
        await place.fetch("UPDATE intake.stored_events SET state = state || ' '::bytea WHERE notification_id = 7")

        async def told() -> bool:
            return await alarms(place, still_open=True) == ["store-changed"]

        await until(told)
        await asyncio.sleep(1)
        assert [each.data for each in await streams.messages("INTAKE")] == [each.data for each in before]


async def test_positions_that_failed_commits_have_used_up_are_no_fault(place: Place, streams: Streams) -> None:
    await write(place, 49)
    for used_up in (50, 101, 151):
        await place.fetch("SELECT setval('intake.stored_events_notification_id_seq', $1)", used_up)
        await write(place, 48)
    async with relaying(place), keeping(place):
        await until(compared(place))
        assert await level(place, streams)
    assert await alarms(place) == []


async def test_a_store_that_a_person_accepts_is_the_truth_from_then_on(
    apart: Place, broker: Broker, copies: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(apart, 70)
    async with relaying(apart), keeping(apart):
        await until(compared(apart))
        await apart.fetch("DELETE FROM intake.stored_events WHERE notification_id > 60")
        await apart.fetch("UPDATE intake.stored_events SET state = state || ' '::bytea WHERE notification_id = 7")

        async def told() -> bool:
            return "stream-ahead" in await alarms(apart, still_open=True)

        await until(told)
        monkeypatch.setattr(accept_module, "login", lambda _data, role: apart.dsn(role))
        await accept_module.accept(broker.server.data.path, "intake")

        async def well() -> bool:
            return not await alarms(apart, still_open=True) and await level(apart, copies)

        await until(well)


async def test_only_a_store_can_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="choose one of intake, liaison"):
        await accept_module.accept(tmp_path, "keyring")


async def test_a_stream_that_may_hold_an_only_copy_is_kept_whatever_else_is_wrong_with_it(place: Place, streams: Streams) -> None:
    await write(place, 70)
    async with relaying(place), keeping(place):
        await until(compared(place))
    await place.fetch("DELETE FROM intake.stored_events WHERE notification_id > 60")

    async def told(*codes: str) -> bool:
        return set(codes) <= set(await alarms(place, still_open=True))

    async with keeping(place):
        await until(lambda: told("stream-ahead"))
        forged = Logged("intake", 3, 2, "UnitClosed.v1", UUID("00000000-0000-4000-8000-000000000001"), b"{}")
        await streams.jetstream.publish(bus.subject(forged), forged.state, headers=bus.headers(forged))
        await until(lambda: told("stream-ahead", "store-changed"))
        await asyncio.sleep(1)
        assert await streams.count("INTAKE") == 71
