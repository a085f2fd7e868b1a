"""What is known of earlier signals about a child when a referral comes in: which there are, whether they are many, whether they are one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.aims import aim, window
from contracts.referral import ReferralReceived
from contracts.signals import QuietSignalRaised

AGENCIES = 2
"""From one agency alone several signals are its own affair: it knows of them all."""
MOST = 50
"""Earlier referrals about one child that a new one names: the latest. What a hundred would tell, fifty do."""
MOST_ALIKE = 10


@dataclass(frozen=True)
class Signal:
    """A referral that came before: about the same child, or with the very same words from the same unit, or both."""

    stream: UUID
    from_agency: str
    received_at: datetime
    same_child: bool
    same_text: bool = False


def earlier(signals: Sequence[Signal]) -> tuple[UUID, ...]:
    """The referrals about the same child, in the order in which they came, the latest MOST; also those that led to nothing."""
    return tuple(each.stream for each in signals if each.same_child)[-MOST:]


def alike(received: ReferralReceived, signals: Sequence[Signal]) -> tuple[UUID, ...]:
    """Those that may be this very one, sent twice: the same child or the same words, within one night, the latest MOST_ALIKE.

    A person says whether they are.
    """
    since = window("same-night", received.received_at)
    return tuple(each.stream for each in signals if each.received_at >= since)[-MOST_ALIKE:]


def quiet_signal(received: ReferralReceived, signals: Sequence[Signal], raised_at: datetime) -> Iterator[QuietSignalRaised]:
    """Raised when the signals about one child, this one among them, are many enough and come from several agencies within the window."""
    rule, since = aim("quiet-signal", received.received_at), window("quiet-signal", received.received_at)
    within = [each for each in signals if each.same_child and each.received_at >= since]
    agencies = {received.from_agency, *(each.from_agency for each in within)}
    if len(within) + 1 >= (rule.at_least or 1) and len(agencies) >= AGENCIES:
        yield QuietSignalRaised(signals=len(within) + 1, agencies=len(agencies), since=since, rule=rule.id, raised_at=raised_at)
