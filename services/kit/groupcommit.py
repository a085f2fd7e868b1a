"""Group commit: everything queued at this moment goes into one transaction, so that many savers share one flush to disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from eventsourcing.persistence import StoredEvent

from contracts.refusals import Unavailable

LONGEST_QUEUE = 2000
LARGEST_GROUP = 200
CONNECT_SECONDS = 2.0
STATEMENT_SECONDS = 4.0
OUTCOME_SECONDS = 5.0
"""How long a save may wait for a database that is away, counted from when it was queued."""
RETRY_SECONDS = 0.2

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    ConnectionError,
    OSError,
    TimeoutError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,
)
"""What a database that went away looks like. The last: killed between two messages of one answer, the client loses its place."""
NO_ANSWER = "The database does not answer. Try again in a moment."
FULL_DISK = "The disk under the database is full; an operator must make room. ({})"
FULL = (asyncpg.DiskFullError, asyncpg.OutOfMemoryError, asyncpg.InsufficientResourcesError)


APPEND = "SELECT {}.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)"
"""One transaction's work: see deploy/postgres/030_store.sql."""


class VersionConflict(Exception):
    """Somebody else wrote this revision of the stream first."""


@dataclass(frozen=True)
class NewKeys:
    """Keys that come into being with a save: (stream, audience, public) and (stream, audience, agency, wrapped private)."""

    streams: tuple[tuple[UUID, str, bytes], ...] = ()
    wraps: tuple[tuple[UUID, str, str, bytes], ...] = ()

    def __add__(self, other: "NewKeys") -> "NewKeys":
        return NewKeys(self.streams + other.streams, self.wraps + other.wraps)


@dataclass(frozen=True)
class Likeness:
    """By what a new stream is known again when another is about the same child, or says the same: keyed digests, and nothing else.

    They stand beside the events, where they can be deleted. `child_key` is None for a child without a number that can be known again,
    `text_key` for words that nobody is to know again: a private person's. One of them is there.
    """

    stream: UUID
    child_key: bytes | None
    text_key: bytes | None
    from_agency: str
    received_at: datetime


@dataclass
class Save:
    """Events that are stored together or not at all, where their positions arrive, and how long somebody waits for them."""

    events: Sequence[StoredEvent]
    keys: NewKeys
    upstream: tuple[str, int] | None
    likenesses: Sequence[Likeness]
    done: asyncio.Future[list[int]]
    deadline: float

    @property
    def place(self) -> tuple[object, int] | None:
        """Where it begins: two saves of one place cannot both be stored. None when it only notes how far somebody has followed."""
        return (self.events[0].originator_id, self.events[0].originator_version) if self.events else None


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def arguments(saves: Sequence[Save]) -> list[Any]:
    """What APPEND wants."""
    events = [(e.originator_id, e.originator_version, e.topic, e.state) for save in saves for e in save.events]
    streams = [key for save in saves for key in save.keys.streams]
    wraps = [wrap for save in saves for wrap in save.keys.wraps]
    upstreams = [save.upstream for save in saves if save.upstream]
    return [*_columns(events, 4), *_columns(streams, 3), *_columns(wraps, 4), *_columns(upstreams, 2)]


def _likenesses(saves: Sequence[Save]) -> list[Any]:
    rows = [(each.stream, each.child_key, each.text_key, each.from_agency, each.received_at) for save in saves for each in save.likenesses]
    return _columns(rows, 5) if rows else []


