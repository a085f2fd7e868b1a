"""Signals about the same child: several from several agencies, and referrals that may be one and the same."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.agencies import Role
from contracts.event import SOCIAL_SERVICES, Event, SealedEvent, social_services
from contracts.model import Model


class QuietSignalRaised(Event):
    """Several signals about one child have come from two or more agencies inside a window: a person is to weigh them together.

    `signals` and `agencies` count this referral's own too; `rule` is the window's row in the table of rules, which is practice.
    """

    signals: int
    agencies: int
    since: AwareDatetime
    rule: str
    raised_at: AwareDatetime


class Bearing(StrEnum):
    """What a person found the earlier signals to mean for this referral."""

    WEIGHED_IN = "weighed_in"
    NO_BEARING = "no_bearing"
    NOT_SAME_CHILD = "not_same_child"


class BearingReasons(Model):
    """Why, in the person's words."""

    reasons: str


class QuietSignalAnswered(SealedEvent[BearingReasons]):
    """A person has looked at the signals together and says, with reasons, what they mean.

    Like `Decided`, but the first ones were stored before an event said in which role it was decided.
    """

    audience = SOCIAL_SERVICES

    bearing: Bearing
    unit: str
    answered_at: AwareDatetime
    role: Role | None = None
    handovers: int = 0

    def key_audience(self) -> str:
        """The social services that hold the case from then on."""
        return social_services(self.handovers)


class ReferralLinked(Event):
    """A person says that this referral and another are about the same event. Nothing is merged: each keeps its clocks and its file."""

    other: UUID
    unit: str
    linked_at: AwareDatetime


class ReferralHeldApart(Event):
    """A person says that another referral, which looked the same, is another one."""

    other: UUID
    unit: str
    held_apart_at: AwareDatetime
