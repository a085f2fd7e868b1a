"""The NATS client, whose requests heed a cancellation."""

import asyncio
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from typing_extensions import override

ANSWER_SECONDS = 2.0
"""How long NATS may take to answer a request."""


class Heedful(Client):
    """The client of nats-py waits for an answer by asyncio.wait_for, which on Python 3.11 loses a cancellation that comes with the answer.

    The task would go on, and a process that was told to stop would never end.
    """

    @override
    async def request(self, *arguments: Any, **more: Any) -> Msg:
        """As the client's own; everything that asks JetStream comes through here. Raises CancelledError when cancelled, whatever came."""
        answer = await super().request(*arguments, **more)
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError
        return answer
