"""Peer: one INSERT with asyncpg, prepared, from a pool; nothing else. The least that stores."""

import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
from fastapi import FastAPI, Request
from pydantic_core import to_json

from tests.benchmarks.peers.serving import CONNECTIONS, PATH, Body, Receipt, dsn, new_app, receipt, serve

INSERT = "INSERT INTO referral VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"


async def unchanged(_connection: asyncpg.Connection) -> None:
    """Nothing is set in a session here, so nothing is reset when a connection goes back: one round trip less."""


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """A pool of connections."""
    async with asyncpg.create_pool(dsn(), min_size=CONNECTIONS, max_size=CONNECTIONS, reset=unchanged) as pool:
        app.state.pool = pool
        yield


app = new_app(lifespan)


@app.post(PATH, status_code=201)
async def take(body: Body, request: Request) -> Receipt:
    """One row, durably."""
    given = receipt(uuid4(), body)
    await request.app.state.pool.execute(
        INSERT,
        given.referrals[0].id,
        body.recipient,
        body.worry,
        to_json(body.children).decode(),
        list(body.categories),
        body.immediate_danger,
        body.child_location,
        body.guardians,
        body.guardians_informed,
        body.not_informed_reason,
        body.reporter_contact,
        body.feedback_requested,
        body.occurred_at,
        given.received_at,
    )
    return given


if __name__ == "__main__":
    serve(app)
