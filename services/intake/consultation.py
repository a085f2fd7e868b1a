"""Asking for advice without naming anybody (rådgörande samtal)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.consultation import ConsultationQuestion, ConsultationRequested
from contracts.event import Event
from contracts.nameless import refuse_names
from contracts.referral import AgeBand, Category
from contracts.refusals import Malformed
from services.intake.referral import Route, receipt_code


class NoQuestion(Malformed):
    """Write what you want advice about, without names, numbers, addresses or schools."""


class NoSuchConsultation(Malformed):
    """There is no consultation of your unit with this id. Send the referral without it, or with your own unit's."""


def request_consultation(
    question: str,
    category: Category,
    age_band: AgeBand,
    route: Route,
    consultation: UUID,
    requested_at: datetime,
) -> ConsultationRequested:
    """The question as an event. Raises NoQuestion, NamesSomebody."""
    if not question:
        raise NoQuestion
    refuse_names(question)
    return ConsultationRequested(
        receipt_code=receipt_code(consultation),
        from_kind=route.from_kind,
        from_agency=route.from_agency,
        from_unit=route.from_unit,
        to_kind=route.to_kind,
        to_agency=route.to_agency,
        to_unit=route.to_unit,
        category=category,
        age_band=age_band,
        requested_at=requested_at,
        content=ConsultationQuestion(question=question),
    )


def refuse_strange_consultation(history: Sequence[Event], unit: str) -> None:
    """A referral may name only a consultation that the unit itself has asked for. Raises NoSuchConsultation."""
    first = history[0] if history else None
    if not isinstance(first, ConsultationRequested) or first.from_unit != unit:
        raise NoSuchConsultation
