"""A recorded event and its stored form: the mapper that seals personal data and binds every byte to its place."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent
from pydantic import ValidationError

from contracts.envelope import Envelope, carrying
from contracts.event import Ciphertext, Event, SealedEvent, UnknownEvent, load_event
from contracts.model import Model
from services.kit.sealing import KeyPair, Sealer, unseal


@dataclass(frozen=True)
class Provenance:
    """Who caused an event, when and in answer to what: everything in the envelope that is not the fact itself."""

    agency: str
    unit: str
    actor: UUID
    at: datetime
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None
    after: str | None = None
    digest: str | None = None


@dataclass(frozen=True)
class Recorded:
    """An event at its place in a stream. `seal_to` is the public key of (stream, audience), or the new pair, while it is being written."""

    originator_id: UUID
    originator_version: int
    event: Event
    provenance: Provenance
    id: UUID = field(default_factory=uuid4)
    seal_to: bytes | KeyPair | None = None


class UnsealedEvent(RuntimeError):
    """Personal data was about to be stored in clear: a programming error, stopped here."""


def content_context(stream: UUID, revision: int, topic: str, audience: str) -> str:
    """The associated data of a sealed content: bytes moved to another child, place or event do not open."""
    return f"nattljus|content|{stream}|{revision}|{topic}|{audience}"


def _sealed(recorded: Recorded, sealer: Sealer) -> Event:
    event = recorded.event
    if not isinstance(event, SealedEvent) or isinstance(event.content, Ciphertext):
        return event
    if recorded.seal_to is None:
        raise UnsealedEvent(event.topic())
    audience = event.key_audience()
    context = content_context(recorded.originator_id, recorded.originator_version, event.topic(), audience)
    content: Model = event.content
    sealed = sealer.seal(recorded.seal_to, content.to_bytes(), context)
    return event.model_copy(update={"content": Ciphertext(audience=audience, sealed=sealed)})


def open_content(envelope: Envelope, private_keys: dict[str, bytes]) -> Event:
    """The event of the envelope, its content in clear when its audience's private key is among the given ones.

    `private_keys` is audience → raw stream key. Raises Unreadable when the bytes were changed or moved.
    """
    event = envelope.event()
    if not isinstance(event, SealedEvent) or not isinstance(event.content, Ciphertext):
        return event
    private = private_keys.get(event.content.audience)
    if private is None:
        return event
    context = content_context(envelope.subject, envelope.revision, envelope.topic, event.content.audience)
    text = unseal(private, event.content.sealed, context)
    return load_event(envelope.topic, envelope.data | {"content": json.loads(text)})


class EnvelopeMapper(Mapper[UUID]):
    """Recorded event ↔ stored event: CloudEvents bytes, personal data sealed, place checked when read.

    The library's own cipher stays off: it binds no bytes to their place, so two children's notes could be swapped.
    """

    def __init__(self, source: str) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self.source, self._sealer = f"/nattljus/{source}", Sealer()

    def to_stored_event(self, domain_event: object) -> StoredEvent:
        """The bytes to store and send. Raises UnsealedEvent rather than write personal data in clear."""
        recorded = cast("Recorded", domain_event)
        event, by = _sealed(recorded, self._sealer), recorded.provenance
        envelope = carrying(event)(
            id=recorded.id,
            source=self.source,
            type=f"nattljus.{event.topic()}",
            subject=recorded.originator_id,
            time=by.at,
            data=cast("dict[str, Any]", event),
            revision=recorded.originator_version,
            agency=by.agency,
            unit=by.unit,
            actor=by.actor,
            correlation=by.correlation,
            causation=by.causation,
            traceparent=by.traceparent,
            after=by.after,
            requestdigest=by.digest,
        )
        return StoredEvent(recorded.originator_id, recorded.originator_version, event.topic(), envelope.to_bytes())

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """The recorded event. Raises MapperDeserialisationError when the bytes do not belong at this place."""
        try:
            envelope = Envelope.model_validate_json(stored_event.state)
            event = envelope.event()
        except (ValidationError, UnknownEvent) as error:
            raise MapperDeserialisationError(f"{stored_event.topic} at {stored_event.originator_id}") from error
        place = (envelope.subject, envelope.revision, envelope.topic)
        if place != (stored_event.originator_id, stored_event.originator_version, stored_event.topic):
            raise MapperDeserialisationError(f"bytes of {place} found at {stored_event.originator_id}")
        return recorded_from(envelope, event)


def recorded_from(envelope: Envelope, event: Event) -> Recorded:
    """The recorded event that an envelope carries."""
    return Recorded(
        envelope.subject,
        envelope.revision,
        event,
        Provenance(
            agency=envelope.agency,
            unit=envelope.unit,
            actor=envelope.actor,
            at=envelope.time,
            correlation=envelope.correlation,
            causation=envelope.causation,
            traceparent=envelope.traceparent,
            after=envelope.after,
            digest=envelope.requestdigest,
        ),
        envelope.id,
    )


def sealing_to(recorded: Recorded, key: bytes | KeyPair) -> Recorded:
    """The same event, with the key that its content is to be sealed under."""
    return replace(recorded, seal_to=key)
