"""Answering a consultation: queued when it comes, answered once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.consultation import Advice, AdviceText, ConsultationAnswered, ConsultationQueued, ConsultationRequested
from contracts.event import Event
from contracts.refusals import Malformed, Missing, Refused

ConsultationEvent = ConsultationQueued | ConsultationAnswered


class NoAdvice(Malformed):
    """Write the advice in words, so that the one who asked knows what to do."""


class AlreadyAnswered(Refused):
    """The question has an answer already. Read it; the one who asked can ask again."""


@dataclass(frozen=True)
class Consultation:
    """A question and whether it is answered."""

    queued: ConsultationQueued | None = None
    advice: Advice | None = None


def evolve(consultation: Consultation, event: ConsultationEvent) -> Consultation:
    """The consultation after the event."""
    match event:
        case ConsultationQueued():
            return replace(consultation, queued=event)
        case ConsultationAnswered():
            return replace(consultation, advice=event.advice)


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


def answer(
    consultation: Consultation,
    agency: str,
    unit: str,
    advice: Advice,
    text: str,
    answered_at: datetime,
) -> Iterator[ConsultationAnswered]:
    """Answers. Raises Missing for a unit that was not asked, NoAdvice, AlreadyAnswered."""
    queued = consultation.queued
    if queued is None or (queued.to_agency, queued.to_unit) != (agency, unit):
        raise Missing
    if not text:
        raise NoAdvice
    if consultation.advice is not None:
        raise AlreadyAnswered
    yield ConsultationAnswered(advice=advice, unit=unit, answered_at=answered_at, content=AdviceText(text=text))
