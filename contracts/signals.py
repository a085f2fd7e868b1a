"""Signals about the same child: several from several agencies, and referrals that may be one and the same."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.decided import Decided
from contracts.event import Event
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


class QuietSignalAnswered(Decided[BearingReasons]):
    """A person has looked at the signals together and says, with reasons, what they mean."""

    bearing: Bearing
    answered_at: AwareDatetime


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
