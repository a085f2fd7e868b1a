"""The rules of who handles a case, what is late and which signals belong to it, said over its history alone."""

from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.event import Event
from contracts.handling import CaseAssigned, CaseGivenBack, CaseTaken
from contracts.handover import HandoverAccepted
from contracts.signals import QuietSignalAnswered, QuietSignalRaised, ReferralHeldApart, ReferralLinked
from contracts.stalled import ReferralStalled
from contracts.stalled import Step as Late
from tests.properties.rules import DECISIONS, History, steps
from tests.properties.world import DESK_OF

TAKES: dict[Late, tuple[type[Event], ...]] = {
    Late.SEEN: (ReferralSeen,),
    Late.ASSESSED: (ImmediateSafetyAssessed,),
    Late.TAKEN_OVER: (HandoverAccepted, *DECISIONS),
    Late.DECIDED: DECISIONS,
    Late.SIGNAL_ANSWERED: (QuietSignalAnswered,),
}
"""What takes a step."""


def one_at_a_time_handles_it_and_only_within_the_owning_unit(history: History) -> None:
    """Taken over only from who had it; given back only by who had it; nobody's with a new owner."""
    handler = None
    for step in steps(history):
        match step.event:
            case CaseTaken():
                assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
                assert step.event.over == handler != step.event.actor
                handler = step.event.actor
            case CaseAssigned():
                assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
                assert handler != step.event.actor
                handler = step.event.actor
            case CaseGivenBack():
                assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
                assert step.event.actor == handler
                handler = None
            case HandoverAccepted():
                handler = None
            case _:
                pass


def what_is_late_is_said_once_for_each_level_and_never_of_a_step_that_was_taken(history: History) -> None:
    """And not before it was due."""
    for step in steps(history):
        if isinstance(step.event, ReferralStalled):
            late = step.event
            assert late.raised_at >= late.due
            assert not step.had(*TAKES[late.step])
            assert not [
                each for each in step.before if isinstance(each, ReferralStalled) and (each.step, each.level) == (late.step, late.level)
            ]


def signals_are_raised_with_the_registration_and_weighed_once_by_who_has_the_case(history: History) -> None:
    """Only what was raised is weighed, by somebody who could read it."""
    for step in steps(history):
        match step.event:
            case QuietSignalRaised():
                assert isinstance(step.before[-1], ReferralRegistered)
                assert len(step.before[-1].earlier) >= step.event.signals - 1
                assert step.event.agencies >= 2
            case QuietSignalAnswered():
                assert step.had(QuietSignalRaised)
                assert step.had(ReferralSeen)
                assert not step.had(QuietSignalAnswered)
                assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
            case _:
                pass


def what_is_compared_is_said_by_who_has_the_case_and_never_of_itself(history: History) -> None:
    """Linked and held apart by turns, never the same twice in a row."""
    said: dict[object, type] = {}
    for step in steps(history):
        if isinstance(step.event, ReferralLinked | ReferralHeldApart):
            assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
            assert said.get(step.event.other) is not type(step.event)
            said[step.event.other] = type(step.event)


def keeps_the_rules_of_handling(history: History) -> None:
    """Fails on the first rule that the history breaks."""
    one_at_a_time_handles_it_and_only_within_the_owning_unit(history)
    what_is_late_is_said_once_for_each_level_and_never_of_a_step_that_was_taken(history)
    signals_are_raised_with_the_registration_and_weighed_once_by_who_has_the_case(history)
    what_is_compared_is_said_by_who_has_the_case_and_never_of_itself(history)
