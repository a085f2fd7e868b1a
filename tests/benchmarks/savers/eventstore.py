"""Saves with our event store: as a referral is saved (sealed, with its new keys), or an event without personal data."""

import itertools
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contracts.case import ReferralSeen
from services.kit.eventstore import EventStore
from services.kit.recorded import Provenance, Recorded
from tests.benchmarks import sample
from tests.benchmarks.savers.loop import answer, reply, saved

BY = Provenance("socialjouren", "socialjouren-jour", sample.ACTOR, datetime.now(UTC), uuid4())


async def serve(question: Callable[[], Awaitable[dict[str, Any] | None]]) -> None:
    """Answers until it is asked no more."""
    store, number = EventStore("intake", os.environ["DSN"]), itertools.count()
    await store.start()

    async def sealed() -> None:
        stream = uuid4()
        await store.save([sample.received(next(number), stream)], sample.holders(stream), fresh=True)

    async def clear() -> None:
        await store.save([Recorded(uuid4(), 1, ReferralSeen(unit="socialjouren-jour", seen_at=BY.at), BY)])

    try:
        while (asked := await question()) is not None:
            reply(await saved(sealed if asked["what"] == "sealed" else clear, asked["savers"], asked["seconds"]))
    finally:
        await store.stop()


if __name__ == "__main__":
    answer(serve)
