"""A database that goes away in the middle of a request: 503 with the time to try again, never 500."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from contracts.agencies import AgencyKind, Role
from contracts.refusals import Unavailable
from services.kit.groupcommit import LOST
from services.kit.keyring import PrivateKeys
from services.kit.register import Caller
from services.kit.web import new_app
from services.projections.reading import Reading
from services.projections.routes import board
from tests.place import Place
from tests.proxy import Proxy

OFFICER = Caller(uuid4(), "socialjouren", AgencyKind.SOCIALJOUR, "socialjouren-natt", Role.DUTY_OFFICER, 3, "Test")


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("lost", LOST)
async def test_whatever_it_looks_like_the_caller_may_try_again(lost: type[Exception]) -> None:
    app = new_app("sample", "A sample", "A sample.", nothing)

    @app.get("/sample/v1/rows")
    async def rows() -> None:
        raise lost("a secret in the message")

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sample") as client:
        answer = await client.get("/sample/v1/rows")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "secret" not in answer.text


async def test_a_reader_is_told_so_when_the_views_are_away(place: Place) -> None:
    reader = "nattljus_reader_socialjour"
    async with Proxy(place.dsn(reader)) as proxy:
        settings = place.settings("nattljus_projections")
        dsns = {"socialjour": type(settings.readers["socialjour"])(place.dsn(reader, proxy))}
        reading, question = Reading(dsns, PrivateKeys(place.keys)), board.SCREEN.page(limit=1, older=False)
        await reading.start()
        try:
            assert await reading.rows(OFFICER, question) == []
            await proxy.down()
            for _ in range(2):  # the connection that breaks, and the one that cannot be made
                with pytest.raises(Unavailable):
                    await reading.rows(OFFICER, question)
        finally:
            await reading.stop()
