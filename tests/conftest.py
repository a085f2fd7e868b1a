"""What every test gets: closed sockets unless it says that it needs real parts, and the fixtures `hub` and `servers`."""

import socket
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.stack", "tests.place"]

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
