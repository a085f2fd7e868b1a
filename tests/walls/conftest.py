"""What the walls are tested with: one story for each worker, and the hub's APIs after it."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.api import Api, open_api
from tests.stack import Hub
from tests.walls.story import Story, told


@pytest.fixture(scope="session")
def story(hub: Hub) -> Story:
    """A story that has just been played in the hub."""
    return told(hub)


@pytest.fixture
async def api(hub: Hub, story: Story) -> AsyncIterator[Api]:
    """The hub's public APIs, which answer when every view knows the story."""
    async with open_api(hub.data.path) as api:
        api.positions.update(story.positions)
        yield api
