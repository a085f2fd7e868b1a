"""The benchmarks' programs run: every group is there, the generator sends what it should, a saver saves."""

import importlib
import inspect
import json
from pathlib import Path

import asyncpg
import httpx2
import pytest

from deploy.local.ports import next_free
from services.projections.rebuild import rebuild
from services.projections.views import VIEWS
from tests.benchmarks import sample
from tests.benchmarks.__main__ import GROUPS, LONG
from tests.benchmarks.children import Failed, child, python, ready
from tests.benchmarks.history import STREAM, Filler, refuse_too_little_room, stories
from tests.benchmarks.openloop import requests
from tests.benchmarks.peers.serving import PATH, TABLE
from tests.benchmarks.rendering import drawn
from tests.place import Place


@pytest.mark.parametrize("name", [*GROUPS, *LONG])
def test_every_group_says_what_it_measures(name: str) -> None:
    group = importlib.import_module(f"tests.benchmarks.groups.{name}")
    assert group.TITLE
    assert inspect.iscoroutinefunction(group.measure)


def test_every_request_has_a_key_and_a_body_of_its_own() -> None:
    made = requests("http://127.0.0.1:80/x", sample.BODY, 2**33, "token")
    first, second = next(made).decode(), next(made).decode()
    assert "Idempotency-Key: 00000002-0000-4000-8000-000000000001\r\n" in first
    assert "Idempotency-Key: 00000002-0000-4000-8000-000000000002\r\n" in second
    assert "Authorization: Bearer token\r\n" in first
    body = json.loads(first.partition("\r\n\r\n")[2])
    assert body["worry"] != json.loads(second.partition("\r\n\r\n")[2])["worry"]
    assert body.keys() == json.loads(sample.BODY).keys()


@pytest.mark.real
@pytest.mark.parametrize("shape", [("--rate", "100"), ("--connections", "4"), ("--connections", "4", "--get")])
async def test_our_generator_loads_a_server_at_a_rate_or_as_fast_as_it_answers(tmp_path: Path, shape: tuple[str, ...]) -> None:
    port = next_free(24_000, {})
    address, body = f"http://127.0.0.1:{port}/", tmp_path / "body.json"
    body.write_text(sample.BODY)
    async with child("answering", python("tests.benchmarks.peers.answering"), {"PORT": str(port)}, tmp_path) as server:
        await ready(server, address, 201)
        command = python("tests.benchmarks.openloop", address, "-" if "--get" in shape else str(body), "1", "0.5", *shape[:2])
        async with child("openloop", command, {}, tmp_path, pipes=True) as load:
            assert load.process.stdout is not None
            answer = json.loads(await load.process.stdout.read())
    assert answer["refused"] == 0
    assert answer["requests"] == 50 if "--rate" in shape else answer["requests"] > 50
    assert 0 < answer["p50"] <= answer["p99"]


@pytest.mark.real
@pytest.mark.parametrize(("module", "rows"), [("orm", 1), ("plain", 1), ("empty", 0)])
async def test_a_peer_takes_the_referral_that_ours_takes(place: Place, tmp_path: Path, module: str, rows: int) -> None:
    connection, port = await asyncpg.connect(place.admin_dsn), next_free(24_500, {})
    try:
        await connection.execute(TABLE)
        told = {"DSN": place.admin_dsn, "PORT": str(port)}
        async with child(module, python(f"tests.benchmarks.peers.{module}"), told, tmp_path) as peer:
            await ready(peer, f"http://127.0.0.1:{port}/", 404)
            async with httpx2.AsyncClient(trust_env=False) as http:
                answer = await http.post(
                    f"http://127.0.0.1:{port}{PATH}", content=sample.BODY, headers={"Content-Type": "application/json"}
                )
        assert (answer.status_code, await connection.fetchval("SELECT count(*) FROM referral")) == (201, rows)
    finally:
        await connection.close()


@pytest.mark.parametrize("what", ["sealed", "clear"])
async def test_a_saver_saves_and_says_how_fast(place: Place, tmp_path: Path, what: str) -> None:
    command, told = python("tests.benchmarks.savers.eventstore"), {"DSN": place.dsn("nattljus_intake")}
    async with child("saver", command, told, tmp_path, pipes=True) as saver:
        answer = await saver.ask(what=what, savers=4, seconds=0.2)
    assert answer["rate"] > 0
    assert await place.value("SELECT count(*) FROM intake.stored_events") > 0  # type: ignore[operator]


async def test_the_board_is_drawn_with_five_hundred_rows() -> None:
    assert 0 < await drawn(500, times=1) < 10_000


def test_a_story_is_told_to_its_end_and_its_copies_differ_in_what_is_theirs(tmp_path: Path) -> None:
    tales = stories()
    assert len(tales) > 100
    assert [told.topic.partition(".")[0] for told in tales[0].events] == [
        "ReferralReceived",
        "ReferralRegistered",
        "ReferralSeen",
        "ImmediateSafetyAssessed",
        "HandoverOffered",
        "HandoverAccepted",
        "InvestigationOpened",
        "FeedbackSent",
        "FeedbackRead",
    ]
    for told in tales[0].events:
        cut = set(told.pieces[1::2])
        assert str(STREAM) in cut
        assert (told.audience is None) == (not any(len(piece) > 60 for piece in cut))
    with pytest.raises(Failed, match="choose fewer"):
        refuse_too_little_room(10**12, tmp_path)


async def test_filled_stores_hold_events_that_every_view_takes(place: Place, tmp_path: Path) -> None:
    connection = await asyncpg.connect(place.admin_dsn)
    try:
        await connection.executemany(
            "INSERT INTO projections.position VALUES ($1, $2, 0, $3)",
            [(view.name, store, view.version) for view in VIEWS for store in ("intake", "liaison")],
        )
        for events in (1, 12, 300):  # the first two fillings copy one story each, from the same seed
            await Filler(connection, seed=1).fill(events, tmp_path)
    finally:
        await connection.close()
    for view in VIEWS:
        await rebuild(place.dsn("nattljus_owner"), view.name)
    assert await place.value("SELECT count(*) FROM projections.quarantine") == 0
    referrals = await place.value("SELECT count(*) FROM intake.stored_events")
    assert await place.value("SELECT count(*) FROM projections.receipts") == referrals
    assert await place.value("SELECT count(DISTINCT referral) FROM projections.board") == referrals
