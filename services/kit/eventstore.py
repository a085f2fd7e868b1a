"""The event store: the eventsourcing library on PostgreSQL, read in one query a stream, written by group commit."""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID

import asyncpg
from anyio import CapacityLimiter, to_thread
from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.persistence import InterfaceError as StoreInterfaceError
from eventsourcing.persistence import OperationalError as StoreOperationalError
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import Environment

from contracts.event import SealedEvent
from contracts.refusals import Unavailable
from services.kit.eventlog import log_pool
from services.kit.files import FileCommit, KeptFile, octets_kept
from services.kit.groupcommit import NO_ANSWER, GroupCommit, Likeness, NewKeys
from services.kit.keyring import Keyring
from services.kit.recorded import EnvelopeMapper, Recorded, sealing_to
from services.kit.sealing import KeyPair

READERS = 4
"""Connections for reading."""
WRITERS = 2
"""Group commits: while the database stores one's group, this process makes the saves of the other's."""
READ_SECONDS = 4.0
"""How long a caller waits for a read. The library tries ten times by itself, which is 22 seconds with the database away."""
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, StoreOperationalError, StoreInterfaceError, TimeoutError)
RECONNECT_SECONDS = 1.0
KEEPALIVE = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""A connection that fell silent is found out in 11 seconds; without these its thread would wait for hours."""
Found = TypeVar("Found")


def library_environment(dsn: str, schema: str, *, create: bool = False) -> dict[str, str]:
    """The library's settings, all of them: nothing is taken from the process environment by accident."""
    url = urlsplit(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": url.path.lstrip("/"),
        "POSTGRES_HOST": url.hostname or "",
        "POSTGRES_PORT": str(url.port or 5432),
        "POSTGRES_USER": unquote(url.username or ""),
        "POSTGRES_PASSWORD": unquote(url.password or ""),
        "POSTGRES_SCHEMA": schema,
        "POSTGRES_CONNECT_TIMEOUT": "2",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "0",
        "POSTGRES_PRE_PING": "n",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
        "CREATE_TABLE": "y" if create else "n",
    }


class Library(Application[UUID]):
    """The eventsourcing application of one service: its recorder, its store and our mapper."""

    def __init__(self, dsn: str, schema: str, *, create: bool = False) -> None:
        self._settings, self._source = library_environment(dsn, schema, create=create), schema
        try:
            super().__init__()
            refuse_database_functions(self.recorder)
        except BaseException:
            # The library closes its connections when it is thrown away, which may be in one of their own threads: close them here.
            if hasattr(self, "factory"):
                self.factory.close()
            raise

    def construct_env(self, name: str, env: object = None) -> Environment:  # noqa: ARG002
        """Only our own settings: a stray POSTGRES_* or CIPHER_* variable must not change the store. No name: the plain table names."""
        return Environment("", self._settings)

    def construct_mapper(self) -> Mapper[UUID]:
        """The mapper that seals personal data."""
        return EnvelopeMapper(self._source)

    def construct_recorder(self) -> ApplicationRecorder:
        """A recorder with the tracking table, where a policy keeps how far it has followed."""
        if isinstance(self.factory, PostgresFactory):
            _return_soon(self.factory.datastore)
        return self.factory.process_recorder()


def _return_soon(datastore: PostgresDatastore) -> None:
    """The pool doubles its pauses between tries for five minutes: after an outage the hub would stay away for minutes more."""
    datastore.pool.reconnect_timeout = RECONNECT_SECONDS
    if isinstance(datastore.pool.kwargs, dict):
        datastore.pool.kwargs |= KEEPALIVE


class DatabaseFunctionsOn(RuntimeError):
    """The library's database functions insert without the table lock: followers lose events. Turn them off."""


def refuse_database_functions(recorder: object) -> None:
    """Raises DatabaseFunctionsOn when the recorder would insert without the lock."""
    if not isinstance(recorder, PostgresApplicationRecorder) or recorder.datastore.enable_db_functions:
        raise DatabaseFunctionsOn


