"""What comes of a decision: the events that follow, or the refusal."""

from collections.abc import Callable, Iterable, Sequence

from hypothesis import event as note

from contracts.event import Event
from contracts.refusals import Refused


def outcome(decision: Callable[[], Iterable[Event]]) -> Sequence[Event] | type[Refused]:
    """The events in order, or the refusal's class. Anything else that is raised goes on."""
    try:
        return list(decision())
    except Refused as refused:
        return type(refused)


def noted(decision: Callable[[], Iterable[Event]]) -> Sequence[Event] | type[Refused]:
    """The same, counted in the statistics of the run."""
    found = outcome(decision)
    for each in [found] if isinstance(found, type) else map(type, found):
        note(each.__name__)
    return found
