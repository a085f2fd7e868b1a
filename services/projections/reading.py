"""Reading for a caller: a pool for each agency kind under its own login, every query with agency and unit, every opening logged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from anyio import to_thread
from pydantic import SecretStr

from contracts.agencies import Purpose
from contracts.attachment import AttachmentAdded, AttachmentContent
from contracts.envelope import Envelope
from contracts.event import Ciphertext, Event, SealedEvent
from contracts.refusals import Missing, Stranger, Unavailable
from services.kit.eventlog import Unchanging
from services.kit.files import open_file
from services.kit.groupcommit import LOST, NO_ANSWER
from services.kit.keyring import PrivateKeys, Reader
from services.kit.recorded import open_content
from services.kit.register import Caller
from services.projections.questions import AUDIENCES, FILES, SEALED, SEALED_FILE, Question

ANSWER_SECONDS = 5.0
"""How long a caller waits for a connection when all are busy."""
IN_ORDER = {"enable_seqscan": "off", "enable_bitmapscan": "off", "enable_sort": "off", "jit": "off"}
"""Rows are read from an index in its own order. The planner takes agency and unit for independent, expects a handful of rows,
and sorts them all: 8 ms instead of 0.2 for 25 of 12,500 rows, as soon as a plan is made that holds for any values."""


@dataclass(frozen=True)
class Opened:
    """One sealed event of a stream, opened. `readable` is false when its key is destroyed: the content is gone for good."""

    envelope: Envelope
    event: Event
    readable: bool


@dataclass(frozen=True)
class OpenedFile:
    """A file of a stream, opened."""

    content: AttachmentContent
    octets: bytes


class Reading:
    """The reading side of the hub for all agency kinds."""

    def __init__(self, dsns: Mapping[str, SecretStr], private_keys: PrivateKeys) -> None:
        self._dsns, self._keys = dsns, private_keys
        self._pools: dict[str, asyncpg.Pool] = {}

    async def start(self) -> None:
        """A small pool for each kind, connected when somebody of that kind asks."""
        for kind, dsn in self._dsns.items():
            self._pools[kind] = await asyncpg.create_pool(
                dsn.get_secret_value(),
                min_size=0,
                max_size=5,
                timeout=2,
                command_timeout=10,
                server_settings=IN_ORDER,
                connection_class=Unchanging,
            )

    async def stop(self) -> None:
        """Disconnects."""
        for pool in self._pools.values():
            await pool.close()

    async def rows(self, caller: Caller, question: Question, **given: object) -> Sequence[asyncpg.Record]:
        """The rows that the caller's login may see of those asked for; the question itself names agency and unit. Raises Unavailable."""
        if caller.kind not in self._pools:  # the private persons' door has no login of its own: it hands in, and reads nothing
            raise Stranger
        values = question.values(given | {"agency": caller.agency, "unit": caller.unit, "actor": caller.actor})
        try:
            async with self._pools[caller.kind].acquire(timeout=ANSWER_SECONDS) as connection:
                rows: Sequence[asyncpg.Record] = await connection.fetch(question.text, *values)
                return rows
        except LOST as error:
            raise Unavailable(NO_ANSWER) from error

    async def one(self, caller: Caller, question: Question, **given: object) -> asyncpg.Record:
        """The one row. Raises Missing: what is not there and what is not theirs look the same."""
        rows = await self.rows(caller, question, **given)
        if not rows:
            raise Missing
        return rows[0]

    async def open(self, caller: Caller, stream: UUID, *, purpose: Purpose, request: UUID, action: str = "open") -> list[Opened]:
        """The stream's sealed events that the caller's unit may read, in order, opened through the read log. Raises Missing."""
        may = await self.one(caller, AUDIENCES, stream=stream)
        rows = await self.rows(caller, SEALED, stream=stream, audiences=may["audiences"])
        reader = Reader(caller.actor, caller.agency, caller.unit, caller.role, caller.assurance)
        keys = await self._keys.unlock(self._pools[caller.kind], stream, reader, action=action, purpose=purpose, request=request)
        return [_opened(Envelope.model_validate_json(row["state"]), keys) for row in rows]

    async def files(self, caller: Caller, stream: UUID) -> Sequence[asyncpg.Record]:
        """How the stream's files stand, in order, without their names. Raises Missing."""
        may = await self.one(caller, AUDIENCES, stream=stream)
        return await self.rows(caller, FILES, stream=stream, audiences=may["audiences"])

    async def file(self, caller: Caller, stream: UUID, attachment: UUID, *, action: str, purpose: Purpose, request: UUID) -> OpenedFile:
        """One of the stream's files, opened through the read log, where `action` says how. Raises Missing; also when its key is gone."""
        may = await self.one(caller, AUDIENCES, stream=stream)
        rows = await self.rows(caller, SEALED, stream=stream, audiences=may["audiences"])
        sealed = await self.rows(caller, SEALED_FILE, stream=stream, attachment=attachment, audiences=may["audiences"])
        reader = Reader(caller.actor, caller.agency, caller.unit, caller.role, caller.assurance)
        keys = await self._keys.unlock(self._pools[caller.kind], stream, reader, action=action, purpose=purpose, request=request)
        content = next(_described(attachment, [_opened(Envelope.model_validate_json(row["state"]), keys) for row in rows]), None)
        if content is None or not sealed or sealed[0]["audience"] not in keys:
            raise Missing
        audience, key, octets = sealed[0]
        return OpenedFile(content, await to_thread.run_sync(open_file, keys[audience], stream, attachment, audience, key, octets))


def _described(attachment: UUID, opened: Sequence[Opened]) -> Iterator[AttachmentContent]:
    """What the event says of the file, if it can be read."""
    for each in opened:
        if (
            isinstance(each.event, AttachmentAdded)
            and each.event.attachment == attachment
            and isinstance(each.event.content, AttachmentContent)
        ):
            yield each.event.content


def _opened(envelope: Envelope, keys: dict[str, bytes]) -> Opened:
    event = open_content(envelope, keys)
    readable = not (isinstance(event, SealedEvent) and isinstance(event.content, Ciphertext))
    return Opened(envelope, event, readable)
