"""The published schemas are the ones that the classes give, and every sample obeys its schema."""

import json
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import files
from contracts.asyncapi import document, subject
from contracts.catalogue import events
from contracts.envelope import Envelope
from contracts.published import FOLDER, published
from services.kit.bus import headers
from services.kit.bus import subject as sent_on
from services.kit.eventlog import Logged
from tests.fixtures.sample import FOLDER as SAMPLES


def test_the_committed_schemas_are_the_ones_that_the_classes_give() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert written == files(), "a contract has changed: if it should, run `make contracts` and look at the difference"


@pytest.mark.parametrize("topic", published())
def test_the_sample_obeys_the_schema(topic: str) -> None:
    schema = published()[topic]
    Draft202012Validator.check_schema(schema)
    data = json.loads((SAMPLES / f"{topic}.json").read_text("utf-8"))["data"]
    Draft202012Validator(schema).validate(data)


def test_the_document_resolves_every_reference_in_itself() -> None:
    described = document()

    def follow(value: object) -> None:
        match value:
            case {"$ref": str(reference)}:
                target: object = described
                for step in reference.removeprefix("#/").split("/"):
                    assert isinstance(target, dict)
                    assert step in target, reference
                    target = target[step]
            case dict():
                for each in value.values():
                    follow(each)
            case list():
                for each in value:
                    follow(each)
            case _:
                pass

    follow(described)


def test_every_version_of_every_event_is_a_message_on_the_subject_it_is_sent_on() -> None:
    described = document()
    assert set(described["components"]["messages"]) == set(published())
    for name, event in events().items():
        envelope = Envelope.model_validate_json((SAMPLES / f"{event.topic()}.json").read_bytes())
        logged = Logged(event.published_by, 1, 0, envelope.topic, envelope.subject, b"")
        assert described["channels"][name]["address"] == subject(event)
        assert subject(event) == sent_on(logged)


def test_the_headers_described_are_the_headers_sent() -> None:
    described = document()["components"]["messageTraits"]["nats"]["headers"]
    sent = headers(Logged("intake", 1, 0, "ReferralReceived.v1", uuid4(), b""))
    assert set(described["required"]) == set(described["properties"]) == set(sent)
    Draft202012Validator(described).validate(sent)
