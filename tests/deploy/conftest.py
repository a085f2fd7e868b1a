"""A data directory of its own for each test, with ports that no other test uses, and stand-ins for processes."""

import itertools
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.data import DataDirectory, open_data
from deploy.local.ports import LOOPBACK
from deploy.local.program import Program, Ready, at_once, clean_environment
from tests.stack import PORTS_PER_STACK, first_port, worker_number

MakeProgram = Callable[..., Program]

_started = itertools.count()


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    """An empty data directory."""
    return open_data(tmp_path / "data")


@pytest.fixture
def port() -> int:
    """The first of ten ports that this test has to itself."""
    return first_port(60 + worker_number() % 4 * 10) + PORTS_PER_STACK * (next(_started) % 10)


@pytest.fixture(scope="module")
def module_port() -> int:
    """The first of ten ports that this module has to itself."""
    return first_port(60 + worker_number() % 4 * 10) + PORTS_PER_STACK * (next(_started) % 10)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def script(tmp_path: Path) -> MakeProgram:
    """Makes a program that runs a few lines of Python."""

    def make(name: str, source: str, ready: Ready = at_once, **options: float) -> Program:
        file = tmp_path / f"{name}.py"
        file.write_text(source)
        return Program(name, (sys.executable, str(file)), clean_environment({}), ready, **options)  # type: ignore[arg-type]

    return make
