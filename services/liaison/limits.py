"""Which time limits an event starts and which it stops: what the watchdog waits for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.agencies import AgencyKind
from contracts.aims import aim, within
from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.event import Event
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.law import deadline_in_minutes, handover_deadline, office
from contracts.referral import ReferralReceived
from contracts.scene import SceneCallAnswered, SceneCallQueued, SceneCallRequested, SceneCallWithdrawn, SceneStep
from contracts.scene_work import SceneClosed
from contracts.signals import QuietSignalAnswered, QuietSignalRaised
from contracts.stalled import Level, Step

Watched = (
    ReferralReceived
    | ReferralRegistered
    | ReferralSeen
    | ImmediateSafetyAssessed
    | HandoverOffered
    | HandoverAccepted
    | HandoverRefused
    | HandoverWithdrawn
    | InvestigationOpened
    | InvestigationDeclined
    | InvestigationAlreadyOngoing
    | QuietSignalRaised
    | QuietSignalAnswered
    | SceneCallRequested
    | SceneCallQueued
    | SceneCallAnswered
    | SceneCallWithdrawn
    | SceneClosed
)
"""Events that start or stop a limit."""
ESCALATED = "-escalated"
ANSWERED = "handover_answered"
"""The step that an offer waits for; what is late then is the handover, which says so itself (HandoverStalled)."""

TAKEN: Mapping[type[Event], tuple[str, ...]] = {
    ReferralSeen: (Step.SEEN,),
    ImmediateSafetyAssessed: (Step.ASSESSED,),
    HandoverAccepted: (ANSWERED, Step.TAKEN_OVER),
    HandoverRefused: (ANSWERED,),
    HandoverWithdrawn: (ANSWERED,),
    InvestigationOpened: (Step.DECIDED,),
    InvestigationDeclined: (Step.DECIDED,),
    InvestigationAlreadyOngoing: (Step.DECIDED,),
    QuietSignalAnswered: (Step.SIGNAL_ANSWERED,),
    SceneCallAnswered: (SceneStep.ANSWER,),
    SceneCallWithdrawn: (SceneStep.ANSWER,),
    SceneClosed: tuple(SceneStep),
}


@dataclass(frozen=True)
class Limit:
    """A running limit: by when a step must be taken before this level is told. `rule` is its row in the tables of rules and aims.

    `agency` and `unit` had the case when it began; `cause` is the position in another store that it follows from, `intake:42`.
    """

    stream: UUID
    step: str
    level: Level
    due: datetime
    rule: str
    agency: str
    unit: str
    cause: str | None = None


def started(event: Event, stream: UUID, by: tuple[str, str], cause: str | None = None) -> Iterator[Limit]:
    """The limits that begin to run with an event. `by` is the agency and the unit that wrote it.

    What runs already is not begun anew: a registration starts what intake's own event did, should that one have been unreadable.
    """
    match event:
        case ReferralReceived() | ReferralRegistered():
            yield from _of_referral(event, stream, cause)
        case HandoverOffered():
            due = event.due or handover_deadline(event.offered_at)
            yield Limit(stream, ANSWERED, Level.TEAM_LEAD, due.due, due.rule, event.from_agency, event.from_unit, cause)
        case QuietSignalRaised():
            yield from _aims(stream, Step.SIGNAL_ANSWERED, "signal-answered", event.raised_at, *by, cause)
        case SceneCallRequested() | SceneCallQueued():
            yield from _of_call(event, stream, cause)
        case HandoverAccepted(to_kind=AgencyKind.SOCIALJOUR):
            yield from _handed_on(stream, event.accepted_at, event.to_agency, event.to_unit, cause)
        case _:
            pass


def stopped(event: Event) -> tuple[str, ...]:
    """The steps that are taken with an event, so that no limit for them runs any more."""
    if isinstance(event, HandoverAccepted) and event.to_kind is AgencyKind.SOCIALJOUR:
        return (ANSWERED,)
    return TAKEN.get(type(event), ())


def _of_referral(event: ReferralReceived | ReferralRegistered, stream: UUID, cause: str | None) -> Iterator[Limit]:
    whose, danger = (event.to_agency, event.to_unit), "-in-danger" if event.immediate_danger else ""
    for step in (Step.SEEN, Step.ASSESSED):
        yield from _aims(stream, step, f"{step}{danger}", event.received_at, *whose, cause)
    if isinstance(event, ReferralReceived) and event.to_kind is AgencyKind.DISTRICT:
        rule = f"{Step.ASSESSED}{danger}-out-of-hours"
        nobody_there = office().next_closed(within(rule, event.received_at))
        yield Limit(stream, Step.ASSESSED, Level.OUT_OF_HOURS, nobody_there, rule, *whose, cause)
    if isinstance(event, ReferralReceived) and event.to_kind is AgencyKind.SOCIALJOUR:
        yield from _handed_on(stream, event.received_at, *whose, cause)
    if isinstance(event, ReferralRegistered):
        law = event.preliminary_assessment_due
        near = aim("decision-near", event.received_at)
        yield Limit(stream, Step.DECIDED, Level.BOARD, law.due - timedelta(days=near.days or 0), near.id, *whose, cause)
        yield Limit(stream, Step.DECIDED, Level.TEAM_LEAD, law.due, law.rule, *whose, cause)


def _of_call(event: SceneCallRequested | SceneCallQueued, stream: UUID, cause: str | None) -> Iterator[Limit]:
    """An answer runs from when the call reached the hub, the first 24 hours from the alarm."""
    whose, called, alarm = (event.to_agency, event.to_unit), event.requested_at, event.alarm_at
    answer, child = deadline_in_minutes("scene-call-answer", called), deadline_in_minutes("scene-child-spoken-with", alarm)
    for step, level, due, rule in (
        (SceneStep.ANSWER, Level.BOARD, answer.due, answer.rule),
        (SceneStep.ANSWER, Level.TEAM_LEAD, within(answer.rule + ESCALATED, called), answer.rule + ESCALATED),
        (SceneStep.CHILD_SPOKEN_WITH, Level.BOARD, within("scene-child-near", alarm), "scene-child-near"),
        (SceneStep.CHILD_SPOKEN_WITH, Level.TEAM_LEAD, child.due, child.rule),
    ):
        yield Limit(stream, step, level, due, rule, *whose, cause)


def _handed_on(stream: UUID, since: datetime, agency: str, unit: str, cause: str | None) -> Iterator[Limit]:
    """What Socialjouren has from then on is to be with a district when the offices have opened."""
    yield from _aims(stream, Step.TAKEN_OVER, "taken-over", office().next_opening(since), agency, unit, cause)


def _aims(stream: UUID, step: Step, rule: str, since: datetime, agency: str, unit: str, cause: str | None) -> Iterator[Limit]:
    yield Limit(stream, step, Level.BOARD, within(rule, since), rule, agency, unit, cause)
    yield Limit(stream, step, Level.TEAM_LEAD, within(rule + ESCALATED, since), rule + ESCALATED, agency, unit, cause)
