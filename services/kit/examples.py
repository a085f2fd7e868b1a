"""Examples for the API's documents, made from its schemas, so that no example ever falls behind."""

from typing import Any

Schema = dict[str, Any]

BY_FORMAT = {
    "uuid": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d",
    "date-time": "2026-11-22T02:40:00Z",
    "date": "2026-11-22",
}
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def example(schema: Schema, named: dict[str, Schema]) -> Any:  # noqa: ANN401, PLR0911  any JSON value, one line a kind of schema
    """A value that the schema allows; `named` are the document's schemas by name."""
    match schema:
        case {"example": value} | {"examples": [value, *_]} | {"const": value} | {"enum": [value, *_]}:
            return value
        case {"$ref": str(reference)}:
            return example(named[reference.rpartition("/")[2]], named)
        case {"anyOf": [first, *_]} | {"allOf": [first, *_]} | {"oneOf": [first, *_]}:
            return example(first, named)
        case {"type": "array", "items": dict(each)}:
            return [example(each, named)]
        case {"properties": dict(properties)}:
            return {name: example(each, named) for name, each in properties.items()}
        case {"type": "object"}:
            return {}
        case _:
            return BY_FORMAT.get(schema.get("format", "")) or BY_TYPE.get(schema.get("type", "null"))


def date_times_have_examples(schema: Any) -> None:  # noqa: ANN401  any JSON value
    """Gives every date-time property an example of its own, as the profile asks (DOT.02)."""
    match schema:
        case {"properties": dict(properties)}:
            for each in properties.values():
                kinds = [each, *each.get("anyOf", [])]
                if any(kind.get("format") == "date-time" for kind in kinds):
                    each.setdefault("example", BY_FORMAT["date-time"])
        case _:
            pass
