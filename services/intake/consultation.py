"""Asking for advice without naming anybody (rådgörande samtal)."""

from datetime import datetime
from uuid import UUID

from contracts.consultation import ConsultationQuestion, ConsultationRequested
from contracts.referral import AgeBand, Category
from contracts.refusals import Malformed
from services.intake.nameless import refuse_names
from services.intake.referral import Route, receipt_code


class NoQuestion(Malformed):
    """Write what you want advice about, without names, numbers, addresses or schools."""


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
