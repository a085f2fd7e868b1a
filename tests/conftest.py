"""What every test gets: closed sockets unless it says that it needs real parts, and the fixtures `hub` and `servers`."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest_plugins = ["tests.stack", "tests.place"]

settings.register_profile(
    "suite",  # the same examples every time, and no clock: other work on the machine makes nothing fail
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    stateful_step_count=30,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("suite"), derandomize=False, max_examples=2000, stateful_step_count=60)
settings.load_profile("suite")

REAL_FIXTURES = {"hub", "servers"}


class SocketsClosed(AssertionError):
    """A unit test tried to reach the network. Mark it `real`, or use the fixtures `hub` or `servers`, if it should."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Close the sockets while a unit test runs."""
    if item.get_closest_marker("real") or REAL_FIXTURES & set(getattr(item, "fixturenames", ())):
        return (yield)

    def closed(_self: socket.socket, address: object) -> None:
        raise SocketsClosed(f"connect to {address}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", closed)
        patch.setattr(socket.socket, "connect_ex", closed)
        return (yield)
