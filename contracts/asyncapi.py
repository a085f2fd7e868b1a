"""The AsyncAPI document: every event as a message on its subject, for agencies that follow the hub."""

from typing import Any

from contracts.catalogue import events
from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.event import Event
from contracts.published import Schema, published

VERSION = "1.0.0"
DESCRIPTION = """Allt som händer i Nattljus, som händelser på NATS JetStream. Personuppgifter är förseglade; ämnen och huvuden
bär bara ogenomskinliga id.

Everything that happens in Nattljus, as events on NATS JetStream. Personal data is sealed; subjects and headers carry opaque ids only.
Delivery is at least once and in the order of positions within a stream: a reader that finds a gap between `Nattljus-Previous` and
what it has seen asks for what is missing."""

HEADERS: Schema = {
    "type": "object",
    "required": ["Nattljus-Position", "Nattljus-Previous", "Nattljus-Topic", "Nattljus-Stream", "Nats-Msg-Id", "Content-Type"],
    "properties": {
        "Nattljus-Position": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Position in the store, ever rising."},
        "Nattljus-Previous": {"type": "string", "pattern": "^[0-9]+$", "description": "Position of the event before, 0 for the first."},
        "Nattljus-Topic": {"type": "string", "pattern": "^[A-Za-z]+\\.v[1-9][0-9]*$", "description": "The event and its version."},
        "Nattljus-Stream": {
            "type": "string",
            "format": "uuid",
            "description": "Opaque id of the referral, consultation, call to the scene, plan or directory entry.",
        },
        "Nats-Msg-Id": {"type": "string", "pattern": "^(intake|liaison):[1-9][0-9]*$", "description": "Store and position."},
        "Content-Type": {"type": "string", "const": CONTENT_TYPE},
    },
}


def subject(event: type[Event]) -> str:
    """The address of an event's channel: `nattljus.intake.ReferralReceived`."""
    return f"nattljus.{event.published_by}.{event.__name__}"


def document() -> dict[str, Any]:
    """The AsyncAPI 3.1 document, complete in itself."""
    schemas: dict[str, Schema] = {}
    _add(schemas, "Envelope", Envelope.model_json_schema())
    for topic, schema in published().items():
        _add(schemas, topic, schema)
    known = events()
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Nattljus events",
            "version": VERSION,
            "description": DESCRIPTION,
            "contact": {"name": "Nattljus", "url": "https://nattljus.example.se", "email": "nattljus@example.se"},
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/sv/"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "hub": {"host": "nats.nattljus.example.se:4222", "protocol": "nats", "description": "JetStream streams INTAKE and LIAISON."}
        },
        "channels": {name: _channel(event) for name, event in known.items()},
        "operations": {f"publish{name}": _operation(name, event) for name, event in known.items()},
        "components": {
            "messages": {topic: _message(topic, known[topic.partition(".")[0]]) for topic in published()},
            "schemas": dict(sorted(schemas.items())),
            "messageTraits": {"nats": {"headers": HEADERS}},
        },
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    topics = [f"{event.__name__}.v{version}" for version in range(1, event.version + 1)]
    return {
        "address": subject(event),
        "title": event.__name__,
        "summary": _first_line(event),
        "messages": {topic: {"$ref": f"#/components/messages/{topic}"} for topic in topics},
    }


def _operation(name: str, event: type[Event]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "title": f"{event.published_by} publishes {name}",
        "summary": _first_line(event),
        "tags": [{"name": event.published_by}],
    }


def _message(topic: str, event: type[Event]) -> dict[str, Any]:
    content = {"type": {"const": f"nattljus.{topic}"}, "data": {"$ref": f"#/components/schemas/{topic}"}}
    return {
        "name": topic,
        "title": topic,
        "summary": _first_line(event),
        "contentType": CONTENT_TYPE,
        "traits": [{"$ref": "#/components/messageTraits/nats"}],
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, {"type": "object", "properties": content}]},
    }


def _first_line(event: type[Event]) -> str:
    return (event.__doc__ or "").strip().partition("\n")[0]


def _add(schemas: dict[str, Schema], name: str, schema: Schema) -> None:
    """Adds a schema, and what it defines beside itself; a definition that changed since keeps its old form under its own name."""
    definitions: dict[str, Schema] = schema.get("$defs", {})
    names = {each: each for each in definitions}
    for each, definition in definitions.items():
        if schemas.get(each, _moved(definition, names)) != _moved(definition, names):
            names[each] = f"{name}.{each}"
    schemas.update({names[each]: _moved(definition, names) for each, definition in definitions.items()})
    schemas[name] = _moved({key: value for key, value in schema.items() if key not in {"$defs", "$schema", "$id"}}, names)


def _moved(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  any JSON value
    match value:
        case {"$ref": str(reference)} if reference.startswith("#/$defs/"):
            return {**value, "$ref": f"#/components/schemas/{names[reference.removeprefix('#/$defs/')]}"}
        case dict():
            return {key: _moved(each, names) for key, each in value.items()}
        case list():
            return [_moved(each, names) for each in value]
        case _:
            return value
