"""Carrying a decision out: load, decide, save; decided again when somebody else wrote in between, at most three times."""

import hmac
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from contracts.event import Event, SealedEvent
from contracts.model import Model
from contracts.refusals import AlreadySaid, Conflict, KeyReused
from services.kit.eventstore import EventStore, Position
from services.kit.groupcommit import Likeness, NewKeys, VersionConflict
from services.kit.recorded import Provenance, Recorded

TRIES = 3
State = TypeVar("State")
Holders = Callable[[State, str], frozenset[str]]
"""State and audience → the agencies that are to hold a key which does not exist yet."""


def digest(key: UUID, body: Model) -> str:
    """What a request under this idempotency key said, without saying it: HMAC-SHA-256 of the body in one spelling, hex.

    The spelling outlives versions of the body: in no order of fields, and without those that were left as they are by themselves.
    """
    said = body.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return hmac.digest(key.bytes, json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), "sha256").hex()


def recorded(stream: UUID, revision: int, events: Iterable[Event], by: Provenance) -> list[Recorded]:
    """The events at their places after `revision`."""
    return [Recorded(stream, revision + n, event, by) for n, event in enumerate(events, start=1)]


async def create(
    store: EventStore,
    stream: UUID,
    events: Sequence[Recorded],
    holders: dict[tuple[UUID, str], frozenset[str]],
    likenesses: Sequence[Likeness] = (),
) -> tuple[list[Recorded], list[Position]]:
    """Stores what a request creates, or finds what the same request created before.

    `stream` is the one whose first event carries the request's digest. Gives the events as they now stand there and their
    positions (none when they stood already). Raises KeyReused when the key was used for another body, Unavailable.
    """
    try:
        return [each for each in events if each.originator_id == stream], await store.save(
            events, holders, fresh=True, likenesses=likenesses
        )
    except VersionConflict:
        return await repeated(store, stream, events[0].provenance.digest), []


async def repeated(store: EventStore, stream: UUID, digest: str | None) -> list[Recorded]:
    """What the same request stored before, or nothing. Raises KeyReused when the key was used for another body, Unavailable."""
    known = await store.load(stream)
    if known and known[0].provenance.digest != digest:
        raise KeyReused
    return known


async def decide(
    store: EventStore,
    stream: UUID,
    fold: Callable[[Sequence[Event]], State],
    decision: Callable[[State], Iterable[Event]],
    by: Provenance,
    holders: Holders[State] | None = None,
    *,
    grant: Callable[[State], Awaitable[NewKeys]] | None = None,
    upstream: Position | None = None,
    says: bool = False,
) -> tuple[State, list[Position]]:
    """Decides on the stream's state and stores what the decision yields (nothing, when nothing changes).

    `by.digest` is what the command said, under its idempotency key: the same again is answered as before and stores nothing.
    `says` is for a command with words of its own: AlreadySaid when the outcome stands and the words would be lost. Raises what
    the decision refuses, Conflict after three lost races, Unavailable.
    """
    for _ in range(TRIES):
        history = await store.load(stream)
        state = fold([each.event for each in history])
        if by.digest and any(each.provenance.digest == by.digest for each in history):
            return state, []
        events = list(decision(state))
        if not events and upstream is None:
            if says:
                raise AlreadySaid
            return state, []
        new = recorded(stream, len(history), events, _caused(by, history))
        after = fold([each.event for each in [*history, *new]])
        try:
            return after, await store.save(new, keys_for(stream, events, after, holders), await grant(state) if grant else None, upstream)
        except VersionConflict:
            continue
    raise Conflict


async def decide_together(
    store: EventStore,
    stream: UUID,
    fold: Callable[[Sequence[Event]], State],
    beside: Callable[[State], Iterable[UUID]],
    decision: Callable[[Mapping[UUID, State]], Iterable[tuple[UUID, Event]]],
    by: Provenance,
    holders: Holders[State],
    *,
    grant: Callable[[UUID, State], Awaitable[NewKeys]] | None = None,
    says: bool = False,
) -> list[Position]:
    """As `decide`, on a stream and the others that its state names (`beside`): what is decided is stored in all of them, or in none.

    The decision gets the states by stream and yields each event with the stream it belongs to. Raises as `decide`.
    """
    for _ in range(TRIES):
        first = await store.load(stream)
        if by.digest and any(each.provenance.digest == by.digest for each in first):
            return []
        others = [each for each in dict.fromkeys(beside(fold([each.event for each in first]))) if each != stream]
        histories = {stream: first} | (await store.histories(others) if others else {})
        before = {each: fold([one.event for one in history]) for each, history in histories.items()}
        decided = [(each, event) for each, event in decision(before)]
        if not decided:
            if says:
                raise AlreadySaid
            return []
        new, keys, grants = list[Recorded](), dict[tuple[UUID, str], frozenset[str]](), NewKeys()
        for each in dict.fromkeys(each for each, _ in decided):
            events, history = [event for of, event in decided if of == each], histories[each]
            new += recorded(each, len(history), events, _caused(by, history))
            keys |= keys_for(each, events, fold([*(one.event for one in history), *events]), holders)
            grants += await grant(each, before[each]) if grant else NewKeys()
        try:
            return await store.save(new, keys, grants)
        except VersionConflict:
            continue
    raise Conflict


def _caused(by: Provenance, history: Sequence[Recorded]) -> Provenance:
    """With the stream's last event as the cause, where nobody says another."""
    return replace(by, causation=by.causation or (history[-1].id if history else None))


def keys_for(stream: UUID, events: Iterable[Event], after: State, holders: Holders[State] | None) -> dict[tuple[UUID, str], frozenset[str]]:
    """Who is to hold the keys of the audiences of these events, (stream, audience) → agencies, should the keys not exist yet."""
    audiences = {event.key_audience() for event in events if isinstance(event, SealedEvent)}
    return {(stream, audience): holders(after, audience) for audience in audiences} if holders else {}
