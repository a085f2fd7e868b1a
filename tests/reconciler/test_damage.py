"""Damage beneath NATS: its files changed while it was down. The server says nothing; the reconciler does, and the stream comes back."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.place import Place, Streams, until
from tests.reconciler.broker import Broker, flip
from tests.reconciler.keeping import alarms, compared, healed, keeping, level, relaying, write

EVENTS = 300


@asynccontextmanager
async def at_rest(place: Place, copies: Streams, seconds: float = 600) -> AsyncIterator[None]:
    """A stream level with its store, compared once, with a relay and a keeper; the next round is ten minutes away."""
    await write(place, EVENTS)
    async with relaying(place):
        await until(lambda: level(place, copies))
        async with keeping(place, seconds=seconds):
            await until(compared(place))
            yield


async def noticed_and_healed(place: Place, copies: Streams, seconds: float = 15) -> list[str]:
    """Waits for an alarm, and until all is well again; gives what was noticed."""

    async def noticed() -> bool:
        return bool(await alarms(place))

    async def well() -> bool:
        return not await alarms(place, still_open=True) and await level(place, copies)

    await until(noticed, seconds)
    await until(well, 30)
    return await alarms(place)


@pytest.mark.parametrize("part", [0.001, 0.3, 0.5, 0.999])
async def test_a_bit_flipped_while_the_server_was_down_is_noticed_and_repaired(
    apart: Place, broker: Broker, copies: Streams, part: float
) -> None:
    async with at_rest(apart, copies):
        await broker.stop()
        flip(broker.block, int(broker.block.stat().st_size * part))
        await broker.start()
        assert await noticed_and_healed(apart, copies) == ["stream-hole"]


async def test_a_bit_flipped_before_a_crash_costs_nothing(apart: Place, broker: Broker, copies: Streams) -> None:
    async with at_rest(apart, copies):
        await broker.stop(kill=True)
        flip(broker.block, broker.block.stat().st_size // 2)
        await broker.start()  # the server drops all from there on, without a word
        await until(lambda: level(apart, copies))
        await until(healed(apart, copies, *await alarms(apart)))


@pytest.mark.parametrize("kill", [True, False])
async def test_a_block_cut_off_in_the_middle_is_made_whole(apart: Place, broker: Broker, copies: Streams, kill: bool) -> None:
    async with at_rest(apart, copies):
        await broker.stop(kill=kill)
        with broker.block.open("r+b") as file:
            file.truncate(broker.block.stat().st_size // 2)
        await broker.start()
        await until(lambda: level(apart, copies))
        await until(healed(apart, copies, *await alarms(apart)))


async def test_an_older_copy_of_the_stream_is_brought_up_to_date(apart: Place, broker: Broker, copies: Streams, tmp_path: Path) -> None:
    async with at_rest(apart, copies):
        await broker.stop()
        shutil.copytree(broker.streams / "INTAKE", tmp_path / "old")
        await broker.start()
        await write(apart, 50)
        await until(lambda: level(apart, copies))
        await broker.stop()
        shutil.rmtree(broker.streams / "INTAKE")
        shutil.copytree(tmp_path / "old", broker.streams / "INTAKE")
        await broker.start()
        await until(lambda: level(apart, copies))
        await until(healed(apart, copies, *await alarms(apart)))


async def test_a_stream_whose_files_are_gone_comes_back(apart: Place, broker: Broker, copies: Streams) -> None:
    async with at_rest(apart, copies):
        await broker.stop()
        shutil.rmtree(broker.streams / "INTAKE")
        await broker.start()
        assert await noticed_and_healed(apart, copies) == ["stream-missing"]


async def test_a_bit_flipped_under_a_running_server_is_found_by_the_rounds(apart: Place, broker: Broker, copies: Streams) -> None:
    async with at_rest(apart, copies, seconds=0.5):
        flip(broker.block, broker.block.stat().st_size // 2)
        assert await noticed_and_healed(apart, copies, 60) == ["stream-hole"]  # the server reads from its memory for some seconds
