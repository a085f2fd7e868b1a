"""The envelope: a CloudEvents 1.0 JSON document. The bytes that are stored are the bytes that are sent."""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, create_model

from contracts.event import Event, event_class, load_event

CONTENT_TYPE = "application/cloudevents+json"


class Envelope(BaseModel):
    """CloudEvents 1.0, structured mode; the extensions are lower-case as that specification wants.

    Only opaque ids stand here: personal data lives in `data.content`, sealed. The position in the store is given by the
    commit, so it travels beside the envelope (a header, a column), never in the bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
    revision: int
    agency: str
    unit: str
    actor: UUID
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None
    after: str | None = None
    """Positions of other stores that this event follows from, `intake:42`: a view applies those first."""
    requestdigest: str | None = None
    """HMAC-SHA-256 of the request under its idempotency key: the same key with another body is refused."""

    @property
    def topic(self) -> str:
        """`nattljus.ReferralReceived.v1` → `ReferralReceived.v1`."""
        return self.type.removeprefix("nattljus.")

    def event(self) -> Event:
        """The fact inside. Raises UnknownEvent for a name or version not known here."""
        return load_event(self.topic, self.data)

    def to_bytes(self) -> bytes:
        """The document as stored and sent, UTF-8, absent extensions left out as CloudEvents asks."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)


class _Whole(Envelope):
    """An envelope that is read or written together with its event; see `whole` and `carrying`."""

    def event(self) -> Event:
        """The fact inside."""
        return cast("Event", self.data)


@cache
def _whole(event: type[Event]) -> type[_Whole]:
    return create_model(f"EnvelopeOf{event.__name__}", __base__=_Whole, data=(event, ...))


@cache
def _reader(topic: str) -> Callable[[bytes], Envelope]:
    """What reads a document of this topic: it is asked for every event, and `model_validate_json` looks at all its other arguments too."""
    event = event_class(topic)
    read: Callable[[bytes], Envelope] = (_whole(event) if topic == event.topic() else Envelope).__pydantic_validator__.validate_json
    return read


def carrying(event: Event) -> type[Envelope]:
    """The envelope for such an event: given the event itself as `data`, it is written in one go, byte for byte as from a dict of it."""
    return _whole(type(event))


def whole(topic: str, document: bytes) -> Envelope:
    """The envelope with its event, read in one go where nothing has to be lifted: a third of the time of doing it in two steps.

    Raises UnknownEvent, pydantic.ValidationError; `topic` says what to expect, and the envelope what it is.
    """
    return _reader(topic)(document)
