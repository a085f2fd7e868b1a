"""The parts of the fault run do what they say: plans, disks without power, wires, clocks, and the page."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE
from itertools import islice
from pathlib import Path

import pytest

from deploy.local.ports import LOOPBACK
from deploy.local.stack import SERVICES
from tests.chaos import page
from tests.chaos.checker.count import COLUMNS
from tests.chaos.checker.ledger import CREATED, STEPS
from tests.chaos.clock import clock, library, told
from tests.chaos.did import WORDS, in_words
from tests.chaos.disk import Disk, let_go, mounted_below, power_can_be_cut
from tests.chaos.plan import KINDS, plan
from tests.chaos.verdict import Verdict, table
from tests.chaos.wire import READY_FOR_QUERY, Line, Wire

pytestmark = pytest.mark.real

EVERYTHING = frozenset({"disk", "clock"})
SMALL = 32 * 2**20


def planned(seed: int, there: frozenset[str] = EVERYTHING) -> list[tuple[float, bool, str]]:
    return [(peace, wait, str(fault)) for peace, wait, fault in islice(plan(seed, there), 300)]


def test_the_same_seed_brings_the_same_faults() -> None:
    assert planned(7) == planned(7)
    assert planned(7) != planned(8)


def test_every_process_dies_and_stands_still_in_some_seed() -> None:
    told_of = {what for seed in range(20) for _, _, what in planned(seed)}
    for name in (*SERVICES, "identity", "nats"):
        assert f"{name} killed" in told_of
        assert any(what.startswith(f"{name} stands still") for what in told_of)
    assert any(what.startswith("the supervisor killed") for what in told_of)


def test_nothing_else_is_broken_while_the_supervisor_is_started_anew() -> None:
    drawn = [(wait, str(fault)) for seed in range(20) for _, wait, fault in islice(plan(seed, EVERYTHING), 300)]
    assert {wait for wait, what in drawn if what.startswith("the supervisor killed")} == {True}


def test_a_machine_without_loop_devices_gets_no_fault_that_needs_one() -> None:
    told_of = " ".join(what for seed in range(20) for _, _, what in planned(seed, frozenset()))
    assert "power cut" not in told_of
    assert "disk full" not in told_of
    assert "clock" not in told_of
    assert {kind.needs for kind in KINDS} == {"", *EVERYTHING}


def test_a_power_cut_takes_what_was_not_flushed_and_nothing_else(tmp_path: Path) -> None:
    if missing := power_can_be_cut():  # said aloud by every run; here there is nothing to be seen without it
        assert missing
        return
    disk = Disk(tmp_path / "disk.img", tmp_path / "place", SMALL)
    try:
        disk.make()
        os.sync()
        with (disk.place / "flushed").open("wb") as file:
            file.write(b"kept")
            file.flush()
            os.fsync(file.fileno())
        (disk.place / "lost").write_bytes(b"gone")
        disk.cut()
        disk.umount()
        disk.mount()
        assert (disk.place / "flushed").read_bytes() == b"kept"
        assert not (disk.place / "lost").exists() or (disk.place / "lost").read_bytes() == b""
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.place / "more").write_bytes(b"x" * 2**16)
        disk.free()
        (disk.place / "more").write_bytes(b"x" * 2**16)
    finally:
        let_go(tmp_path)
    assert mounted_below(tmp_path) == []


async def test_a_wire_loses_one_answer_that_was_carried_out() -> None:
    asked: list[bytes] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionResetError):
            while data := await reader.read(100):
                asked.append(data)
                writer.write(b"done" + READY_FOR_QUERY)
        writer.close()

    listening = await asyncio.start_server(server, LOOPBACK, 0)
    wire = Wire("test", listening.sockets[0].getsockname()[1])
    await wire.up()

    async def ask(text: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(LOOPBACK, wire.port)
        writer.write(text)
        async with asyncio.timeout(5):
            try:
                return await reader.read(100)
            except ConnectionResetError:
                return b""
            finally:
                writer.close()
                with contextlib.suppress(ConnectionResetError):
                    await writer.wait_closed()

    def that_one(line: Line) -> bool:
        return b"lose me" in line.hello

    try:
        assert await ask(b"first") == b"done" + READY_FOR_QUERY
        wire.losing = that_one
        assert await ask(b"other") == b"done" + READY_FOR_QUERY
        assert await ask(b"lose me") == b""
        assert await ask(b"lose me") == b"done" + READY_FOR_QUERY
        assert (asked, wire.losses) == ([b"first", b"other", b"lose me", b"lose me"], 1)
    finally:
        wire.down()
        await asyncio.sleep(0.1)  # until both ends of every line have heard of it
        listening.close()
        await listening.wait_closed()


async def test_a_clock_follows_its_file(tmp_path: Path) -> None:
    settings = told(tmp_path, "intake")
    assert bool(settings) == (library() is not None)
    if settings:
        clock(tmp_path, "intake").write_text("+600s\n")
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; print(time.time())", env=settings, stdout=PIPE)
        seen = float((await process.communicate())[0])
        true = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; print(time.time())", stdout=PIPE)
        assert 500 < seen - float((await true.communicate())[0]) < 700


def test_every_step_of_the_writers_has_words_on_the_page() -> None:
    assert set(STEPS) <= set(WORDS)
    assert set(CREATED) <= set(WORDS)
    assert in_words([{"takings": 2}, {"takings": 1, "scene": 1_000}]) == [("calls to the scene", "1,000"), ("cases taken", "3")]


def a_verdict(seed: int, lost: int = 0) -> Verdict:
    fault = {
        "kind": "Killed",
        "what": "relay killed",
        "row": "F1",
        "part": "relay",
        "began": 1.0,
        "healed": 1.0,
        "back": 2.0,
        "waited": True,
    }
    times = {"longest_pause": 1.5, "away_p99": 0.1, "away_answers": 9, "caught_up": [2000.0], "back": {"processes": [2.0]}}
    found = dict.fromkeys(COLUMNS, 0) | {"lost": lost}
    looks = {"lost": ["store, x: referral"]} if lost else {}
    return Verdict(seed, 3.0, 200.0, 1000, 900, 10, 20, 0, {}, found, looks, [fault], times, 2**30)


def test_the_page_adds_up_the_runs_and_says_what_was_missed(tmp_path: Path) -> None:
    page.write(tmp_path, [a_verdict(2)], EVERYTHING)
    page.write(tmp_path, [a_verdict(1, lost=3), a_verdict(2)], frozenset({"clock"}))
    text = (tmp_path / page.PAGE).read_text()
    assert "| lost: 0 | 3 | **no** |" in text
    assert "| doubled: 0 | 0 | yes |" in text
    assert "SEEDS=1,2" in text
    assert "No power was cut" in text
    assert "- seed 1: lost: store, x: referral" in text
    assert "| Killed | F1, F6 |" in text
    assert str(tmp_path) not in text


def test_the_table_adds_up() -> None:
    last = table([a_verdict(1), a_verdict(2)]).splitlines()[-1]
    assert [cell.strip() for cell in last.split("|")][1:6] == ["all", "2,000", "1,800", "2", "0"]
