"""Events that the policies could not react to: put aside with their stream's later ones, and taken again when people say so."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog
from pydantic import ValidationError

from contracts.catalogue import topics
from contracts.event import UnknownEvent
from contracts.quarantine import BEHIND, POLICIES, QuarantineDropConfirmed, QuarantineReplayRequested
from contracts.refusals import Refused
from services.kit.eventlog import EventLog, Logged
from services.kit.eventstore import DamagedHistory, EventStore, Position
from services.liaison.reactions import react
from services.liaison.samechild import SameChild

log = structlog.get_logger()

POISON = (UnknownEvent, ValidationError, DamagedHistory)
"""What an event, or its stream, can do wrong by itself. Anything else ends the process, which starts again where it was."""
DECISIONS = frozenset(topics(QuarantineReplayRequested, QuarantineDropConfirmed))

HELD = "SELECT DISTINCT stream FROM liaison.quarantine"
ASIDE = "INSERT INTO liaison.quarantine (store, position, stream, topic, reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
OF_STREAM = "SELECT store, position FROM liaison.quarantine WHERE stream = $1 ORDER BY store, position"
WAITS_ON = "UPDATE liaison.quarantine SET reason = $3 WHERE store = $1 AND position = $2"
TAKEN = "DELETE FROM liaison.quarantine WHERE store = $1 AND position = $2"
DROP = "DELETE FROM liaison.quarantine WHERE store = $1 AND position = $2 AND stream = $3 AND reason <> $4"


class WaitingRoom:
    """The policies' quarantine, shared by those who follow the stores: a stream that waits, waits for both."""

    def __init__(self, store: EventStore, same: SameChild, logs: Mapping[str, EventLog]) -> None:
        self._store, self._same, self._logs = store, same, logs
        self._held: set[UUID] = set()
        self._door = asyncio.Lock()

    async def open(self) -> None:
        """Reads who waits."""
        self._held = {row["stream"] for row in await self._store.pool.fetch(HELD)}

    def holds_any(self, events: Sequence[Logged]) -> bool:
        """Whether a stream of one of these events waits."""
        return not self._held.isdisjoint(logged.stream for logged in events)

    async def holds(self, logged: Logged) -> bool:
        """Whether the event's stream waits; if so, the event waits behind it now."""
        if logged.stream not in self._held:
            return False
        async with self._door:  # the stream may be on its way out this moment
            if logged.stream in self._held:
                await self.put_aside(logged, BEHIND)
            return logged.stream in self._held

    async def put_aside(self, logged: Logged, reason: str) -> None:
        """The event waits, with an alarm; the position goes on, so that other children's events do."""
        log.error("event in quarantine", store=logged.store, position=logged.position, reason=reason)
        await self._store.pool.execute(ASIDE, logged.store, logged.position, logged.stream, logged.topic, reason)
        await self._store.save([], upstream=Position(logged.store, logged.position))
        self._held.add(logged.stream)

    async def decided(self, logged: Logged) -> None:
        """Does what people decided about a waiting event. Twice is once."""
        try:
            event = logged.envelope.event()
        except ValueError:
            log.exception("a decision about the quarantine cannot be read", position=logged.position)
            return
        match event:
            case QuarantineDropConfirmed(follower=follower) if follower == POLICIES:
                # Only what waits, and is what the others wait for, can be dropped.
                await self._store.pool.execute(DROP, event.store, event.position, event.stream, BEHIND)
                await self._replay(event.stream)
            case QuarantineReplayRequested(follower=follower) if follower == POLICIES:
                await self._replay(event.stream)
            case _:
                pass

    async def _replay(self, stream: UUID) -> None:
        """Reacts to what waits, in order, causes before effects; from the first that still cannot be taken on, all wait."""
        async with self._door:
            for row in await self._store.pool.fetch(OF_STREAM, stream):
                [logged] = await self._logs[row["store"]].after(row["position"] - 1, 1)
                try:
                    await react(self._store, self._same, logged, datetime.now(UTC), again=True)
                except (*POISON, Refused) as error:
                    await self._store.pool.execute(WAITS_ON, logged.store, logged.position, type(error).__name__)
                    return
                await self._store.pool.execute(TAKEN, logged.store, logged.position)
            self._held.discard(stream)
