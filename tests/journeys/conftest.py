"""What every journey starts from: a browser in which somebody logs in, and the agencies' own systems beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser

from deploy.local.api import Api, open_api
from tests.journeys.visitor import Visitor, visit
from tests.looking import a_chromium
from tests.stack import Hub

Visit = Callable[..., Awaitable[Visitor]]
"""`await log_in("test-polis-farsta", width=320)`: as `visitor.visit`, in the test's own browser."""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium without any window open."""
    async with a_chromium() as browser:
        yield browser


@pytest.fixture
def log_in(hub: Hub, chromium: Browser) -> Visit:
    """Logs somebody in, in a window of their own."""

    async def log_in(subject: str, **more: object) -> Visitor:
        return await visit(chromium, hub.portal, subject, **more)  # type: ignore[arg-type]

    return log_in


@pytest.fixture
async def api(hub: Hub) -> AsyncIterator[Api]:
    """The hub's public APIs, spoken to as its machine clients."""
    async with open_api(hub.data.path) as api:
        yield api
