"""All events there are: importing this module imports every module of the contracts."""

import importlib
import pkgutil

import contracts
from contracts.event import Event, SealedEvent

for _module in pkgutil.iter_modules(contracts.__path__):
    if _module.name not in {"__main__", "asyncapi", "catalogue", "published"}:
        importlib.import_module(f"contracts.{_module.name}")


def events() -> dict[str, type[Event]]:
    """Every event class by name, in alphabetical order."""
    return dict(sorted(Event.known().items()))


def topics(*classes: type[Event]) -> list[str]:
    """The topics of every published version of these classes."""
    return [f"{each.__name__}.v{version}" for each in classes for version in range(1, each.version + 1)]


def is_sealed(event: type[Event]) -> bool:
    """Whether the event holds personal data."""
    return issubclass(event, SealedEvent)
