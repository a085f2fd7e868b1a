"""An issuer a test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.kit.auth.issuer import Issuer


@pytest_asyncio.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """A fresh issuer, and the verifier that trusts it."""
    fresh = Issuer()
    async with fresh.http:
        yield fresh
