"""The published schemas, one file per event version: generated from the classes, committed, so that a changed contract shows in review."""

import json
from pathlib import Path
from typing import Any

from contracts.catalogue import events
from contracts.event import Event

FOLDER = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schema(event: type[Event]) -> Schema:
    """The JSON Schema of today's version of an event's data, as it is stored and sent."""
    return {"$schema": DIALECT, "$id": f"urn:nattljus:event:{event.topic()}", **event.model_json_schema(by_alias=True)}


def published() -> dict[str, Schema]:
    """Topic → schema of every version ever published. Older versions are read from their files: their classes are gone.

    Raises FileNotFoundError when the file of an older version was deleted.
    """
    return {
        topic: schema(event) if topic == event.topic() else json.loads((FOLDER / f"{topic}.json").read_text("utf-8"))
        for event in events().values()
        for topic in (f"{event.__name__}.v{version}" for version in range(1, event.version + 1))
    }
