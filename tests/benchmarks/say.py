"""Telling whoever watches how far it is."""

import sys


def say(text: str) -> None:
    """One line, at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def loudly(text: str) -> None:
    """What must not be overlooked: something could not be measured."""
    say(f"\n!!! {text}\n")
