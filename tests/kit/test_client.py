"""The NATS client: a cancellation that comes together with an answer is not lost."""

import asyncio
import contextlib

import nats.aio.client
import pytest
from nats.aio.msg import Msg

from services.kit.client import Heedful


async def test_a_task_that_is_cancelled_as_its_answer_comes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def swallows(_self: object, *_: object, **__: object) -> Msg:
        """As asyncio.wait_for does when both come at once."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        return Msg(Heedful())

    monkeypatch.setattr(nats.aio.client.Client, "request", swallows)
    task = asyncio.create_task(Heedful().request("somewhere"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
