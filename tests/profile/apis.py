"""The three APIs and their documents, made without a database or a socket."""

from typing import Any

from fastapi import FastAPI

from services.intake.app import create_app as intake
from services.kit.settings import Settings
from services.liaison.app import create_app as liaison
from services.projections.app import create_app as projections

APPS: dict[str, FastAPI] = {
    name: create(Settings()) for name, create in (("intake", intake), ("liaison", liaison), ("projections", projections))
}
DOCUMENTS: dict[str, dict[str, Any]] = {name: app.openapi() for name, app in APPS.items()}

Operation = tuple[str, str, str, dict[str, Any]]
"""API, method, path, what the document says of it."""


def operations() -> list[Operation]:
    """Every operation of the three APIs."""
    return [
        (name, method, path, operation)
        for name, document in DOCUMENTS.items()
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def resolved(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document stands for, or the value itself."""
    found: Any = value
    while "$ref" in found:
        target: Any = DOCUMENTS[name]
        for step in found["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        found = target
    return dict(found)


def parameters(name: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """An operation's parameters, references followed."""
    return [resolved(name, each) for each in operation.get("parameters", [])]
