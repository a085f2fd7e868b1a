"""Brothers and sisters, the referrals of one submission: they move together, all or none, or are split on purpose."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.agencies import AgencyKind
from contracts.event import Event
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.referral import referral_ids
from contracts.refusals import Refused
from services.liaison.case import Case
from services.liaison.handover import (
    Receiver,
    accept_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)

Decided = TypeVar("Decided", bound=Event)
Cases = Mapping[UUID, Case]
"""The cases that a command is about, by their referrals' ids."""


class Siblings(StrEnum):
    """What becomes of the brothers and sisters that a unit has at hand when it offers one of them."""

    TOGETHER = "together"
    SPLIT = "split"


class SiblingsUnsaid(Refused):
    """You have brothers or sisters of this child too. Say whether they are offered together, or that you split them on purpose."""


class SiblingNotAssessed(Refused):
    """A brother or sister is not assessed for immediate safety yet. Assess that child first, or split them on purpose."""


def siblings(case: Case) -> list[UUID]:
    """All referrals of the case's submission, itself among them; none for an only child, and for what is not registered."""
    registered = case.registered
    return referral_ids(registered.submission, registered.siblings + 1) if registered and registered.siblings else []


def offered_together(case: Case) -> tuple[UUID, ...]:
    """The referrals that the waiting offer is about; none when it is about this one alone, or when none waits."""
    return case.pending.together if case.pending else ()


def at_hand(cases: Cases, stream: UUID, agency: str, unit: str) -> tuple[UUID, ...]:
    """The brothers and sisters that the unit could offer too: it has them, nobody is offered them, and nothing is decided.

    One that is not registered yet is at hand where the submission came in: it must not be forgotten for being late.
    """
    came_in = cases[stream].registered
    here = came_in is not None and (came_in.to_agency, came_in.to_unit) == (agency, unit)

    def may_go(case: Case) -> bool:
        if case.registered is None:
            return here
        return (case.owner_agency, case.owner_unit) == (agency, unit) and case.pending is None and case.fact is None

    return tuple(each for each, case in cases.items() if each != stream and may_go(case))


def offer(
    cases: Cases,
    stream: UUID,
    agency: str,
    unit: str,
    to: Receiver,
    message: str,
    offered_at: datetime,
    how: Siblings | None,
    from_kind: AgencyKind | None = None,
) -> Iterator[tuple[UUID, HandoverOffered]]:
    """Offers the case, and its brothers and sisters with it when they move together.

    Raises what offering one raises, SiblingsUnsaid, SiblingNotAssessed. The same offer again is nothing.
    """
    if not list(offer_handover(cases[stream], agency, unit, to, message, offered_at)):
        return
    others = at_hand(cases, stream, agency, unit)
    if others and how is None:
        raise SiblingsUnsaid
    moving = (stream, *others) if others and how is Siblings.TOGETHER else ()
    left = others if how is Siblings.SPLIT else ()
    if any(cases[each].needs_protection is None for each in moving):
        raise SiblingNotAssessed
    for each in moving or (stream,):
        offered = offer_handover(cases[each], agency, unit, to, message, offered_at, from_kind=from_kind, together=moving, split_from=left)
        yield from ((each, event) for event in offered)


def accept(
    cases: Cases, stream: UUID, agency: str, unit: str, accepted_at: datetime, read: int | None
) -> Iterator[tuple[UUID, HandoverAccepted]]:
    """Takes over the case and those offered together with it, all or none. `read` is the offer that was read. Raises as accepting one."""
    return _each(cases, stream, read, lambda case, offer: accept_handover(case, agency, unit, accepted_at, offer))


def refuse(
    cases: Cases, stream: UUID, agency: str, unit: str, reason: str, refused_at: datetime, read: int | None
) -> Iterator[tuple[UUID, HandoverRefused]]:
    """Says no to the case and to those offered together with it. Raises as refusing one."""
    return _each(cases, stream, read, lambda case, offer: refuse_handover(case, agency, unit, reason, refused_at, offer))


def withdraw(
    cases: Cases, stream: UUID, agency: str, unit: str, reason: str, withdrawn_at: datetime, read: int | None
) -> Iterator[tuple[UUID, HandoverWithdrawn]]:
    """Takes the offer of the case back, and of those offered together with it. Raises as withdrawing one."""
    return _each(cases, stream, read, lambda case, offer: withdraw_handover(case, agency, unit, reason, withdrawn_at, offer))


def _each(
    cases: Cases, stream: UUID, read: int | None, decision: Callable[[Case, int | None], Iterable[Decided]]
) -> Iterator[tuple[UUID, Decided]]:
    """The decision on each case of the offer; the number that was read is that of the one it was read in."""
    for each in offered_together(cases[stream]) or (stream,):
        yield from ((each, event) for event in decision(cases[each], read if each == stream else None))
