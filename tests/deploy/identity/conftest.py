"""The test identity provider in this process, and a portal that logs in at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from deploy.local.identity.app import create_app
from deploy.local.identity.settings import Settings
from tests.deploy.identity.portal import ISSUER, PORTAL, Portal


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(environment="local", host="127.0.0.1", port=8100, issuer=ISSUER, portal=PORTAL, data=tmp_path)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Starlette]:
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ISSUER) as client:
        yield client


@pytest.fixture
def portal(http: httpx2.AsyncClient, settings: Settings) -> Portal:
    return Portal(http, settings.data)
