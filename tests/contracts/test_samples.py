"""Every version of every event ever published loads for ever, and opens for ever."""

from hashlib import sha256

import pytest

from contracts.catalogue import events, topics
from contracts.envelope import Envelope, carrying
from contracts.event import Ciphertext, SealedEvent
from services.kit.recorded import open_content
from tests.fixtures.sample import FOLDER, PRIVATE_KEY, sums

SAMPLES = sorted(path.name for path in FOLDER.glob("*.json"))


def test_every_version_of_every_event_has_a_sample() -> None:
    wanted = {f"{topic}.json" for topic in topics(*events().values())}
    assert wanted <= set(SAMPLES), "make the sample: python -m tests.fixtures.sample"


def test_no_sample_was_changed_or_removed() -> None:
    assert {name: sha256((FOLDER / name).read_bytes()).hexdigest() for name in SAMPLES} == sums()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_loads(name: str) -> None:
    envelope = Envelope.model_validate_json((FOLDER / name).read_bytes())
    event = envelope.event()
    assert name == f"{envelope.topic}.json"
    assert envelope.source == f"/nattljus/{event.published_by}"
    assert Envelope.model_validate_json(envelope.to_bytes()) == envelope


@pytest.mark.parametrize("topic", topics(*events().values()))
def test_an_envelope_that_carries_the_event_itself_is_written_byte_for_byte_as_one_of_a_dict(topic: str) -> None:
    envelope = Envelope.model_validate_json((FOLDER / f"{topic}.json").read_bytes())
    event = envelope.event()
    told = {name: getattr(envelope, name) for name in Envelope.model_fields}
    copied = Envelope(**told | {"data": event.model_dump(mode="json", by_alias=True, exclude_none=True)})
    assert carrying(event)(**told | {"data": event}).to_bytes() == copied.model_dump_json(exclude_none=True).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_opens_with_its_key_and_only_with_it(name: str) -> None:
    envelope = Envelope.model_validate_json((FOLDER / name).read_bytes())
    event = envelope.event()
    if not isinstance(event, SealedEvent):
        assert open_content(envelope, {}) == event
        return
    assert isinstance(event.content, Ciphertext)
    assert event.content.audience == event.key_audience()
    assert open_content(envelope, {"another audience": PRIVATE_KEY}) == event
    opened = open_content(envelope, {event.content.audience: PRIVATE_KEY})
    assert isinstance(opened, SealedEvent)
    assert not isinstance(opened.content, Ciphertext)
    assert opened.model_copy(update={"content": event.content}) == event
