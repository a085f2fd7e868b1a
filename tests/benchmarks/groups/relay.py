"""How fast the relay catches up after an outage, beside what JetStream takes at best from one client."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import asyncpg
import nats
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.nats.permissions import inbox
from deploy.nats.streams import DEPLOY
from services.kit.bus import POSITION, PREVIOUS, TOPIC
from tests.benchmarks import sample
from tests.benchmarks.children import Child, Failed, child, python
from tests.benchmarks.figures import Goal, Measured, Table, Verdict
from tests.benchmarks.rounds import Leg, rounds
from tests.benchmarks.run import Run
from tests.benchmarks.stack import Stack, organised

TITLE = "The relay's catching up after an outage"
BACKLOG, COLUMN = 50_000, "events a second"
RELAY, SYNC = "Nattljus' relay, from store to stream", "JetStream, one publish after the other"
BATCHES = (100, 500)
STREAM, SUBJECT = "BENCH", "bench.referral"
PATIENCE = 600.0
GOAL = Goal(name="relay's catching up after an outage", least=1000, unit="events/s")


async def measure(run: Run) -> Measured:
    """A backlog in the store, then the relay; and bare publishing of the same bytes into a stream of the same settings."""
    backlog = BACKLOG if run.seconds >= 3 else round(BACKLOG * run.seconds / 10)
    async with organised(run) as stack, _client(stack) as client:
        legs: dict[tuple[str, str], Leg] = {(RELAY, COLUMN): partial(_catch_up, run, stack, client.jetstream(), backlog)}
        legs[SYNC, COLUMN] = partial(_publish, run, client)
        for size in BATCHES:
            legs[f"JetStream, atomic batches of {size}", COLUMN] = partial(_publish_batches, run, client, size)
        rows = await rounds(legs, run.rounds)
    notes = (
        f"A backlog of {backlog:,} events of {len(sample.stored_bytes()):,} bytes, timed from the relay's first message to the last.",
        "NATS flushes every publish or batch to disk before it acknowledges (sync_interval: always), here as in the product.",
    )
    table = Table(
        title=TITLE, unit="events/s", columns=(COLUMN,), rows=rows, bound=f"JetStream, atomic batches of {BATCHES[-1]}", notes=notes
    )
    return Measured(tables=(table,), verdicts=(Verdict(goal=GOAL, figure=rows[RELAY][COLUMN]),))


@asynccontextmanager
async def _client(stack: Stack) -> AsyncIterator[Client]:
    client = await nats.connect(stack.nats.url, nkeys_seed_str=stack.nats_seed(DEPLOY), inbox_prefix=inbox(DEPLOY))
    try:
        yield client
    finally:
        await client.close()


async def _catch_up(run: Run, stack: Stack, streams: JetStreamContext, backlog: int) -> float:
    connection = await asyncpg.connect(stack.admin_dsn())
    try:
        state = sample.stored_bytes()
        rows = ((uuid4(), 1, "ReferralReceived.v1", state) for _ in range(backlog))
        columns = ("originator_id", "originator_version", "topic", "state")
        await connection.copy_records_to_table("stored_events", schema_name="intake", records=rows, columns=columns)
    finally:
        await connection.close()
    before = (await streams.stream_info("INTAKE")).state.messages
    async with child("relay", python("deploy.cli", "serve", "relay"), stack.environment("relay"), run.logs) as relay:
        began, first = await _reached(streams, relay, before + 1)
        ended, _ = await _reached(streams, relay, before + backlog)
        return (before + backlog - first) / (ended - began)


async def _reached(streams: JetStreamContext, relay: Child, wanted: int) -> tuple[float, int]:
    """When (monotonic seconds) the stream holds so many messages, and how many it then holds. Raises Failed."""
    until = time.monotonic() + PATIENCE
    while (messages := (await streams.stream_info("INTAKE")).state.messages) < wanted:
        if relay.process.returncode is not None or time.monotonic() > until:
            raise relay.failure("did not catch up")
        await asyncio.sleep(0.005)
    return time.monotonic(), messages


@asynccontextmanager
async def _stream(client: Client) -> AsyncIterator[JetStreamContext]:
    """A stream like ours, for one leg."""
    streams = client.jetstream()
    ours = (await streams.stream_info("INTAKE")).config
    await streams.add_stream(ours.evolve(name=STREAM, subjects=[f"{SUBJECT}.>"]))
    try:
        yield streams
    finally:
        await streams.delete_stream(STREAM)


def _headers(number: int) -> dict[str, str]:
    """As many as the relay sends."""
    return {"Nats-Msg-Id": f"bench:{number}", POSITION: str(number), PREVIOUS: str(number - 1), TOPIC: "ReferralReceived.v1"}


async def _publish(run: Run, client: Client) -> float:
    state, number = sample.stored_bytes(), 0
    async with _stream(client) as streams:
        began = time.monotonic()
        while time.monotonic() - began < run.seconds:
            number += 1
            await streams.publish(f"{SUBJECT}.{number}", state, headers=_headers(number))
        return number / (time.monotonic() - began)


async def _publish_batches(run: Run, client: Client, size: int) -> float:
    state, number = sample.stored_bytes(), 0
    async with _stream(client):
        began = time.monotonic()
        while time.monotonic() - began < run.seconds:
            batch = {"Nats-Batch-Id": str(uuid4())}
            for place in range(1, size):
                number += 1
                await client.publish(f"{SUBJECT}.{number}", state, headers=_headers(number) | batch | {"Nats-Batch-Sequence": str(place)})
            number += 1
            last = _headers(number) | batch | {"Nats-Batch-Sequence": str(size), "Nats-Batch-Commit": "1"}
            answer = await client.request(f"{SUBJECT}.{number}", state, timeout=10, headers=last)
            if b'"error"' in answer.data:
                raise Failed(f"an atomic batch of {size} was refused: {answer.data.decode()}")
        return number / (time.monotonic() - began)
