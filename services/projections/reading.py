"""Reading for a caller: a pool for each agency kind under its own login, every query with agency and unit, every opening logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr
from sqlalchemy import Row, Select, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as SqlTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.agencies import Purpose
from contracts.envelope import Envelope
from contracts.event import Ciphertext, Event, SealedEvent
from contracts.refusals import Missing, Unavailable
from services.kit.groupcommit import LOST, NO_ANSWER
from services.kit.keyring import PrivateKeys, Reader
from services.kit.recorded import open_content
from services.kit.register import Caller
from services.projections.tables import engine
from services.projections.views import casefile, readers


@dataclass(frozen=True)
class Opened:
    """One sealed event of a stream, opened. `readable` is false when its key is destroyed: the content is gone for good."""

    envelope: Envelope
    event: Event
    readable: bool


class Reading:
    """The reading side of the hub for all agency kinds."""

    def __init__(self, dsns: Mapping[str, SecretStr], private_keys: PrivateKeys) -> None:
        self._engines: dict[str, AsyncEngine] = {
            kind: engine(dsn.get_secret_value(), 3).execution_options(isolation_level="AUTOCOMMIT") for kind, dsn in dsns.items()
        }
        self._dsns, self._keys = dsns, private_keys
        self._pools: dict[str, asyncpg.Pool] = {}

    async def start(self) -> None:
        """A small pool for each kind, for the calls that hand out keys."""
        for kind, dsn in self._dsns.items():
            self._pools[kind] = await asyncpg.create_pool(dsn.get_secret_value(), min_size=0, max_size=3, timeout=2, command_timeout=10)

    async def stop(self) -> None:
        """Disconnects."""
        for each in self._engines.values():
            await each.dispose()
        for pool in self._pools.values():
            await pool.close()

    async def rows(self, caller: Caller, query: Select[Any]) -> Sequence[Row[Any]]:
        """The rows that the caller's login may see of a query; the query itself names agency and unit. Raises Unavailable."""
        try:
            async with self._engines[caller.kind].connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return rows
        except (*LOST, InterfaceError, OperationalError, SqlTimeoutError) as error:
            raise Unavailable(NO_ANSWER) from error

    async def one(self, caller: Caller, query: Select[Any]) -> Row[Any]:
        """The one row. Raises Missing: what is not there and what is not theirs look the same."""
        rows = await self.rows(caller, query)
        if not rows:
            raise Missing
        return rows[0]

    async def open(self, caller: Caller, stream: UUID, *, purpose: Purpose, request: UUID) -> list[Opened]:
        """The stream's sealed events that the caller's unit may read, in order, opened through the read log. Raises Missing."""
        may = await self.one(
            caller,
            select(readers.TABLE.c.audiences).where(
                readers.TABLE.c.stream == stream, readers.TABLE.c.agency == caller.agency, readers.TABLE.c.unit == caller.unit
            ),
        )
        file = casefile.TABLE
        rows = await self.rows(
            caller,
            select(file.c.state, file.c.audience)
            .where(file.c.stream == stream, file.c.audience.in_(may.audiences))
            .order_by(file.c.recorded_at, file.c.store, file.c.position),
        )
        reader = Reader(caller.actor, caller.agency, caller.unit, caller.role, caller.assurance)
        keys = await self._keys.unlock(self._pools[caller.kind], stream, reader, action="open", purpose=purpose, request=request)
        return [_opened(Envelope.model_validate_json(row.state), keys) for row in rows]


def _opened(envelope: Envelope, keys: dict[str, bytes]) -> Opened:
    event = open_content(envelope, keys)
    readable = not (isinstance(event, SealedEvent) and isinstance(event.content, Ciphertext))
    return Opened(envelope, event, readable)
