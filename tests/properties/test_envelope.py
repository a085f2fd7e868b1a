"""Any event there is, through its envelope and back; and bytes that anybody damaged, which are refused in one of two ways."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from hypothesis import assume, given
from hypothesis import event as note
from hypothesis import strategies as some
from pydantic import ValidationError

from contracts.catalogue import events, is_sealed
from contracts.envelope import Envelope
from contracts.event import Ciphertext, Event, SealedEvent, UnknownEvent, load_event
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded, open_content
from services.kit.sealing import Unreadable, new_key_pair
from tests.properties.instances import ZONES, instances

PAIR, OTHER = new_key_pair(), new_key_pair()
MAPPER = EnvelopeMapper("liaison")
IDS = some.uuids()
SPOKEN = some.text(min_size=1, max_size=20)
CLEAR: some.SearchStrategy[Event] = some.sampled_from(sorted(events())).flatmap(lambda name: instances(events()[name], sealed=False))
PROVENANCES = some.builds(
    Provenance,
    agency=SPOKEN,
    unit=SPOKEN,
    actor=IDS,
    at=some.datetimes(timezones=ZONES),
    correlation=IDS,
    causation=some.none() | IDS,
    traceparent=some.none() | SPOKEN,
    after=some.none() | some.integers(1, 10**12).map("intake:{}".format),
    digest=some.none() | some.text("0123456789abcdef", min_size=64, max_size=64),
)
RECORDED = some.builds(Recorded, IDS, some.integers(1, 10**6), CLEAR, PROVENANCES, IDS, seal_to=some.just(PAIR.public))
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def opened(state: bytes, private: bytes = PAIR.private) -> Event:
    envelope = Envelope.model_validate_json(state)
    event = envelope.event()
    audience = event.key_audience() if isinstance(event, SealedEvent) else ""
    return open_content(envelope, {audience: private})


@given(RECORDED)
def test_what_is_stored_is_what_was_said(recorded: Recorded) -> None:
    stored = MAPPER.to_stored_event(recorded)
    again = MAPPER.to_domain_event(stored)
    note(type(recorded.event).__name__)
    assert (again.originator_id, again.originator_version, again.id) == (stored.originator_id, stored.originator_version, recorded.id)
    assert again.provenance == recorded.provenance
    assert type(again.event) is type(recorded.event)
    assert opened(stored.state) == recorded.event
    assert Envelope.model_validate_json(stored.state).to_bytes() == stored.state, "the stored bytes are the sent bytes"


@given(RECORDED)
def test_nothing_personal_is_stored_in_clear(recorded: Recorded) -> None:
    event = recorded.event
    assume(isinstance(event, SealedEvent))
    document = json.loads(MAPPER.to_stored_event(recorded).state)
    assert set(document["data"]["content"]) == {"audience", "sealed"}
    assert is_sealed(type(event))
    with pytest.raises(Unreadable):
        opened(MAPPER.to_stored_event(recorded).state, OTHER.private)


@given(instances(Ciphertext), RECORDED)
def test_a_sealed_content_of_any_bytes_is_unreadable_and_nothing_else(forged: Ciphertext, recorded: Recorded) -> None:
    envelope = Envelope.model_validate_json(MAPPER.to_stored_event(recorded).state)
    assume("content" in envelope.data)
    content = {"audience": envelope.data["content"]["audience"], "sealed": b64encode(forged.sealed).decode()}
    with pytest.raises(Unreadable):
        opened(envelope.model_copy(update={"data": envelope.data | {"content": content}}).to_bytes())


@given(RECORDED, IDS, some.integers(1, 10**6))
def test_bytes_at_another_place_are_refused(recorded: Recorded, stream: UUID, revision: int) -> None:
    stored = MAPPER.to_stored_event(recorded)
    assume((stream, revision) != (stored.originator_id, stored.originator_version))
    with pytest.raises(MapperDeserialisationError):
        MAPPER.to_domain_event(StoredEvent(stream, revision, stored.topic, stored.state))
    envelope = Envelope.model_validate_json(stored.state)
    moved = envelope.model_copy(update={"subject": stream, "revision": revision})
    if isinstance(recorded.event, SealedEvent):
        with pytest.raises(Unreadable):
            opened(moved.to_bytes())


def flipped(state: bytes, at: int, bit: int) -> bytes:
    at %= len(state)
    return state[:at] + bytes([state[at] ^ 1 << bit]) + state[at + 1 :]


def cut(state: bytes, at: int, bit: int) -> bytes:
    del bit
    return state[: at % len(state)]


def doubled(state: bytes, at: int, bit: int) -> bytes:
    return state[: at % len(state)] + state[(at + bit) % len(state) :]


@given(RECORDED, some.sampled_from((flipped, cut, doubled)), some.integers(0, 10**6), some.integers(0, 7))
def test_damaged_bytes_are_refused_or_say_the_same_of_the_child(
    recorded: Recorded, damage: Callable[[bytes, int, int], bytes], at: int, bit: int
) -> None:
    """A store raises one error. Whoever reads from the bus meets two; and what opens is what was sealed, or does not open."""
    stored = MAPPER.to_stored_event(recorded)
    damaged = damage(stored.state, at, bit)
    try:
        MAPPER.to_domain_event(StoredEvent(stored.originator_id, stored.originator_version, stored.topic, damaged))
    except MapperDeserialisationError:
        note("refused by the store")
    try:
        event = opened(damaged)
    except (ValidationError, UnknownEvent, Unreadable) as refused:
        note(type(refused).__name__)
    else:
        note("opened")
        whole = recorded.event
        if isinstance(event, SealedEvent) and not isinstance(event.content, Ciphertext):
            assert isinstance(whole, SealedEvent)
            assert event.content == whole.content


@given(some.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_that_are_no_envelope_are_refused(state: bytes) -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate_json(state)
    with pytest.raises(MapperDeserialisationError):
        MAPPER.to_domain_event(StoredEvent(UUID(int=1), 1, "ReferralSeen.v1", state))


TOPICS = some.text(max_size=20) | some.builds(
    "{}.v{}".format, some.sampled_from(sorted(events())) | some.text(max_size=5), some.text(max_size=3) | some.integers(-2, 3)
)


@given(TOPICS, some.dictionaries(some.text(max_size=10) | some.sampled_from(("content", "unit", "due")), JSON, max_size=5))
def test_an_event_that_nobody_knows_is_unknown_and_one_that_says_nonsense_is_invalid(topic: str, data: dict[str, Any]) -> None:
    known = topic in {each.topic() for each in events().values()}
    with pytest.raises(ValidationError if known else UnknownEvent):
        load_event(topic, data)


@pytest.mark.parametrize("name", sorted(events()))
def test_every_event_of_the_catalogue_is_made(name: str) -> None:
    """The strategy reaches every class, in clear and sealed; a new event is in without a line here."""
    made: set[type] = set()

    @given(instances(events()[name]))
    def once(event: Event) -> None:
        made.add(type(event))
        assert load_event(event.topic(), event.model_dump(mode="json", by_alias=True, exclude_none=True)) == event

    once()
    assert made == {events()[name]}
