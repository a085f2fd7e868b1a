"""What every HTTP service with a store starts and stops: store, verifier, register, readiness."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
from fastapi import FastAPI, Response

from services.kit.auth.verify import TokenVerifier
from services.kit.eventlog import EventLog, log_pool
from services.kit.eventstore import EventStore
from services.kit.groupcommit import LOST
from services.kit.register import Register
from services.kit.settings import Settings
from services.kit.web import problem

DIRECTORY_STORE = "liaison"


@contextlib.asynccontextmanager
async def identity(app: FastAPI, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Verifier and register in the application's state; gives the pool that reads the logs."""
    async with await log_pool(settings.dsn) as pool:
        app.state.verifier = TokenVerifier(settings.issuer, settings.audience)
        app.state.register = Register(EventLog(pool, DIRECTORY_STORE))
        await app.state.register.refresh()
        keeping = asyncio.create_task(app.state.register.keep_fresh(), name="register")
        try:
            yield pool
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


@contextlib.asynccontextmanager
async def store_and_identity(app: FastAPI, settings: Settings, name: str) -> AsyncIterator[EventStore]:
    """As `identity`, with the service's own event store."""
    async with identity(app, settings), EventStore(name, settings.dsn) as store:
        app.state.store = store
        yield store


def readiness(app: FastAPI) -> None:
    """`/readyz`: whether the database answers; 503 says what is missing."""

    @app.get("/readyz", include_in_schema=False)
    async def ready(response: Response) -> Response:
        pool: asyncpg.Pool = app.state.pool if hasattr(app.state, "pool") else app.state.store.pool
        try:
            await pool.fetchval("SELECT 1", timeout=2)
        except LOST as error:
            return problem(503, "unavailable", f"The database does not answer ({type(error).__name__}).")
        response.status_code = 200
        return response
