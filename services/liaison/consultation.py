"""A consultation: its state, queued when it comes, and what it becomes. What is said in it stands in `advising`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.consultation import (
    ConsultationAnswered,
    ConsultationAskedAgain,
    ConsultationAskedBack,
    ConsultationBecameReferral,
    ConsultationQueued,
    ConsultationRequested,
    ConsultationSeen,
    Side,
)
from contracts.event import Event
from contracts.referral import ReferralReceived
from contracts.refusals import Missing

ConsultationEvent = (
    ConsultationQueued
    | ConsultationSeen
    | ConsultationAnswered
    | ConsultationAskedBack
    | ConsultationAskedAgain
    | ConsultationBecameReferral
)


@dataclass(frozen=True)
class Consultation:
    """A question and what has become of it: how many questions were asked, how many of them a person has opened, whose turn it is."""

    queued: ConsultationQueued | None = None
    questions: int = 0
    seen: int = 0
    turn: Side | None = None
    became_referral: bool = False


def evolve(consultation: Consultation, event: ConsultationEvent) -> Consultation:
    """The consultation after the event."""
    match event:
        case ConsultationQueued():
            return replace(consultation, queued=event, questions=1, turn=Side.TO_ANSWER)
        case ConsultationSeen():
            return replace(consultation, seen=event.questions)
        case ConsultationAnswered():
            return replace(consultation, turn=None)
        case ConsultationAskedBack():
            return replace(consultation, turn=Side.ASKED)
        case ConsultationAskedAgain():
            return replace(consultation, questions=event.questions, turn=Side.TO_ANSWER)
        case ConsultationBecameReferral():
            return replace(consultation, became_referral=True)


def fold(events: Sequence[Event]) -> Consultation:
    """The consultation that these events make. Raises Missing when they are of something else: its id is no consultation's."""
    consultation = Consultation()
    for event in events:
        if not isinstance(event, ConsultationEvent):
            raise Missing
        consultation = evolve(consultation, event)
    return consultation


def holders(consultation: Consultation, audience: str) -> frozenset[str]:
    """The agency that asks and the one that answers."""
    del audience
    queued = consultation.queued
    return frozenset({queued.from_agency, queued.to_agency}) if queued else frozenset()


def queue(consultation: Consultation, requested: ConsultationRequested) -> Iterator[ConsultationQueued]:
    """Puts the question in the queue of the unit that is to answer."""
    if consultation.queued is None:
        yield ConsultationQueued(
            receipt_code=requested.receipt_code,
            from_agency=requested.from_agency,
            from_unit=requested.from_unit,
            to_agency=requested.to_agency,
            to_unit=requested.to_unit,
            requested_at=requested.requested_at,
        )


def become_referral(consultation: Consultation, received: ReferralReceived) -> Iterator[ConsultationBecameReferral]:
    """The unit that asked has made a referral of it (intake has seen to that it was that unit). The first one stands."""
    if not consultation.became_referral:
        yield ConsultationBecameReferral(
            submission=received.submission, referral_code=received.receipt_code, became_at=received.received_at
        )
