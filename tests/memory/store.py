"""The event store, its log and the keyring on a database in memory: our own code from the decision down to the SQL."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import asyncpg
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from typing_extensions import override

from contracts.attachment import SCANNER
from services.intake.scanner import Queue, Waiting
from services.kit.eventlog import PAGE, EventLog, Logged
from services.kit.eventstore import DamagedHistory, EventStore
from services.kit.files import KeptFile
from services.kit.groupcommit import Likeness, NewKeys
from services.kit.keyring import Keyring, PrivateKeys, Reader, UnknownAgency, wrap_context
from services.kit.recorded import EnvelopeMapper, Recorded
from services.kit.sealing import unseal
from tests.memory.database import Database, Login


class MemoryKeyring(Keyring):
    """Finds public keys in memory; makes and wraps as always."""

    def __init__(self, database: Database) -> None:
        super().__init__(cast("asyncpg.Pool", None))
        self._database = database

    @override
    async def public_key(self, stream: UUID, audience: str) -> bytes | None:
        return self._database.stream_keys.get((stream, audience))

    @override
    async def _agency_key(self, agency: str) -> bytes:
        if agency not in self._database.agencies:
            raise UnknownAgency(agency)
        return self._database.agencies[agency][1]


class MemoryPrivateKeys(PrivateKeys):
    """Agencies' private keys that are no files."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    @override
    async def unlock(self, pool: Any, stream: UUID, reader: Reader, *, action: str, purpose: str, request: UUID) -> dict[str, bytes]:
        if reader.agency not in self._keys:
            raise UnknownAgency(reader.agency)
        login: Login = pool
        wrapped = login.database.unwrap(login.role, stream, reader, action, purpose, request)
        private = self._keys[reader.agency]
        return {audience: unseal(private, key, wrap_context(stream, audience, reader.agency)) for audience, key in wrapped.items()}


class _Library:
    """The mapper alone: reading is done here, writing by the commit."""

    def __init__(self, name: str) -> None:
        self.mapper = EnvelopeMapper(name)


class _Commit:
    """Appends at once."""

    waiting = 0

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def append(
        self,
        events: Sequence[StoredEvent],
        keys: NewKeys | None = None,
        upstream: tuple[str, int] | None = None,
        likenesses: Sequence[Likeness] = (),
    ) -> list[int]:
        await asyncio.sleep(0)
        return self._database.append(self._name, events, keys or NewKeys(), upstream, likenesses)


class _Files:
    """Stores files with the events that tell of them."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def append(self, events: Sequence[StoredEvent], keys: NewKeys, files: Sequence[KeptFile]) -> list[int]:
        await asyncio.sleep(0)
        positions = self._database.append(self._name, events, keys, None)
        self._database.files |= {each.id: each for each in files}
        return positions


class MemoryStore(EventStore):
    """A service's store. What it saves is sealed and mapped by the product's own `save`."""

    def __init__(self, name: str, database: Database, role: str = "") -> None:
        self.name, self._database = name, database
        self.pool = Login(database, role or f"nattljus_{name}")
        self.keyring = MemoryKeyring(database)
        self._files = _Files(database, name)  # type: ignore[assignment]
        self._library, self._commits = _Library(name), [_Commit(database, name)]  # type: ignore[assignment,list-item]

    @override
    async def start(self) -> None:
        pass

    @override
    async def stop(self) -> None:
        pass

    @override
    async def histories(self, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        await asyncio.sleep(0)  # somebody else's turn, as with a real database
        found: dict[UUID, list[Recorded]] = {stream: [] for stream in streams}
        try:
            for row in self._database.events[self.name]:
                if row.stream in found:
                    stored = StoredEvent(row.stream, row.envelope.revision, row.topic, row.state)
                    found[row.stream].append(self._library.mapper.to_domain_event(stored))  # type: ignore[arg-type]
        except MapperDeserialisationError as error:
            raise DamagedHistory(str(error)) from error
        return found

    @override
    async def octets_kept(self, stream: UUID) -> int:
        return sum(each.octets for each in self._database.files.values() if each.stream == stream)

    @override
    async def followed(self, upstream: str) -> int:
        return self._database.followed.get((self.name, upstream), 0)


class MemoryQueue(Queue):
    """What waits for the antivirus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def waiting(self, most: int) -> list[Waiting]:
        return [Waiting(stream, audience) for stream, agency, audience in self._database.wrapped if agency == SCANNER][:most]

    @override
    async def sealed(self, each: Waiting) -> tuple[str, bytes]:
        file = self._database.files[each.attachment]
        return file.audience, file.sealed

    @override
    async def looked_at(self, each: Waiting) -> None:
        del self._database.wrapped[each.stream, SCANNER, each.audience], self._database.stream_keys[each.stream, each.audience]


class MemoryLog(EventLog):
    """A store's log."""

    def __init__(self, database: Database, store: str) -> None:
        self.store, self._database = store, database

    @override
    async def after(self, position: int, limit: int = PAGE) -> list[Logged]:
        return [row for row in self._database.events[self.store] if row.position > position][:limit]

    @override
    async def chosen(self, position: int, topics: Sequence[str], limit: int = PAGE) -> list[Logged]:
        return [row for row in self._database.events[self.store] if row.position > position and row.topic in topics][:limit]

    @override
    async def tail(self) -> int:
        rows = self._database.events[self.store]
        return rows[-1].position if rows else 0
