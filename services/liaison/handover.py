"""The handover: offered to one unit at a time, owned by the offering one until the other accepts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.agencies import AgencyKind
from contracts.handover import (
    HandoverAccepted,
    HandoverMessage,
    HandoverOffered,
    HandoverRefused,
    HandoverStalled,
    HandoverWithdrawn,
    RefusalReason,
    WithdrawalReason,
)
from contracts.law import Deadline, handover_deadline
from contracts.refusals import Malformed, Refused
from services.liaison.case import Case, NoReasons, owned


class NotAssessed(Refused):
    """Make the immediate safety assessment first: a child is not handed over before somebody has asked whether it is safe."""


class OfferPending(Refused):
    """The case is already offered to another unit, which has not answered. Wait for its answer, or take the offer back first."""


class OwnUnit(Malformed):
    """The case is already with this agency. Choose another district's unit."""


class NoOffer(Refused):
    """There is no offer to answer: it was answered already, or the case was never offered to your unit."""


class NothingOffered(Refused):
    """There is no offer to take back: it was answered already, or none was made. Look at the case again and read the answer."""


class OfferWithdrawn(Refused):
    """The offer was taken back before you answered it: the case stays with the unit that offered it, and you need do nothing."""


class OfferReplaced(Refused):
    """This offer is over and a newer one has taken its place. Look at the case again, and answer the one that stands there now."""


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
    *,
    from_kind: AgencyKind | None = None,
    together: tuple[UUID, ...] = (),
    split_from: tuple[UUID, ...] = (),
) -> Iterator[HandoverOffered]:
    """Offers the case. Raises Missing, HandedOver, NotAssessed, OfferPending, OwnUnit; the same offer again is nothing."""
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
        from_kind=from_kind,
        due=handover_deadline(offered_at),
        together=together,
        split_from=split_from,
        content=HandoverMessage(message=message),
    )


def offer_out_of_hours(case: Case, to: Receiver, offered_at: datetime) -> Iterator[HandoverOffered]:
    """The hub's own offer to Socialjouren, of a child whom nobody in the district has assessed while its office is closed.

    (SoL 2025:400 20 kap. 1 §: at once; that Socialjouren stands in is practice.) The district keeps the case until somebody there accepts,
    and whoever of it is at work still can assess. Nothing when it is assessed or offered already, or is Socialjouren's own.
    """
    if case.registered is None or case.needs_protection is not None or case.pending or case.fact or case.owner_agency == to.agency:
        return
    yield HandoverOffered(
        offer=case.offers + 1,
        from_agency=case.owner_agency,
        from_unit=case.owner_unit,
        to_kind=to.kind,
        to_agency=to.agency,
        to_unit=to.unit,
        offered_at=offered_at,
        from_kind=AgencyKind.DISTRICT,
        due=handover_deadline(offered_at),
        out_of_hours=True,
        content=HandoverMessage(message=""),
    )


def accept_handover(case: Case, agency: str, unit: str, accepted_at: datetime, offer: int | None = None) -> Iterator[HandoverAccepted]:
    """Takes the case over. `offer` is the one that was read. Raises NoOffer, OfferWithdrawn, OfferReplaced, HandedOver, Missing."""
    if case.taken_over_at and case.owner_unit == unit and not case.pending:
        return
    pending = _offered_to(case, agency, unit, offer)
    yield HandoverAccepted(
        offer=pending.offer,
        from_unit=pending.from_unit,
        to_agency=agency,
        to_unit=unit,
        accepted_at=accepted_at,
        to_kind=pending.to_kind,
    )


def refuse_handover(
    case: Case, agency: str, unit: str, reason: str, refused_at: datetime, offer: int | None = None
) -> Iterator[HandoverRefused]:
    """Says no, with a reason that the offering unit reads; once for each offer. Raises NoReasons, and as accepting does."""
    if case.refused_by == unit and not case.pending:
        return
    pending = _offered_to(case, agency, unit, offer)
    if not reason:
        raise NoReasons
    yield HandoverRefused(offer=pending.offer, by_agency=agency, by_unit=unit, refused_at=refused_at, content=RefusalReason(reason=reason))


def withdraw_handover(
    case: Case, agency: str, unit: str, reason: str, withdrawn_at: datetime, offer: int | None = None
) -> Iterator[HandoverWithdrawn]:
    """Takes the offer back before it is answered. Raises Missing, HandedOver, NothingOffered, OfferReplaced."""
    owned(case, agency, unit)
    pending = case.pending
    if pending is None:
        if case.withdrawn_from:
            return
        raise NothingOffered
    _read(pending, offer)
    yield HandoverWithdrawn(
        offer=pending.offer,
        by_agency=agency,
        by_unit=unit,
        to_agency=pending.to_agency,
        to_unit=pending.to_unit,
        withdrawn_at=withdrawn_at,
        content=WithdrawalReason(reason=reason),
    )


def answer_due(offered: HandoverOffered) -> Deadline:
    """When the offer must have its answer: 08:00 on the next working day. Computed when it was offered."""
    return offered.due or handover_deadline(offered.offered_at)


def stall_handover(case: Case, at: datetime) -> Iterator[HandoverStalled]:
    """Says that nobody has answered the offer when the office opened; once for each offer, and nothing before it is due."""
    pending = case.pending
    if pending is None or case.stalled == pending.offer or at < answer_due(pending).due:
        return
    yield HandoverStalled(
        offer=pending.offer,
        from_agency=pending.from_agency,
        from_unit=pending.from_unit,
        to_agency=pending.to_agency,
        to_unit=pending.to_unit,
        due=answer_due(pending),
        stalled_at=at,
    )


def _offered_to(case: Case, agency: str, unit: str, offer: int | None) -> HandoverOffered:
    if case.pending and (case.pending.to_agency, case.pending.to_unit) == (agency, unit):
        return _read(case.pending, offer)
    if case.withdrawn_from == unit:
        raise OfferWithdrawn
    if unit not in case.asked:
        owned(case, agency, unit)
    raise NoOffer


def _read(pending: HandoverOffered, offer: int | None) -> HandoverOffered:
    """The offer, if it is the one that somebody has read and answers now."""
    if offer not in {None, pending.offer}:
        raise OfferReplaced
    return pending