@dataclass(frozen=True)
class Position:
    """How far a store has come: `intake:42`, in order of commits."""

    store: str
    number: int

    def __str__(self) -> str:
        return f"{self.store}:{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """`intake:42`. Raises ValueError when it is not such a text."""
        store, _, number = text.partition(":")
        if not store.isidentifier() or not number.isdigit():
            raise ValueError(text)
        return cls(store, int(number))


class DamagedHistory(Exception):
    """A stream holds bytes that are no event, or that were written for another place: somebody changed the store from beneath."""


class EventStore:
    """A service's store. `name` is its schema and the name of its stream on the bus."""

    def __init__(self, name: str, dsn: str) -> None:
        self.name, self._dsn = name, dsn
        self._commits = [GroupCommit(dsn, name) for _ in range(WRITERS)]
        self._files = FileCommit(dsn, name)
        self._limiter = CapacityLimiter(1)  # the library's threads, as many as it has connections
        self._histories = (
            f"SELECT originator_id, originator_version, topic, state FROM {name}.stored_events"  # noqa: S608  our own schema's name
            " WHERE originator_id = ANY($1) ORDER BY originator_id, originator_version"
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Connects. Raises Unavailable when the database is not there."""
        async with contextlib.AsyncExitStack() as begun:
            try:
                self._library = await to_thread.run_sync(Library, self._dsn, self.name)
                begun.push_async_callback(to_thread.run_sync, self._library.close)
                self.pool = await log_pool(self._dsn, READERS, READ_SECONDS)
                begun.push_async_callback(self.pool.close)
                for commit in self._commits:
                    await commit.start()
                    begun.push_async_callback(commit.stop)
            except AWAY as error:
                raise Unavailable(f"The database does not answer: {error}") from error
            self._begun = begun.pop_all()
        self.keyring = Keyring(self.pool)

    async def stop(self) -> None:
        """Writes what is queued and disconnects: everything, also when one of them does not come to an end. Raises what that said."""
        await self._begun.aclose()

    async def load(self, stream: UUID) -> list[Recorded]:
        """All events of one stream in order; empty when there is none. Raises Unavailable, DamagedHistory."""
        return (await self.histories([stream]))[stream]

    async def histories(self, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        """All events of each stream in order, in one query; raises DamagedHistory when those of any are, Unavailable.

        By asyncpg, not by the library, whose threads take five times as long (0.8 ms and 0.6 ms of CPU instead of 0.15 and 0.1).
        """
        rows = await self._answer(self.pool.fetch(self._histories, streams))
        found: dict[UUID, list[Recorded]] = {stream: [] for stream in streams}
        try:
            for row in rows:
                stored = StoredEvent(row["originator_id"], row["originator_version"], row["topic"], row["state"])
                found[row["originator_id"]].append(self._library.mapper.to_domain_event(stored))  # type: ignore[arg-type]
        except MapperDeserialisationError as error:
            raise DamagedHistory(str(error)) from error
        return found

    async def save(
        self,
        events: Sequence[Recorded],
        holders: Mapping[tuple[UUID, str], frozenset[str]] | None = None,
        grants: NewKeys | None = None,
        upstream: Position | None = None,
        *,
        fresh: bool = False,
        files: Sequence[KeptFile] = (),
        likenesses: Sequence[Likeness] = (),
    ) -> list[Position]:
        """Stores the events together, durably; keys for new audiences come into being with them.

        `holders` says, for (stream, audience), which agencies hold a key that does not exist yet; `grants` are keys wrapped
        for a new holder; `upstream` is how far a policy has now followed; `fresh` says that nobody has written to these streams yet,
        so that no key need be looked for (VersionConflict when somebody has); `files` are stored with the events that tell of them,
        which are never a stream's first; `likenesses` are by what new streams are known again.
        Raises VersionConflict, Unavailable.
        """
        keys = grants or NewKeys()
        ready: list[Recorded] = []
        public: dict[tuple[UUID, str], bytes | KeyPair] = {}
        for recorded in events:
            if not isinstance(recorded.event, SealedEvent):
                ready.append(recorded)
                continue
            place = (recorded.originator_id, recorded.event.key_audience())
            if place not in public:
                found: bytes | KeyPair | None = None if fresh else await self._public_key(place)
                if found is None:
                    found, made = await self.keyring.new_keys(*place, (holders or {})[place])
                    keys += made
                public[place] = found
            ready.append(sealing_to(recorded, public[place]))
        stored = [self._library.mapper.to_stored_event(each) for each in ready]
        if files:
            return [Position(self.name, number) for number in await self._files.append(stored, keys, files)]
        tracked = (upstream.store, upstream.number) if upstream else None
        idlest = min(self._commits, key=lambda commit: commit.waiting)
        return [Position(self.name, number) for number in await idlest.append(stored, keys, tracked, likenesses)]

    async def _public_key(self, place: tuple[UUID, str]) -> bytes | None:
        return await self._answer(self.keyring.public_key(*place))

    async def octets_kept(self, stream: UUID) -> int:
        """How many octets the stream's files have together. Raises Unavailable."""
        return await self._answer(octets_kept(self.pool, self.name, stream))

    async def followed(self, upstream: str) -> int:
        """How far this service has followed another store: 0 when not at all. Raises Unavailable."""
        ask = functools.partial(self._library.recorder.max_tracking_id, upstream)  # type: ignore[attr-defined]
        return int(await self._answer(to_thread.run_sync(ask, limiter=self._limiter, abandon_on_cancel=True)) or 0)

    async def _answer(self, asked: Awaitable[Found]) -> Found:
        """What the database answers, given up after READ_SECONDS. Raises Unavailable."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await asked
        except AWAY as error:
            raise Unavailable(NO_ANSWER) from error
