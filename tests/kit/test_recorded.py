"""Storing: personal data never goes in clear, and every byte is bound to its place."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from eventsourcing.persistence import MapperDeserialisationError

from contracts.catalogue import events
from contracts.envelope import Envelope
from contracts.event import Ciphertext, SealedEvent
from services.kit.recorded import EnvelopeMapper, Recorded, UnsealedEvent, open_content, recorded_from, sealing_to
from services.kit.sealing import Unreadable, new_key_pair
from tests.fixtures.sample import FOLDER, PRIVATE_KEY

SEALED = [name for name, event in events().items() if issubclass(event, SealedEvent)]
KEYS = new_key_pair()


def in_clear(name: str) -> Recorded:
    """The sample as a decision would give it: readable, not sealed yet."""
    envelope = Envelope.model_validate_json((FOLDER / f"{name}.v1.json").read_bytes())
    audience = envelope.data["content"]["audience"]
    return recorded_from(envelope, open_content(envelope, {audience: PRIVATE_KEY}))


@pytest.mark.parametrize("name", SEALED)
def test_no_personal_data_is_stored_in_clear(name: str) -> None:
    recorded = in_clear(name)
    with pytest.raises(UnsealedEvent, match=rf"^{name}\.v1$"):
        EnvelopeMapper("liaison").to_stored_event(recorded)
    stored = EnvelopeMapper("liaison").to_stored_event(sealing_to(recorded, KEYS.public))
    assert isinstance(recorded.event, SealedEvent)
    content = recorded.event.content.model_dump(exclude_none=True, mode="json")
    assert [value for value in content.values() if isinstance(value, str) and value.encode() in stored.state] == []
    assert set(json.loads(stored.state)["data"]["content"]) == {"audience", "sealed"}


@pytest.mark.parametrize("name", SEALED)
def test_what_was_sealed_comes_back_as_it_was(name: str) -> None:
    recorded, mapper = in_clear(name), EnvelopeMapper("liaison")
    stored = mapper.to_stored_event(sealing_to(recorded, KEYS.public))
    found: Recorded = mapper.to_domain_event(stored)
    assert isinstance(found.event, SealedEvent)
    assert isinstance(found.event.content, Ciphertext)
    envelope = Envelope.model_validate_json(stored.state)
    assert open_content(envelope, {found.event.content.audience: KEYS.private}) == recorded.event


@pytest.mark.parametrize("changed", [{"subject": str(UUID(int=7))}, {"revision": 7}, {"type": "nattljus.HandoverRefused.v1"}], ids=str)
def test_bytes_moved_to_another_place_do_not_open(changed: dict[str, object]) -> None:
    stored = EnvelopeMapper("liaison").to_stored_event(sealing_to(in_clear("HandoverOffered"), KEYS.public))
    moved = json.loads(stored.state) | changed
    if "type" in changed:
        moved["data"] = {"content": moved["data"]["content"], "offer": 1, "byAgency": "a", "byUnit": "b", "refusedAt": moved["time"]}
    with pytest.raises(Unreadable):
        open_content(Envelope.model_validate(moved), {"offer:1": KEYS.private})
    with pytest.raises(MapperDeserialisationError):
        EnvelopeMapper("liaison").to_domain_event(replace(stored, state=json.dumps(moved).encode()))


def test_another_key_does_not_open() -> None:
    stored = EnvelopeMapper("intake").to_stored_event(sealing_to(in_clear("ReferralReceived"), KEYS.public))
    with pytest.raises(Unreadable):
        open_content(Envelope.model_validate_json(stored.state), {"reporter": new_key_pair().private})


def test_the_same_content_never_looks_the_same_twice() -> None:
    recorded, mapper = sealing_to(in_clear("ReferralReceived"), KEYS.public), EnvelopeMapper("intake")
    assert mapper.to_stored_event(recorded).state != mapper.to_stored_event(recorded).state


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"\xff", b'{"specversion":"1.0"}'])
def test_damaged_bytes_are_said_to_be_damaged(state: bytes) -> None:
    stored = EnvelopeMapper("intake").to_stored_event(sealing_to(in_clear("ReferralReceived"), KEYS.public))
    with pytest.raises(MapperDeserialisationError):
        EnvelopeMapper("intake").to_domain_event(replace(stored, state=state))
