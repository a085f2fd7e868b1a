"""Signals about the same child: registered with a referral, weighed by a person, linked or held apart. The machine merges nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from contracts.case import ReferralRegistered
from contracts.referral import ReferralReceived
from contracts.refusals import Malformed, Refused
from contracts.signals import Bearing, BearingReasons, QuietSignalAnswered, QuietSignalRaised, ReferralHeldApart, ReferralLinked
from services.liaison.case import Case, NoReasons, owned, register
from services.liaison.likeness import Signal, quiet_signal
from services.liaison.officer import Officer

Pair = Mapping[UUID, Case]
"""Two referrals by id."""


class NoSignals(Refused):
    """There are no signals to weigh: the hub has not pointed out several about this child."""


class AlreadyWeighed(Refused):
    """Somebody has weighed the signals already and found something else. Read what stands there first."""


class SameReferral(Malformed):
    """A referral is not compared with itself. Choose the other one."""


class NotAlike(Refused):
    """The hub has not offered these two as the same: only what looks alike can be linked or held apart."""


def receive(
    case: Case, received: ReferralReceived, position: int, signals: Sequence[Signal], at: datetime
) -> Iterator[ReferralRegistered | QuietSignalRaised]:
    """Registers a referral with what is known of earlier signals about the child, and raises them when they are many."""
    if case.registered is None:
        yield from register(case, received, position, signals)
        yield from quiet_signal(received, signals, at)


def weigh_signals(case: Case, by: Officer, bearing: Bearing, reasons: str, answered_at: datetime) -> Iterator[QuietSignalAnswered]:
    """A person says what the signals mean, with reasons. Raises what `owned` raises, NotSeen, NoSignals, NoReasons, AlreadyWeighed."""
    by.read(case)
    if case.quiet is None:
        raise NoSignals
    if not reasons:
        raise NoReasons
    if case.bearing is bearing:
        return
    if case.bearing is not None:
        raise AlreadyWeighed
    yield QuietSignalAnswered(
        bearing=bearing,
        unit=by.unit,
        role=by.role,
        handovers=case.handovers,
        answered_at=answered_at,
        content=BearingReasons(reasons=reasons),
    )


def link(pair: Pair, agency: str, unit: str, at: datetime) -> Iterator[tuple[UUID, ReferralLinked]]:
    """The two are about the same event: each is told of the other. Raises Missing unless the unit has both, NotAlike, SameReferral."""
    for this, other in _both_ways(pair, agency, unit):
        if other not in pair[this].linked:
            yield this, ReferralLinked(other=other, unit=unit, linked_at=at)


def hold_apart(pair: Pair, agency: str, unit: str, at: datetime) -> Iterator[tuple[UUID, ReferralHeldApart]]:
    """The two are not the same, whatever it looks like. Raises as `link`."""
    for this, other in _both_ways(pair, agency, unit):
        if other not in pair[this].apart:
            yield this, ReferralHeldApart(other=other, unit=unit, held_apart_at=at)


def _both_ways(pair: Pair, agency: str, unit: str) -> tuple[tuple[UUID, UUID], tuple[UUID, UUID]]:
    registered = {stream: owned(case, agency, unit) for stream, case in pair.items()}
    if len(registered) != 2:
        raise SameReferral
    first, second = registered
    if second not in registered[first].alike and first not in registered[second].alike:
        raise NotAlike
    return (first, second), (second, first)
