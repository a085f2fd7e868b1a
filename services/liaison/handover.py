"""The handover: offered to one unit at a time, owned by the offering one until the other accepts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.agencies import AgencyKind
from contracts.handover import HandoverAccepted, HandoverMessage, HandoverOffered, HandoverRefused, RefusalReason
from contracts.refusals import Malformed, Refused
from services.liaison.case import Case, NoReasons, owned


class NotAssessed(Refused):
    """Make the immediate safety assessment first: a child is not handed over before somebody has asked whether it is safe."""


class OfferPending(Refused):
    """The case is already offered to another unit, which has not answered. Wait for its answer."""


class OwnUnit(Malformed):
    """The case is already with this agency. Choose another district's unit."""


class NoOffer(Refused):
    """There is no offer to answer: it was answered already, or the case was never offered to your unit."""


@dataclass(frozen=True)
class Receiver:
    """The unit that a case is offered to."""

    kind: AgencyKind
    agency: str
    unit: str


def offer_handover(
    case: Case,
    agency: str,
    unit: str,
    to: Receiver,
    message: str,
    offered_at: datetime,
) -> Iterator[HandoverOffered]:
    """Offers the case. Raises Missing, NotAssessed, OfferPending, OwnUnit; the same offer again is nothing."""
    owned(case, agency, unit)
    if to.agency == agency:
        raise OwnUnit
    if case.needs_protection is None:
        raise NotAssessed
    if case.pending:
        if case.pending.to_unit == to.unit:
            return
        raise OfferPending
    yield HandoverOffered(
        offer=case.offers + 1,
        from_agency=agency,
        from_unit=unit,
        to_kind=to.kind,
        to_agency=to.agency,
        to_unit=to.unit,
        offered_at=offered_at,
        content=HandoverMessage(message=message),
    )


def accept_handover(case: Case, agency: str, unit: str, accepted_at: datetime) -> Iterator[HandoverAccepted]:
    """Takes the case over. Raises NoOffer, and Missing for a unit that it was not offered to."""
    if case.taken_over and case.owner_unit == unit and not case.pending:
        return
    pending = _offered_to(case, agency, unit)
    yield HandoverAccepted(offer=pending.offer, from_unit=pending.from_unit, to_agency=agency, to_unit=unit, accepted_at=accepted_at)


def refuse_handover(case: Case, agency: str, unit: str, reason: str, refused_at: datetime) -> Iterator[HandoverRefused]:
    """Says no, with a reason that the offering unit reads; once for each offer. Raises NoOffer, NoReasons, Missing."""
    if case.refused_by == unit and not case.pending:
        return
    pending = _offered_to(case, agency, unit)
    if not reason:
        raise NoReasons
    yield HandoverRefused(offer=pending.offer, by_agency=agency, by_unit=unit, refused_at=refused_at, content=RefusalReason(reason=reason))


def _offered_to(case: Case, agency: str, unit: str) -> HandoverOffered:
    if case.pending and case.pending.to_agency == agency and case.pending.to_unit == unit:
        return case.pending
    owned(case, agency, unit)
    raise NoOffer
