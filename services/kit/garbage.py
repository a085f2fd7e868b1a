"""How often Python looks for garbage that refers to itself. Reading events makes many small objects, and next to none of that kind."""

import contextlib
import gc
from collections.abc import Iterator

YOUNG = 100_000
"""Objects made before it looks, instead of 700 (2,000 in newer Pythons): parsing a page of events then takes half the time."""


def collect_seldom() -> None:
    """For a process, once what it is made of is loaded: that is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """For one piece of work in a process that is not ours."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
