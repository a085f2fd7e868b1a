"""What comes of a decision: the events that follow, or the refusal."""

from collections.abc import Callable, Iterable, Sequence

from hypothesis import event as note

from contracts.event import Event
from contracts.refusals import Refused


def outcome(decision: Callable[[], Iterable[Event]]) -> Sequence[Event] | type[Refused]:
    """The events in order, or the refusal's class; counted in the statistics. Anything else that is raised goes on."""
    try:
        events = list(decision())
    except Refused as refused:
        note(f"refused: {type(refused).__name__}")
        return type(refused)
    for each in events:
        note(type(each).__name__)
    return events
