"""Files beside the events of a store: sealed under a key of their own, written in the transaction of the event that tells of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from eventsourcing.persistence import StoredEvent

from contracts.refusals import Unavailable
from services.kit.groupcommit import (
    APPEND,
    CONNECT_SECONDS,
    FULL,
    FULL_DISK,
    LOST,
    NewKeys,
    Save,
    VersionConflict,
    arguments,
    refuse_early_receipts,
)
from services.kit.sealing import KeyPair, Sealer, new_key_pair, unseal

WRITE_SECONDS = 30.0
"""How long the largest file may take to be written."""
LOST_FILE = "The database does not answer. Send the same file again, with the same key: it is stored once."


@dataclass(frozen=True)
class KeptFile:
    """A file as it is stored: `sealed` opens with the file's own key, and `key` is that key, sealed to (stream, audience)."""

    id: UUID
    stream: UUID
    audience: str
    octets: int
    key: bytes
    sealed: bytes


def file_context(stream: UUID, file: UUID, audience: str) -> str:
    """The associated data of a file and of its key: bytes moved to another child or file do not open."""
    return f"nattljus|file|{stream}|{file}|{audience}"


def seal_file(stream_key: bytes, stream: UUID, file: UUID, audience: str, content: bytes) -> tuple[KeptFile, KeyPair]:
    """The file as it is stored, and its own key pair, to be wrapped for who must look into it before it is handed out.

    By a sealer of its own: large files are sealed in threads, and a sealer serves one.
    """
    context, pair, sealer = file_context(stream, file, audience), new_key_pair(), Sealer()
    sealed = sealer.seal(pair, content, context)
    return KeptFile(file, stream, audience, len(content), sealer.seal(stream_key, pair.private, context), sealed), pair


def open_file(stream_private: bytes, stream: UUID, file: UUID, audience: str, key: bytes, sealed: bytes) -> bytes:
    """The file's bytes, for who holds the private key of (stream, audience). Raises Unreadable."""
    context = file_context(stream, file, audience)
    return unseal(unseal(stream_private, key, context), sealed, context)


class FileCommit:
    """Stores events together with the files that they tell of.

    Over a connection of its own for each: a large file is written before the lock of the store is asked for, so nobody's commit waits
    for it. Whoever is not answered sends the same again under the same key.
    """

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn, self._schema = dsn, schema
        self._insert = (
            f"INSERT INTO {schema}.attachment (id, stream, audience, octets, key, sealed)"  # noqa: S608  our own schema's name
            " VALUES ($1, $2, $3, $4, $5, $6)"
        )

    async def append(self, events: Sequence[StoredEvent], keys: NewKeys, files: Sequence[KeptFile]) -> list[int]:
        """Stores all or nothing and gives the events' positions. Raises VersionConflict, Unavailable."""
        save = Save(events, keys, None, (), asyncio.get_running_loop().create_future(), 0.0)
        try:
            connection = await asyncpg.connect(self._dsn, timeout=CONNECT_SECONDS, command_timeout=WRITE_SECONDS)
            try:
                await refuse_early_receipts(connection)
                async with connection.transaction():
                    for each in files:
                        await connection.execute(self._insert, each.id, each.stream, each.audience, each.octets, each.key, each.sealed)
                    rows = await connection.fetch(APPEND.format(self._schema), *arguments([save]))
            finally:
                connection.terminate()
        except asyncpg.UniqueViolationError as error:
            raise VersionConflict(str(events[0].originator_id)) from error
        except FULL as error:
            raise Unavailable(FULL_DISK.format(type(error).__name__)) from error
        except LOST as error:
            raise Unavailable(LOST_FILE) from error
        return [row[0] for row in rows]


async def octets_kept(pool: asyncpg.Pool, schema: str, stream: UUID) -> int:
    """How many octets the files of a stream have together. Raises what LOST lists."""
    return int(await pool.fetchval(f"SELECT coalesce(sum(octets), 0) FROM {schema}.attachment WHERE stream = $1", stream))  # noqa: S608
