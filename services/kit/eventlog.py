"""The event log of a store, read by position: what relays, views and policies catch up from."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import asyncpg

import contracts.catalogue  # noqa: F401  whoever reads a log knows every event
from contracts.envelope import Envelope, whole
from contracts.event import Event

STORES = ("intake", "liaison")
"""The stores there are, each with its log and its stream on the bus."""
PAGE = 500

# A plan prepared on an empty table scans it for ever after (5.7 ms at 20,000 rows instead of 0.03): force the index.
INDEX_PLAN = {"enable_seqscan": "off", "plan_cache_mode": "force_custom_plan", "jit": "off"}


class Misplaced(ValueError):
    """The bytes belong to another child's stream, or say that they are another event: somebody has moved them."""


@dataclass(unsafe_hash=True)
class Logged:
    """One stored event at its position; `previous` is the position before it in the same store (0 before the first).

    Nobody changes one; it is not frozen because making it would take three times as long, and a rebuild makes millions.
    """

    store: str
    position: int
    previous: int
    topic: str
    stream: UUID
    state: bytes

    @cached_property
    def envelope(self) -> Envelope:
        """The CloudEvents document. Raises pydantic.ValidationError when the bytes are none."""
        return Envelope.model_validate_json(self.state)

    @cached_property
    def whole(self) -> Envelope:
        """The document with its event, read once for all who ask. Raises Misplaced, UnknownEvent, pydantic.ValidationError."""
        read = whole(self.topic, self.state)
        if (read.subject, read.topic) != (self.stream, self.topic):
            raise Misplaced(f"{self.store}:{self.position}")
        return read

    @cached_property
    def event(self) -> Event:
        """The fact inside. Raises what `whole` raises."""
        return self.whole.event()

    def __reduce__(self) -> tuple[type["Logged"], tuple[object, ...]]:
        """To another process goes what was stored; what was read from it is of a class made here, and is read there again."""
        return Logged, (self.store, self.position, self.previous, self.topic, self.stream, self.state)


class Unchanging(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection whose session nobody changes: there is nothing to reset when it is given back, and a round trip less."""

    def get_reset_query(self) -> str:
        """None."""
        return ""


async def log_pool(dsn: str, size: int = 2, seconds: float = 30) -> asyncpg.Pool:
    """Connections for reading logs and histories, with the index plan forced. `seconds` is the longest that a query may take."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=2,
        command_timeout=seconds,
        server_settings=INDEX_PLAN,
        connection_class=Unchanging,
    )


class EventLog:
    """Reads one store in the order of its commits. Any login granted `nattljus_followers` may."""

    def __init__(self, pool: asyncpg.Pool | asyncpg.Connection, store: str) -> None:
        self.store, self._pool = store, pool
        table = f"{store}.stored_events"
        columns = "notification_id, topic, originator_id, state"
        self._page = f"SELECT {columns} FROM {table} WHERE notification_id > $1 ORDER BY notification_id LIMIT $2"  # noqa: S608
        self._chosen = (
            f"SELECT {columns} FROM {table} WHERE notification_id > $1 AND topic = ANY($3)"  # noqa: S608
            " ORDER BY notification_id LIMIT $2"
        )
        self._of = (
            f"SELECT {columns} FROM {table} WHERE originator_id = ANY($1) AND notification_id <= $2 AND topic <> ALL($3)"  # noqa: S608
            " ORDER BY notification_id"
        )
        self._sweep = (
            f"SELECT {columns} FROM {table} WHERE originator_id BETWEEN $1 AND $2 AND notification_id <= $3 AND topic <> ALL($4)"  # noqa: S608
            " ORDER BY originator_id, originator_version"
        )
        self._tail = f"SELECT coalesce(max(notification_id), 0) FROM {table}"  # noqa: S608

    async def after(self, position: int, limit: int = PAGE) -> list[Logged]:
        """The events that follow the position, in order, at most `limit`."""
        return self._logged(position, await self._pool.fetch(self._page, position, limit))

    async def chosen(self, position: int, topics: Sequence[str], limit: int = PAGE) -> list[Logged]:
        """As `after`, but only these topics; `previous` then is the one before among them."""
        return self._logged(position, await self._pool.fetch(self._chosen, position, limit, list(topics)))

    async def of(self, streams: Collection[UUID], until: int, without: Collection[str] = ()) -> list[Logged]:
        """The events of these streams up to and with the position, in order, without those of some topics."""
        return self._logged(0, await self._pool.fetch(self._of, list(streams), until, list(without)))

    async def sweep(self, first: UUID, last: UUID, until: int, without: Collection[str], size: int) -> AsyncIterator[list[Logged]]:
        """The events of all streams between two ids, up to the position, without those of some topics: stream by stream, in pages.

        Over one connection, in a transaction: the database makes one plan for the whole, whatever the size of the store.
        """
        async with self._pool.transaction(readonly=True):
            cursor = await self._pool.cursor(self._sweep, first, last, until, list(without))
            while rows := await cursor.fetch(size):
                yield self._logged(0, rows)

    async def everything(self, position: int = 0, until: int | None = None) -> AsyncIterator[Logged]:
        """All events after the position, page by page, up to and with `until` when given."""
        while page := await self.after(position):
            for logged in page:
                if until is not None and logged.position > until:
                    return
                yield logged
            position = page[-1].position

    async def up_to(self, position: int) -> int:
        """The last position that an event has up to and with this one; 0 before the first. Positions have holes where a commit failed."""
        return int(await self._pool.fetchval(f"{self._tail} WHERE notification_id <= $1", position))

    async def tail(self) -> int:
        """The last position, 0 in an empty store."""
        return int(await self._pool.fetchval(self._tail))

    def _logged(self, position: int, rows: Sequence[asyncpg.Record]) -> list[Logged]:
        logged = []
        for number, topic, stream, state in rows:
            logged.append(Logged(self.store, number, position, topic, stream, state))
            position = number
        return logged
