"""Putting messages on a stream in order, fenced: one by one, and many as one atomic batch, which is stored whole or not at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.aio.client import Client
from nats.js.errors import APIError

ANSWER_SECONDS = 2.0
FEW = 10
"""Below this one by one: a batch costs the server 6 ms however small it is, a message alone 0.6 to 1 ms (both flushed to disk)."""
LARGEST_BATCH = 1000
"""The server takes no more in one batch. That many took 37 ms (27,000 a second) with `sync_interval: always`, on two busy cores."""
FENCE = "Nats-Expected-Last-Sequence"


@dataclass(frozen=True)
class Message:
    """What is put on a stream."""

    subject: str
    data: bytes
    headers: dict[str, str]


class Unsure(Exception):
    """What was sent may be stored or not, or was stored before."""


async def publish(client: Client, messages: Sequence[Message], after: int) -> int:
    """Publishes the messages in their order, the first of them after this sequence; gives the sequence of the last one.

    Raises nats.js.errors.APIError when the server refuses (the fence among others), nats.errors.Error, TimeoutError or Unsure when the
    outcome is unknown. Some of the messages may be stored then, and always the first of them.
    """
    if len(messages) < FEW:
        for message in messages:
            after = (await _asked(client, message, {FENCE: str(after)}))["seq"]
        return after
    for start in range(0, len(messages), LARGEST_BATCH):
        after = await _batch(client, messages[start : start + LARGEST_BATCH], after)
    return after


async def _batch(client: Client, messages: Sequence[Message], after: int) -> int:
    """One atomic batch: nothing of it is on the stream before its last message, which commits it, is answered."""
    batch = {"Nats-Batch-Id": uuid4().hex}
    last = len(messages)
    for place, message in enumerate(messages[:-1], start=1):
        fence = {FENCE: str(after)} if place == 1 else {}
        await client.publish(message.subject, message.data, headers=message.headers | batch | {"Nats-Batch-Sequence": str(place)} | fence)
    answer = await _asked(client, messages[-1], batch | {"Nats-Batch-Sequence": str(last), "Nats-Batch-Commit": "1"})
    if (answer.get("batch"), answer.get("count")) != (batch["Nats-Batch-Id"], last):
        raise Unsure(f"batch of {last}: {answer}")
    return int(answer["seq"])


async def _asked(client: Client, message: Message, headers: dict[str, str]) -> dict[str, Any]:
    """The server's acknowledgement. Raises as `publish`."""
    answer = await client.request(message.subject, message.data, timeout=ANSWER_SECONDS, headers=message.headers | headers)
    acknowledged: dict[str, Any] = json.loads(answer.data)
    if "error" in acknowledged:
        raise APIError.from_error(acknowledged["error"])
    if acknowledged.get("duplicate"):
        raise Unsure("published already")
    return acknowledged
