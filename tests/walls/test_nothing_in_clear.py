"""No word about a child lies anywhere in clear: not in a table, a stream, a file or a log. Those who may read it can."""

import base64
from collections.abc import Iterable

import asyncpg

from deploy.local.api import Api
from deploy.nats.permissions import STREAMS
from tests.place import as_deploy
from tests.stack import Hub
from tests.walls.search import files, given_away, rows
from tests.walls.story import MARK, NUMBER, Story

SECRET = (MARK, NUMBER, NUMBER[2:], f"{NUMBER[:8]}-{NUMBER[8:]}", f"{NUMBER[2:8]}-{NUMBER[8:]}")
"""Begins every word of the story; and the number as people write it."""


def places(found: Iterable[tuple[str, bytes]], texts: tuple[str, ...]) -> dict[str, set[str]]:
    """Where the texts stand, and which of them."""
    return {place: away for place, data in found if (away := given_away(data, texts))}


async def streamed(hub: Hub) -> list[tuple[str, bytes]]:
    """Every message of both streams: its subject, headers and data."""
    async with as_deploy(hub) as streams:
        return [
            (f"{name} {message.subject}", f"{message.subject} {message.headers}".encode() + message.data)
            for name in STREAMS
            for message in await streams.messages(name)
        ]


async def on_the_disk(hub: Hub) -> None:
    """Makes PostgreSQL write out what it holds in memory."""
    connection = await asyncpg.connect(hub.admin_dsn)
    await connection.execute("CHECKPOINT")
    await connection.close()


def test_the_search_finds_a_text_however_it_is_spelt() -> None:
    number = NUMBER.encode()
    hidden = [number, number.hex().encode(), number.hex().upper().encode(), MARK.title().encode() + b"worry"]
    hidden += [base64.b64encode(b" " * before + number + b" 17") for before in range(4)]
    for each in hidden:
        assert given_away(b"before" + each + b"behind", SECRET), each
    assert not given_away(b"before" + base64.b64encode(number[3:]) + b"behind", SECRET)


async def test_every_rightful_reader_reads_every_word(api: Api, story: Story) -> None:
    for (client, path), words in story.readings.items():
        answer = await api.ask(client, "GET", f"/projections/v1/{path}")
        assert [each for each in words if each not in str(answer.body)] == [], (client, path)


async def test_no_table_holds_a_word_of_it(hub: Hub, story: Story) -> None:
    everything = list(await rows(hub.admin_dsn))
    assert {"projections.board", "intake.stored_events", "liaison.stored_events"} <= set(places(everything, (story.code, story.first)))
    assert places(everything, SECRET) == {}


async def test_no_message_holds_a_word_of_it(hub: Hub, story: Story, api: Api) -> None:
    await api.ask("polisen-farsta", "GET", "/projections/v1/receipts")  # the views know the story: then the streams do
    everything = await streamed(hub)
    assert {place.partition(" ")[0] for place in places(everything, (story.first,))} == set(STREAMS)
    assert places(everything, SECRET) == {}


async def test_no_file_of_the_servers_holds_a_word_of_it(hub: Hub, story: Story, api: Api) -> None:
    await api.ask("polisen-farsta", "GET", "/projections/v1/receipts")
    await on_the_disk(hub)
    assert places(files(hub.data.postgres), (story.code,))
    assert places(files(hub.data.nats), (story.code,))
    assert places(files(hub.data.postgres, hub.data.nats), SECRET) == {}


async def test_no_log_holds_a_word_of_it(hub: Hub, api: Api, story: Story) -> None:
    wrong = {"children": [{"kind": "unknown", "name": f"{MARK}wrong", "number": 7, NUMBER: MARK}], "worry": [f"{MARK}list"]}
    refused = await api.send("polisen-farsta", "POST", "/intake/v1/referrals", wrong, key=story.key)
    assert (refused.status, given_away(str(refused.body).encode(), SECRET)) == (422, set())
    logs = dict(files(hub.data.logs))
    assert len([content for content in logs.values() if content]) >= 5
    assert places(logs.items(), SECRET) == {}
