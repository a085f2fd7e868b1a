"""What PostgreSQL keeps for the stores and the keyring, in memory: one append is one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
from eventsourcing.persistence import StoredEvent

from contracts.agencies import SOCIAL_SERVICES_KINDS
from contracts.attachment import SCANNER
from services.kit.eventlog import Logged
from services.kit.files import KeptFile
from services.kit.groupcommit import Likeness, NewKeys, VersionConflict
from services.kit.keyring import Reader


@dataclass(frozen=True)
class ReadLogRow:
    """Who was handed the keys of which stream, and why."""

    login: str
    reader: Reader
    stream: UUID
    action: str
    purpose: str
    request: UUID


@dataclass
class Database:
    """Tables. Every agency's public key is known; `append` and `unwrap` are what the functions of those names do in SQL."""

    agencies: dict[str, tuple[str, bytes]]
    events: dict[str, list[Logged]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    followed: dict[tuple[str, str], int] = field(default_factory=dict)
    stream_keys: dict[tuple[UUID, str], bytes] = field(default_factory=dict)
    wrapped: dict[tuple[UUID, str, str], bytes] = field(default_factory=dict)
    same_child: dict[UUID, Likeness] = field(default_factory=dict)
    read_log: list[ReadLogRow] = field(default_factory=list)
    files: dict[UUID, KeptFile] = field(default_factory=dict)

    def copy(self) -> "Database":
        """Another database that begins as this one stands."""
        return Database(
            self.agencies,
            defaultdict(list, {store: list(rows) for store, rows in self.events.items()}),
            defaultdict(int, self.numbers),
            dict(self.followed),
            dict(self.stream_keys),
            dict(self.wrapped),
            dict(self.same_child),
            list(self.read_log),
            dict(self.files),
        )

    def append(
        self,
        store: str,
        events: Sequence[StoredEvent],
        keys: NewKeys,
        upstream: tuple[str, int] | None,
        likenesses: Sequence[Likeness] = (),
    ) -> list[int]:
        """Stores all or nothing and gives the positions; those of before when the very same bytes stand there already.

        Raises VersionConflict when a revision is taken, a key exists, or the upstream was followed so far already.
        """
        if self._free(store, events, keys, upstream):
            self.same_child |= {each.stream: each for each in likenesses}
            return self._write(store, events, keys, upstream)
        stored = [self._position_of(store, event) for event in events]
        found = [position for position in stored if position is not None]
        if len(found) < len(events):
            self.numbers[store] += len(events)  # a transaction that fails has used its numbers up: positions have holes
            raise VersionConflict(str(events[0].originator_id))
        return found

    def _free(self, store: str, events: Sequence[StoredEvent], keys: NewKeys, upstream: tuple[str, int] | None) -> bool:
        taken = {(each.stream, each.envelope.revision) for each in self.events[store]}
        return (
            not any((each.originator_id, each.originator_version) in taken for each in events)
            and len({(each.originator_id, each.originator_version) for each in events}) == len(events)
            and not any((stream, audience) in self.stream_keys for stream, audience, _ in keys.streams)
            and not any((stream, agency, audience) in self.wrapped for stream, audience, agency, _ in keys.wraps)
            and (upstream is None or self.followed.get((store, upstream[0]), 0) < upstream[1])
        )

    def _write(self, store: str, events: Sequence[StoredEvent], keys: NewKeys, upstream: tuple[str, int] | None) -> list[int]:
        self.stream_keys |= {(stream, audience): public for stream, audience, public in keys.streams}
        self.wrapped |= {(stream, agency, audience): wrapped for stream, audience, agency, wrapped in keys.wraps}
        if upstream is not None:
            self.followed[store, upstream[0]] = upstream[1]
        rows = self.events[store]
        for event in events:
            previous = rows[-1].position if rows else 0
            self.numbers[store] += 1
            rows.append(Logged(store, self.numbers[store], previous, event.topic, UUID(str(event.originator_id)), event.state))
        return [row.position for row in rows[len(rows) - len(events) :]]

    def _position_of(self, store: str, event: StoredEvent) -> int | None:
        same = (row.position for row in self.events[store] if row.stream == event.originator_id and row.state == event.state)
        return next(same, None)

    def unwrap(self, login: str, stream: UUID, reader: Reader, action: str, purpose: str, request: UUID) -> dict[str, bytes]:
        """The agency's wrapped keys of the stream by audience, and a row in the read log. Raises InsufficientPrivilegeError."""
        kind = self.agencies[reader.agency][0] if reader.agency in self.agencies else None
        handing_over = login == "nattljus_liaison" and kind in SOCIAL_SERVICES_KINDS and action == "grant"
        looking = login == "nattljus_scanner" and reader.agency == SCANNER and action == "scan"
        if kind is None or not (login == f"nattljus_reader_{kind}" or handing_over or looking):
            raise asyncpg.InsufficientPrivilegeError(f"{login} may not read for {reader.agency}")
        self.read_log.append(ReadLogRow(login, reader, stream, action, purpose, request))
        return {audience: key for (of, agency, audience), key in self.wrapped.items() if (of, agency) == (stream, reader.agency)}


@dataclass(frozen=True)
class Login:
    """A login role's way into the database."""

    database: Database
    role: str
