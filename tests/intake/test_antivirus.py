"""The antivirus port, against a server that speaks clamd's protocol."""

import asyncio
from pathlib import Path

import pytest

from contracts.attachment import FileState
from services.intake import antivirus
from services.intake.antivirus import Clamd
from tests.intake.clamd import FakeClamd, clamd_at
from tests.intake.pictures import eicar

pytestmark = pytest.mark.real


async def test_it_is_told_every_byte_and_its_word_is_taken(tmp_path: Path) -> None:
    address = tmp_path / "clamd.ctl"
    large = bytes(range(256)) * 4096
    async with clamd_at(address) as clamd:
        asked = Clamd(str(address))
        assert await asked.answers()
        assert await asked.scan(b"Blaamaerke") is FileState.CLEARED
        assert await asked.scan(large) is FileState.CLEARED
        assert await asked.scan(b"Hej " + eicar()) is FileState.MALWARE
        assert clamd.seen == [b"Blaamaerke", large, b"Hej " + eicar()]


async def test_nobody_there_is_unscanned(tmp_path: Path) -> None:
    asked = Clamd(str(tmp_path / "nothing.ctl"))
    assert not await asked.answers()
    assert await asked.scan(b"Hej") is FileState.UNSCANNED
    assert await Clamd("127.0.0.1:1").scan(b"Hej") is FileState.UNSCANNED


async def test_one_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antivirus, "SCAN_SECONDS", 0.2)
    async with clamd_at(tmp_path / "clamd.ctl", silent=True):
        assert await Clamd(str(tmp_path / "clamd.ctl")).scan(b"Hej") is FileState.UNSCANNED


async def test_what_it_will_not_read_is_unreadable_also_when_it_hangs_up_first(tmp_path: Path) -> None:
    async with clamd_at(tmp_path / "clamd.ctl", largest=70_000):
        asked = Clamd(str(tmp_path / "clamd.ctl"))
        assert await asked.scan(bytes(5_000_000)) is FileState.UNREADABLE
        assert await asked.scan(bytes(60_000)) is FileState.CLEARED


async def test_it_is_reached_by_host_and_port_too() -> None:
    clamd = FakeClamd()
    server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        assert await Clamd(f"127.0.0.1:{port}").scan(eicar()) is FileState.MALWARE
    finally:
        server.close()
