"""given(events).when(decision).then(events), or .refused(refusal): decisions tested in the words of the domain."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from contracts.event import Event
from contracts.refusals import Refused

State = TypeVar("State")


@dataclass(frozen=True)
class Given(Generic[State]):
    """What has happened, and how it is folded."""

    fold: Callable[[Sequence[Event]], State]
    events: tuple[Event, ...]

    def and_given(self, *events: Event) -> "Given[State]":
        """And then this happened too."""
        return Given(self.fold, (*self.events, *events))

    def when(self, decision: Callable[[State], Iterable[Event]]) -> "When[State]":
        """Somebody decides."""
        return When(self, decision)

    @property
    def state(self) -> State:
        """What the events make."""
        return self.fold(self.events)


@dataclass(frozen=True)
class When(Generic[State]):
    """A decision on what was given."""

    given: Given[State]
    decision: Callable[[State], Iterable[Event]]

    def then(self, *events: Event) -> Given[State]:
        """Exactly these events follow; and deciding the same again changes nothing."""
        assert tuple(self.decision(self.given.state)) == events
        after = self.given.and_given(*events)
        assert tuple(self.decision(after.state)) == (), "the same decision twice"
        return after

    def happens(self) -> Given[State]:
        """Whatever follows."""
        return self.given.and_given(*self.decision(self.given.state))

    def nothing(self) -> Given[State]:
        """Nothing follows."""
        assert tuple(self.decision(self.given.state)) == ()
        return self.given

    def refused(self, refusal: type[Refused]) -> Given[State]:
        """The rules do not allow it, by exactly this refusal."""
        with pytest.raises(refusal) as refused:
            tuple(self.decision(self.given.state))
        assert refused.type is refusal
        return self.given


def given(fold: Callable[[Sequence[Event]], State], *events: Event) -> Given[State]:
    """What has happened."""
    return Given(fold, events)
