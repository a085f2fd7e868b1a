"""The OpenAPI document as Digg's REST API profile wants it: servers, problems, examples, trace headers."""

from typing import Any

from services.kit.examples import date_times_have_examples, example

PROBLEM = "application/problem+json"
PUBLIC = "https://api.nattljus.example.se"
TRACE: dict[str, Any] = {
    "name": "traceparent",
    "in": "header",
    "required": False,
    "description": "W3C Trace Context: the trace that this request belongs to; the answer carries it too.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
    "example": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
HEADERS: dict[str, Any] = {
    "traceparent": {"description": "The trace of the request.", "schema": {"type": "string"}},
    "Nattljus-Position": {
        "description": "How far the store is with what this request changed; send it as Nattljus-After to read it.",
        "schema": {"type": "string"},
    },
}
PROBLEMS = {
    "401": ("BadToken", "bad-token", "The token is not accepted."),
    "403": ("Stranger", "stranger", "The unit or role may not do this."),
    "404": ("Missing", "missing", "There is nothing here that the caller may see."),
    "409": ("Refused", "refused", "The rules do not allow it now; the problem's type says which rule."),
    "413": ("TooLarge", "too-large", "The body is larger than 1 MiB."),
    "422": ("Malformed", "malformed", "Something in the request cannot be understood."),
    "500": ("Unforeseen", "unforeseen", "Something broke in the hub; it has been noted."),
    "503": ("Unavailable", "unavailable", "The hub cannot do this just now; send the same again."),
}
OPEN = ("500",)
READING = ("401", "403", "404", "409", "422", "500", "503")
WRITING = (*READING, "413")
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "A problem by RFC 9457. It never repeats what was sent.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable name of the problem, for machines."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong and what to do next, for people."},
        "instance": {"type": "string", "format": "uri-reference"},
        "found": {"type": "string", "description": "What kind of thing the refusal is about."},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "problem": {"type": "string"}}},
        },
    },
}


def in_profile(document: dict[str, Any], service: str) -> dict[str, Any]:
    """FastAPI's document, changed in place to fit the profile. `service` is the first part of its paths."""
    prefix = f"/{service}/v1"
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    for schema in schemas.values():
        date_times_have_examples(schema)
    document["servers"] = [{"url": f"{PUBLIC}{prefix}", "description": "Drift · production"}]
    document["paths"] = {path.removeprefix(prefix): item for path, item in document["paths"].items()}
    document["components"]["responses"] = {name: _problem(status, code, text) for status, (name, code, text) in PROBLEMS.items()}
    document["components"]["headers"] = HEADERS
    document["components"]["parameters"] = {"traceparent": TRACE}
    for item in document["paths"].values():
        for method, operation in item.items():
            _operation(method, operation, schemas)
    return document


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """A body that may be left out is one of its own schema, not one of null: `required` says that it may be left out."""
    match schema:
        case {"anyOf": [dict(stated), {"type": "null"}]}:
            return dict(stated)
        case _:
            return schema


def _problem(status: str, code: str, text: str) -> dict[str, Any]:
    content = {"type": f"urn:nattljus:problem:{code}", "title": code.replace("-", " ").capitalize(), "status": int(status), "detail": text}
    headers = {"traceparent": {"$ref": "#/components/headers/traceparent"}}
    body = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": content}}
    return {"description": text, "headers": headers, "content": body}


def _operation(method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/traceparent"})
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["schema"] = _sent(media["schema"])
        media.setdefault("example", example(media["schema"], schemas))
    told = ["traceparent"] if method == "get" else ["traceparent", "Nattljus-Position"]
    for response in [each for status, each in operation["responses"].items() if status.startswith("2")]:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in told}
        for media in response.get("content", {}).values():
            media.setdefault("example", example(media["schema"], schemas))
    secured = operation.setdefault("security", [])
    known = (READING if method == "get" else WRITING) if secured else OPEN
    refusals = {status: {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"} for status in known}
    operation["responses"] = {status: each for status, each in operation["responses"].items() if status not in PROBLEMS} | refusals
