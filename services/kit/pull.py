"""Pulling from JetStream: messages as they come, in the batches in which they come, and the server's word when there are none.

The client's own `fetch` waits in a way that loses a cancellation on Python 3.11 (the process then never stops), asks the server
twice for each batch, and may give nothing where it promised something.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig
from nats.js.errors import APIError

from services.kit.client import ANSWER_SECONDS

LARGEST_BATCH = 200
LATE_SECONDS = 0.5
"""How much later than asked the server may say that nothing came. Without its word the store is read instead, which costs little."""
OVER = {"404", "408"}
"""The request is over: there were no more messages, or its time ran out."""


class Silent(Exception):
    """The server did not even say that nothing came: the connection, the consumer or the server is gone."""


async def pull(client: Client, stream: str, configuration: ConsumerConfig, seconds: float) -> AsyncIterator[list[Msg]]:
    """Batches for ever, each as soon as it is there; an empty one after each `seconds` without any message.

    The consumer is made for this call. Raises Silent, and what nats raises when the server refuses.
    """
    arrived: asyncio.Queue[Msg] = asyncio.Queue()
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=arrived.put)
    try:
        consumer = await client.jetstream(timeout=ANSWER_SECONDS).add_consumer(stream, configuration)
        asking = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer.name}"
        request = json.dumps({"batch": LARGEST_BATCH, "expires": int(seconds * 1e9)}).encode()
        while True:
            await client.publish(asking, request, inbox)
            async for messages in _answer(arrived, seconds + LATE_SECONDS):
                yield messages
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()


async def _answer(arrived: asyncio.Queue[Msg], seconds: float) -> AsyncIterator[list[Msg]]:
    """The messages that answer one request, in one batch or more, until it is over."""
    wanted, over = LARGEST_BATCH, False
    while wanted and not over:
        messages, over = await _next(arrived, seconds)
        wanted -= len(messages)
        if messages or wanted == LARGEST_BATCH:
            yield messages


async def _next(arrived: asyncio.Queue[Msg], seconds: float) -> tuple[list[Msg], bool]:
    """What has arrived, at least one word of the server, and whether the request is over with it."""
    try:
        async with asyncio.timeout(seconds):
            words = [await arrived.get()]
    except TimeoutError:
        raise Silent from None
    while not arrived.empty():
        words.append(arrived.get_nowait())
    messages = [word for word in words if not _status(word)]
    over = [_status(word) for word in words if _status(word)]
    if refused := set(over) - OVER:
        raise APIError(code=int(min(refused)), description=f"pull refused: {', '.join(sorted(refused))}")
    return messages, bool(over)


def _status(word: Msg) -> str:
    """The status that the server says instead of a message: `408`; empty for a message."""
    headers: dict[str, Any] = word.headers or {}
    return str(headers.get("Status", "")) if not word.data else ""
