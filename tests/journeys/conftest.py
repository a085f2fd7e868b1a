"""What every journey starts from: a browser in which somebody logs in, and the agencies' own systems beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from deploy.local.api import Api, open_api
from tests.journeys.visitor import Visitor, visit
from tests.looking import a_chromium
from tests.stack import Hub

Visit = Callable[..., Awaitable[Visitor]]
"""`await log_in("test-polis-farsta", width=320)`: as `visitor.visit`, in the test's own browser."""


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys of a worker run in one loop, as the Chromium does that they share: starting one takes longer than many a journey."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_chromium() -> AsyncIterator[Browser]:
    """This worker's Chromium."""
    async with a_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(shared_chromium: Browser) -> AsyncIterator[Browser]:
    """A Chromium without any window open; what a journey opens in it is closed behind it, with all that it kept."""
    yield shared_chromium
    for context in list[BrowserContext](shared_chromium.contexts):
        await context.close()


@pytest.fixture
def log_in(hub: Hub, chromium: Browser) -> Visit:
    """Logs somebody in, in a window of their own."""

    async def log_in(subject: str, **more: object) -> Visitor:
        return await visit(chromium, hub.portal, subject, **more)  # type: ignore[arg-type]

    return log_in


@pytest_asyncio.fixture(loop_scope="session")
async def api(hub: Hub) -> AsyncIterator[Api]:
    """The hub's public APIs, spoken to as its machine clients."""
    async with open_api(hub.data.path) as api:
        yield api