class GroupCommit:
    """One connection and one coroutine that write for a whole process.

    After a version conflict the saves whose places are taken are settled by themselves and the others go on together, so only the
    loser is refused, and a storm of repeated requests does not slow the others down. A lost connection leaves the outcome
    unknown: each save is read back and compared byte for byte before it is tried again, so nothing is stored twice and
    nothing stored is called lost (reliability of the library here: an IntegrityError although the event is stored).

    `waiting` says how many saves have not been answered.
    """

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn, self._schema = dsn, schema
        self._append = APPEND.format(schema)
        # One statement, and so one transaction: what is known again by a number stands there with the event or not at all. Its rows are
        # written after the events, while the turn is held: so they are in the order of commits too.
        self._append_alike = (
            f"WITH appended AS MATERIALIZED ({self._append} AS position), known_again AS ("  # noqa: S608
            f"INSERT INTO {schema}.same_child (stream, child_key, text_key, from_agency, received_at)"
            " SELECT u.* FROM unnest($14::uuid[],$15::bytea[],$16::bytea[],$17::text[],$18::timestamptz[]) AS u"
            " WHERE (SELECT count(*) FROM appended) > 0) SELECT position FROM appended"
        )
        self._queue: asyncio.Queue[Save] = asyncio.Queue(LONGEST_QUEUE)
        self._put_off: list[Save] = []
        self.waiting = 0
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects and begins to write. Raises Unavailable when the database would acknowledge too early, or what LOST lists."""
        await self._connected()
        self._task = asyncio.create_task(self._run(), name=f"group commit {self._schema}")

    async def stop(self) -> None:
        """Writes what is queued, then disconnects."""
        if self._task:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection:
            await self._connection.close(timeout=CONNECT_SECONDS)

    async def append(
        self,
        events: Sequence[StoredEvent],
        keys: NewKeys | None = None,
        upstream: tuple[str, int] | None = None,
        likenesses: Sequence[Likeness] = (),
    ) -> list[int]:
        """Stores the events durably and gives their positions, one per event; with them by what they are known again.

        Raises VersionConflict when a revision is taken, Unavailable when the database cannot store now (the outcome of a
        lost COMMIT is settled first, or stays unknown to the caller, who sends the same again).
        """
        loop = asyncio.get_running_loop()
        save = Save(events, keys or NewKeys(), upstream, likenesses, loop.create_future(), loop.time() + OUTCOME_SECONDS)
        try:
            self._queue.put_nowait(save)
        except asyncio.QueueFull:
            raise Unavailable("The hub has more to store than it can. Send the same again in a moment.") from None
        self.waiting += 1
        try:
            return await save.done
        finally:
            self.waiting -= 1

    async def _run(self) -> None:
        while True:
            group = await self._next_group()
            try:
                await self._write(group)
            except Exception as error:  # noqa: BLE001  whoever waits gets it; a writer that dies would leave all later ones waiting for ever
                await self._drop_connection()
                _fail(group, error)
            for _ in group:
                self._queue.task_done()

    async def _next_group(self) -> list[Save]:
        """What waits, at most LARGEST_GROUP; of saves of the same place one, the others later: together they could only fail together."""
        waiting, self._put_off = self._put_off or [await self._queue.get()], []
        while len(waiting) < LARGEST_GROUP and not self._queue.empty():
            waiting.append(self._queue.get_nowait())
        group: dict[object, Save] = {}
        for save in waiting:
            if group.setdefault(save.place or id(save), save) is not save:
                self._put_off.append(save)
        return list(group.values())

    async def _write(self, group: Sequence[Save]) -> None:
        try:
            positions = iter(await self._call(group))
        except LOST:
            await self._drop_connection()
            await self._settle(group, self._again)
        except FULL as error:
            _fail(group, Unavailable(FULL_DISK.format(type(error).__name__)))
        except asyncpg.PostgresError as error:
            await self._apart(group, error)
        else:
            for save in group:
                _resolve(save, [next(positions) for _ in save.events])

    async def _apart(self, group: Sequence[Save], error: asyncpg.PostgresError) -> None:
        """After the database refused a group: those at fault on their own, so that only they are refused."""
        if len(group) == 1:
            if isinstance(error, asyncpg.UniqueViolationError):
                await self._settle(group, self._ours_or_theirs)
            else:
                _fail(group, error)
            return
        try:
            taken = await self._taken(group)
        except LOST:
            await self._drop_connection()
            await self._settle(group, self._again)
            return
        free = [save for save in group if save.place not in taken]
        await self._settle([save for save in group if save.place in taken], self._ours_or_theirs)
        if taken and free:
            await self._write(free)
        else:
            for save in free:
                await self._write([save])

    async def _taken(self, group: Sequence[Save]) -> set[tuple[object, int] | None]:
        """The places of these saves that hold an event already."""
        places = [save.place for save in group if save.place]
        rows = await (await self._connected()).fetch(
            f"SELECT originator_id, originator_version FROM {self._schema}.stored_events"  # noqa: S608  our own schema's name
            " JOIN unnest($1::uuid[], $2::bigint[]) AS place(stream, revision)"
            " ON originator_id = place.stream AND originator_version = place.revision",
            *_columns(places, 2),
        )
        return {(row["originator_id"], row["originator_version"]) for row in rows}

    async def _settle(self, group: Sequence[Save], step: Callable[[Save], Awaitable[None]]) -> None:
        """Takes the step for every save, over a new connection as often as it takes, each until its own deadline."""
        while waiting := [save for save in group if not save.done.done()]:
            try:
                for save in waiting:
                    await step(save)
            except LOST:
                await self._drop_connection()
                now = asyncio.get_running_loop().time()
                late = [save for save in waiting if save.deadline < now]
                _fail(late, Unavailable("The database does not answer. Send the same again, with the same key."))
                await asyncio.sleep(RETRY_SECONDS)

    async def _again(self, save: Save) -> None:
        """After a COMMIT that was not answered: stored by it, or to be stored now."""
        stored = await self._stored(save)
        if stored is None:
            await self._write([save])
        else:
            _resolve(save, stored)

    async def _ours_or_theirs(self, save: Save) -> None:
        """After a unique violation: stored by ourselves a moment ago, or the place was taken by somebody else."""
        stored = await self._stored(save)
        if stored is not None:
            _resolve(save, stored)
        else:
            _fail([save], VersionConflict(f"{save.events[0].originator_id} at {save.events[0].originator_version}"))

    async def _stored(self, save: Save) -> list[int] | None:
        connection, positions = await self._connected(), []
        for event in save.events:
            row = await connection.fetchrow(
                f"SELECT notification_id, state FROM {self._schema}.stored_events"  # noqa: S608  our own schema's name
                " WHERE originator_id = $1 AND originator_version = $2",
                event.originator_id,
                event.originator_version,
            )
            if row is None or row["state"] != event.state:
                return None
            positions.append(row["notification_id"])
        return positions

    async def _call(self, saves: Sequence[Save]) -> list[int]:
        connection = await self._connected()
        likenesses = _likenesses(saves)
        statement = self._append_alike if likenesses else self._append
        rows = await connection.fetch(statement, *arguments(saves), *likenesses)
        return [row[0] for row in rows]

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={"application_name": f"{self._schema} group commit"},
            )
            try:
                await refuse_early_receipts(self._connection)
            except BaseException:  # whatever it was, also the database gone again: a connection that was not asked is none
                await self._drop_connection()
                raise
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def refuse_early_receipts(connection: asyncpg.Connection) -> None:
    """Raises Unavailable when the database would say that something is stored before it is."""
    for setting in ("synchronous_commit", "fsync"):
        if await connection.fetchval(f"SHOW {setting}") != "on":
            raise Unavailable(f"PostgreSQL runs with {setting} off: a receipt could lie. Turn it on.")


def _resolve(save: Save, positions: list[int]) -> None:
    if not save.done.done():
        save.done.set_result(positions)


def _fail(saves: Sequence[Save], error: Exception) -> None:
    for save in saves:
        if not save.done.done():
            save.done.set_exception(error)
