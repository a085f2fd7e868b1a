"""Saves with the eventsourcing library's own recorder, as it comes, from threads: events whose bytes are made before."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment

from services.kit.eventstore import library_environment
from tests.benchmarks import sample
from tests.benchmarks.savers.loop import answer, reply, result

LARGEST = 32


def saves(recorder: ApplicationRecorder, savers: int, seconds: float) -> dict[str, float]:
    """So many threads, each inserting one event and another when that is durable."""
    state, took, end = sample.stored_bytes(), list[float](), time.monotonic() + seconds

    def one() -> None:
        while (began := time.monotonic()) < end:
            recorder.insert_events([StoredEvent(uuid4(), 1, "ReferralReceived.v1", state)])
            took.append(time.monotonic() - began)

    threads = [threading.Thread(target=one) for _ in range(savers)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result(took, time.monotonic() - began)


async def serve(question: Callable[[], Awaitable[dict[str, Any] | None]]) -> None:
    """Answers until it is asked no more."""
    settings = library_environment(os.environ["DSN"], "library", create=True)
    settings |= {"POSTGRES_POOL_SIZE": str(LARGEST), "POSTGRES_MAX_OVERFLOW": "0"}
    factory = PostgresFactory(Environment("", settings))
    recorder = factory.application_recorder()
    try:
        while (asked := await question()) is not None:
            reply(await asyncio.to_thread(saves, recorder, asked["savers"], asked["seconds"]))
    finally:
        factory.close()


if __name__ == "__main__":
    answer(serve)
