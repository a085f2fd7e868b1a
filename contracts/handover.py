"""The handover (överlämning): ownership of a case moves only when somebody accepts it."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import AgencyKind
from contracts.event import Event, SealedEvent, offer
from contracts.law import Deadline
from contracts.model import Model


class HandoverMessage(Model):
    """What the offering unit wants the receiving one to know."""

    message: str


class HandoverOffered(SealedEvent[HandoverMessage]):
    """The case is offered to one unit; until it answers the offering unit still owns it.

    `together` are the referrals of one submission that are offered in one go, this one among them: answered and withdrawn together.
    `split_from` are the brothers and sisters that the offering unit had at hand and left out on purpose. `out_of_hours` is the hub's own
    offer to Socialjouren, of a child whom nobody has assessed while the district's office is closed.
    """

    audience = "offer"

    offer: int
    from_agency: str
    from_unit: str
    to_kind: AgencyKind
    to_agency: str
    to_unit: str
    offered_at: AwareDatetime
    from_kind: AgencyKind | None = None
    due: Deadline | None = None
    together: tuple[UUID, ...] = ()
    split_from: tuple[UUID, ...] = ()
    out_of_hours: bool = False

    def key_audience(self) -> str:
        """The two agencies of this one offer."""
        return offer(self.offer)


class HandoverAccepted(Event):
    """The offered unit has taken the case over: it owns it and holds its keys from this fact on.

    Socialjouren (`to_kind`) only stands in: the case is to be with a district when the offices have opened.
    """

    offer: int
    from_unit: str
    to_agency: str
    to_unit: str
    accepted_at: AwareDatetime
    to_kind: AgencyKind | None = None


class RefusalReason(Model):
    """Why the offered unit does not take the case."""

    reason: str


class HandoverRefused(SealedEvent[RefusalReason]):
    """The offered unit does not take the case: it stays with the one that offered, who sees the reason."""

    audience = "offer"

    offer: int
    by_agency: str
    by_unit: str
    refused_at: AwareDatetime

    def key_audience(self) -> str:
        """The same two that read the offer."""
        return offer(self.offer)


class WithdrawalReason(Model):
    """Why the offering unit takes its offer back; nothing, when it did not say."""

    reason: str


class HandoverWithdrawn(SealedEvent[WithdrawalReason]):
    """The offering unit takes its offer back before it is answered: the case stays where it is."""

    audience = "offer"

    offer: int
    by_agency: str
    by_unit: str
    to_agency: str
    to_unit: str
    withdrawn_at: AwareDatetime

    def key_audience(self) -> str:
        """The same two that read the offer."""
        return offer(self.offer)


class HandoverStalled(Event):
    """Nobody has answered the offer when the office opened: both units see it, and somebody has to telephone. Once for each offer."""

    offer: int
    from_agency: str
    from_unit: str
    to_agency: str
    to_unit: str
    due: Deadline
    stalled_at: AwareDatetime
