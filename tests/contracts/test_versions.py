"""Names, versions and upcasters: an old event is lifted to today's version when it is read, never rewritten."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from contracts.agencies import Role
from contracts.catalogue import events, is_sealed, topics
from contracts.envelope import Envelope
from contracts.event import (
    REPORTER,
    SOCIAL_SERVICES,
    Ciphertext,
    Event,
    SealedEvent,
    UnknownEvent,
    event_class,
    load_event,
    social_services,
)
from contracts.model import Model
from contracts.signals import QuietSignalAnswered
from services.kit.recorded import content_context, open_content
from services.kit.sealing import Sealer, new_key_pair


@pytest.fixture(autouse=True)
def own_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Event classes made here are forgotten when the test ends."""
    monkeypatch.setattr(Event, "_known", Event.known())


def test_a_name_is_its_class_name() -> None:
    assert {name: event.__name__ for name, event in events().items()} == {name: name for name in events()}
    assert {event.topic() for event in events().values()} == {f"{name}.v{event.version}" for name, event in events().items()}


def test_the_four_that_the_users_named_are_there() -> None:
    assert {"ReferralReceived", "ConsultationRequested", "SIPScheduled", "FeedbackSent"} <= set(events())


def test_a_class_for_common_parts_is_no_event() -> None:
    assert not [name for name in events() if name.startswith("_") or "[" in name or name == "SealedEvent"]


@pytest.mark.parametrize("event", events().values(), ids=events())
def test_an_event_says_who_publishes_it_and_who_may_read_it(event: type[Event]) -> None:
    assert event.published_by in {"intake", "liaison"}
    assert is_sealed(event) == ("content" in event.model_fields)
    if issubclass(event, SealedEvent):
        assert event.audience
    assert (event.__doc__ or "").strip().endswith((".", ";"))


@pytest.mark.parametrize("event", events().values(), ids=events())
def test_only_sealed_events_could_hold_a_name(event: type[Event]) -> None:
    telling = {"name", "number", "worry", "text", "reason", "reasons", "message", "question", "description", "note", "purpose", "place"}
    exempt = {"AgencyRegistered": set(), "UnitRegistered": {"name"}, "ServiceRegistered": {"name"}}
    assert telling & set(event.model_fields) <= exempt.get(event.__name__, set())


@pytest.mark.parametrize(
    "topic", ["", "Nothing.v1", "ReferralSeen", "ReferralSeen.v0", "ReferralSeen.v2", "ReferralSeen.v-1", "ReferralSeen.v²"]
)
def test_an_unknown_name_or_version_is_refused(topic: str) -> None:
    with pytest.raises(UnknownEvent):
        load_event(topic, {})
    with pytest.raises(UnknownEvent):
        event_class(topic)


def test_an_old_event_is_lifted_through_every_version() -> None:
    class LampLit(Event):
        version = 3
        upcasters = {1: lambda data: {"lamp": data["name"]}, 2: lambda data: {**data, "watts": 5}}  # noqa: RUF012

        lamp: str
        watts: int

    assert topics(LampLit) == ["LampLit.v1", "LampLit.v2", "LampLit.v3"]
    lit = LampLit(lamp="hall", watts=5)
    assert load_event("LampLit.v1", {"name": "hall"}) == load_event("LampLit.v2", {"lamp": "hall"}) == lit
    assert load_event("LampLit.v3", {"lamp": "hall", "watts": 5}) == lit
    with pytest.raises(UnknownEvent):
        load_event("LampLit.v4", {"lamp": "hall", "watts": 5})


def test_a_field_with_a_default_needs_no_new_version() -> None:
    class DoorShut(Event):
        door: str
        slammed: bool = False

    assert load_event("DoorShut.v1", {"door": "front"}) == DoorShut(door="front")


def test_an_answer_to_signals_that_was_stored_before_it_said_in_which_role_still_reads() -> None:
    told = {"bearing": "weighed_in", "unit": "socialjouren-jour", "answeredAt": "2026-11-22T03:05:00Z", "content": {"reasons": "Skäl."}}
    answered = load_event("QuietSignalAnswered.v1", told)
    assert isinstance(answered, QuietSignalAnswered)
    assert (answered.role, answered.key_audience()) == (None, SOCIAL_SERVICES)
    later = load_event("QuietSignalAnswered.v1", {**told, "role": "district_officer", "handovers": 1})
    assert isinstance(later, QuietSignalAnswered)
    assert (later.role, later.key_audience()) == (Role.DISTRICT_OFFICER, social_services(1))


def test_sealed_content_of_an_old_version_is_lifted_when_it_is_opened() -> None:
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return data if "sealed" in data["content"] else {**data, "content": {"text": data["content"]["words"]}}

    class Text(Model):
        text: str

    class NoteWritten(SealedEvent[Text]):
        audience = REPORTER
        version = 2
        upcasters = {1: renamed}  # noqa: RUF012

    stream, keys = uuid4(), new_key_pair()
    sealed = Sealer().seal(keys.public, b'{"words":"hej"}', content_context(stream, 1, "NoteWritten.v1", REPORTER))
    content = Ciphertext(audience=REPORTER, sealed=sealed).model_dump(mode="json")
    envelope = Envelope.model_validate(
        {
            "id": uuid4(),
            "source": "/nattljus/intake",
            "type": "nattljus.NoteWritten.v1",
            "subject": stream,
            "time": "2026-11-22T02:40:00Z",
            "data": {"content": content},
            "revision": 1,
            "agency": "polisen",
            "unit": "lpo-farsta",
            "actor": UUID(int=1),
            "correlation": UUID(int=2),
        }
    )
    assert isinstance(envelope.event(), NoteWritten)
    assert open_content(envelope, {REPORTER: keys.private}) == NoteWritten(content=Text(text="hej"))


@pytest.mark.parametrize("event", events().values(), ids=events())
def test_an_event_refuses_fields_nobody_knows_and_does_not_echo_them(event: type[Event]) -> None:
    with pytest.raises(ValidationError) as refused:
        event.model_validate({"surprise": "Provbarn Ett"})
    assert "Provbarn" not in str(refused.value)
