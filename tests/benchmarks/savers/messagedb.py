"""Saves with message-db's own function, one connection a saver, its call prepared."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg

from tests.benchmarks import sample
from tests.benchmarks.savers.loop import answer, reply, saved

LARGEST = 32
CALL = "SELECT message_store.write_message($1::varchar, $2::varchar, $3::varchar, $4::jsonb)"


async def serve(question: Callable[[], Awaitable[dict[str, Any] | None]]) -> None:
    """Answers until it is asked no more."""
    search = {"search_path": "message_store,public"}  # as its own role sets it
    connections = [await asyncpg.connect(os.environ["DSN"], server_settings=search) for _ in range(LARGEST)]
    calls = [await connection.prepare(CALL) for connection in connections]
    document = json.dumps(json.loads(sample.stored_bytes()))
    free = asyncio.Queue[Any]()

    async def save() -> None:
        call = free.get_nowait()
        await call.fetchval(str(uuid4()), f"referral-{uuid4()}", "ReferralReceived", document)
        free.put_nowait(call)

    while (asked := await question()) is not None:
        free = asyncio.Queue()
        for call in calls[: asked["savers"]]:
            free.put_nowait(call)
        reply(await saved(save, asked["savers"], asked["seconds"]))
    await asyncio.gather(*(connection.close() for connection in connections))


if __name__ == "__main__":
    answer(serve)
