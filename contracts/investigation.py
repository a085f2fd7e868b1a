"""The decision on an investigation (SoL 2025:400 20 kap. 2 §): opened, declined, or one already ongoing."""

from pydantic import AwareDatetime

from contracts.event import SealedEvent, district
from contracts.law import Deadline
from contracts.model import Model


class DecisionReasons(Model):
    """The reasons of the decision, in the decider's words."""

    reasons: str


class _Decision(SealedEvent[DecisionReasons]):
    """What the three have in common."""

    audience = "district"

    agency: str
    unit: str
    decided_at: AwareDatetime
    due: Deadline

    def key_audience(self) -> str:
        """The deciding district alone."""
        return district(self.agency)


class InvestigationOpened(_Decision):
    """An investigation (utredning) about the child is opened."""


class InvestigationDeclined(_Decision):
    """No investigation is opened (inte inleda)."""


class InvestigationAlreadyOngoing(_Decision):
    """An investigation about the child already runs: the referral belongs to it and no decision under 20 kap. 2 § is needed."""
