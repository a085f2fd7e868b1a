"""The direct route answers and refuses as FastAPI's own does, and describes itself in the same words."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, Field

from contracts.agencies import Role
from contracts.model import Model
from services.kit.direct import Direct
from services.kit.edge import LARGEST_BODY
from services.kit.register import Caller, Register
from services.kit.web import IdempotencyKey, Who, allow, new_app
from tests.kit.auth.issuer import Issuer
from tests.kit.auth.test_register import DIRECTORY, MemoryLog

GOOD: dict[str, object] = {"words": " hej ", "howMany": [1, 2], "at": "2026-11-22T02:40:00Z"}


class Said(Model):
    """What is sent."""

    words: str = Field(max_length=10)
    how_many: tuple[int, ...] = ()
    at: AwareDatetime | None = None


class Heard(Model):
    """What is answered."""

    words: str
    how_many: tuple[int, ...]
    key: UUID
    at: AwareDatetime | None = None


@asynccontextmanager
async def nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


def an_app(issuer: Issuer, kind: type[APIRoute]) -> FastAPI:
    app, router = new_app("intake", "Test", "Test", nothing), APIRouter(prefix="/intake/v1", route_class=kind)

    @router.post("/words", status_code=201, summary="Say it")
    async def say_it(body: Said, key: IdempotencyKey, request: Request, response: Response, caller: Who) -> Heard:
        allow(caller, Role.REPORTER, *Role)
        assert isinstance(caller, Caller)
        response.headers["Nattljus-Position"] = request.headers["host"]
        return Heard(words=body.words, how_many=body.how_many, key=key, at=body.at)

    app.include_router(router)
    app.state.verifier, app.state.register = issuer.verifier, Register(MemoryLog(DIRECTORY))
    return app


async def answers(content: bytes, headers: dict[str, str], *, token: str | None = None) -> list[httpx2.Response]:
    """What the direct route and FastAPI's own answer to the same request."""
    issuer = Issuer()
    sent = {"authorization": f"Bearer {issuer.token() if token is None else token}", "content-type": "application/json"} | headers
    heard = []
    async with issuer.http:
        for kind in (Direct, APIRoute):
            transport = httpx2.ASGITransport(app=an_app(issuer, kind))
            async with httpx2.AsyncClient(transport=transport, base_url="https://api.test") as client:
                heard.append(await client.post("/intake/v1/words", content=content, headers=sent))
    return heard


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json", "APPLICATION/JSON"])
async def test_it_answers_what_fastapi_answers(kind: str) -> None:
    direct, own = await answers(json.dumps(GOOD).encode(), key() | {"content-type": kind})
    assert direct.status_code == own.status_code == 201
    assert direct.content == own.content
    assert dict(direct.headers) == dict(own.headers)
    assert direct.headers["nattljus-position"] == "api.test"


MALFORMED = {
    "unknown field": GOOD | {"secret": 1},
    "missing field": {"howMany": []},
    "several": GOOD | {"words": "x" * 11, "howMany": ["x", 1, "y"], "at": "2026-11-22T02:40:00"},
    "a list": [],
    "a text": "secret",
    "nothing": None,
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_it_refuses_what_fastapi_refuses_and_names_the_same_fields(name: str) -> None:
    direct, own = await answers(json.dumps(MALFORMED[name]).encode(), key())
    assert direct.status_code == own.status_code == 422
    assert [each["field"] for each in direct.json()["errors"]] == [each["field"] for each in own.json()["errors"]]


@pytest.mark.parametrize("sent", [{}, {"idempotency-key": ""}, {"idempotency-key": "secret"}], ids=["none", "empty", "no uuid"])
async def test_it_names_a_bad_key_beside_the_faults_of_the_body(sent: dict[str, str]) -> None:
    direct, own = await answers(b'{"howMany": []}', sent)
    assert direct.status_code == own.status_code == 422
    fields = [each["field"] for each in direct.json()["errors"]]
    assert sorted(fields) == sorted(each["field"] for each in own.json()["errors"]) == ["body.words", "header.Idempotency-Key"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"words": "\\ud800"}', b"[" * 100_000, b'{"words": NaN}'])
async def test_what_is_no_json_is_malformed(content: bytes) -> None:
    direct, _ = await answers(content, key())
    assert (direct.status_code, direct.json()["errors"][0]["field"]) in {(422, "body"), (422, "body.words")}


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "json"])
async def test_what_is_sent_as_something_else_is_malformed(kind: str) -> None:
    direct, own = await answers(json.dumps(GOOD).encode(), key() | {"content-type": kind})
    assert direct.status_code == own.status_code == 422


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
async def test_a_stranger_hears_401_whatever_the_body_is(token: str) -> None:
    for content in (b"{", b"{}", b"x" * 1000, json.dumps(GOOD).encode()):
        direct, _ = await answers(content, {}, token=token)
        assert direct.status_code == 401
    direct, own = await answers(b"{}", key() | {"authorization": "Basic b2Zm"})
    assert direct.status_code == own.status_code == 401


async def test_a_body_that_is_too_large_is_refused() -> None:
    direct, own = await answers(b"[" + b"1," * (LARGEST_BODY // 2) + b"1]", key())
    assert direct.status_code == own.status_code == 413


async def test_the_document_is_the_one_fastapi_writes() -> None:
    issuer = Issuer()
    async with issuer.http:
        assert an_app(issuer, Direct).openapi() == an_app(issuer, APIRoute).openapi()
