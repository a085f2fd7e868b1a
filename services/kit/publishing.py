"""Putting messages on a stream in order, fenced: a few one behind the other, many as one atomic batch, stored whole or not at all."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.errors import APIError

from services.kit.client import ANSWER_SECONDS

FEW = 50
"""Below this one behind the other: a batch costs the server 4 ms of processor and 6 ms or more of time however small it is, a message alone
0.2 ms of either (all flushed to disk)."""
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


class Publisher:
    """Publishes over one client, for one caller at a time; the answers come to an inbox of its own."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox: Subscription | None = None
        self._calls = 0
        self._answers: asyncio.Queue[Msg] = asyncio.Queue()

    async def publish(self, messages: Sequence[Message], after: int) -> int:
        """Publishes the messages in their order, the first of them after this sequence; gives the sequence of the last one.

        Raises nats.js.errors.APIError when the server refuses (the fence among others), nats.errors.Error, TimeoutError or Unsure when
        the outcome is unknown. Some of the messages may be stored then, and always the first of them.
        """
        if len(messages) < FEW:
            return await self._in_a_row(messages, after)
        for start in range(0, len(messages), LARGEST_BATCH):
            after = await self._batch(messages[start : start + LARGEST_BATCH], after)
        return after

    async def _in_a_row(self, messages: Sequence[Message], after: int) -> int:
        """All sent at once, each fenced with the sequence that the one before it will have.

        When one is lost, those behind it are refused. When the first are there already, because another one has published them, the
        rest may still follow on: whoever publishes a store does it in one order from the beginning, so a sequence is one event's.
        """
        answer_to = await self._begin()
        for expected, message in enumerate(messages, start=after):
            await self._client.publish(message.subject, message.data, answer_to, headers=message.headers | {FENCE: str(expected)})
        for expected in range(after + 1, after + len(messages) + 1):
            answer = await self._answered(answer_to)
            if answer["seq"] != expected:
                raise Unsure(f"{answer['seq']} where {expected} was expected")
        return after + len(messages)

    async def _batch(self, messages: Sequence[Message], after: int) -> int:
        """One atomic batch: nothing of it is on the stream before its last message, which commits it, is answered."""
        answer_to, batch, last = await self._begin(), {"Nats-Batch-Id": uuid4().hex}, len(messages)
        for place, message in enumerate(messages, start=1):
            more = batch | {"Nats-Batch-Sequence": str(place)}
            if place == 1:
                more[FENCE] = str(after)
            if place == last:
                more["Nats-Batch-Commit"] = "1"
            await self._client.publish(message.subject, message.data, answer_to if place == last else "", headers=message.headers | more)
        answer = await self._answered(answer_to)
        if (answer.get("batch"), answer.get("count")) != (batch["Nats-Batch-Id"], last):
            raise Unsure(f"batch of {last}: {answer}")
        return int(answer["seq"])

    async def _begin(self) -> str:
        """Where the answers to this call are to go."""
        if self._inbox is None:
            self._inbox = await self._client.subscribe(f"{self._client.new_inbox()}.*", cb=self._answers.put)
        self._calls += 1
        return f"{self._inbox.subject.removesuffix('*')}{self._calls}"

    async def _answered(self, answer_to: str) -> dict[str, Any]:
        """The next acknowledgement of this call. Raises as `publish`."""
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await self._answers.get()
            while answer.subject != answer_to:
                answer = await self._answers.get()  # an answer to a call that was given up
        if (answer.headers or {}).get("Status") == "503":
            raise nats.errors.NoRespondersError
        acknowledged: dict[str, Any] = json.loads(answer.data)
        if "error" in acknowledged:
            raise APIError.from_error(acknowledged["error"])
        if acknowledged.get("duplicate"):
            raise Unsure("published already")
        return acknowledged
