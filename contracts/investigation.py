"""The decision on an investigation (SoL 2025:400 20 kap. 2 §): opened, declined, or one already ongoing."""

from typing import ClassVar

from pydantic import AwareDatetime

from contracts.event import SealedEvent, district
from contracts.feedback import LawfulFact
from contracts.law import Deadline
from contracts.model import Model


class DecisionReasons(Model):
    """The reasons of the decision, in the decider's words."""

    reasons: str


class _Decision(SealedEvent[DecisionReasons]):
    """What the three have in common. `fact` is all that feedback may say of it."""

    audience = "district"
    fact: ClassVar[LawfulFact]

    agency: str
    unit: str
    decided_at: AwareDatetime
    due: Deadline

    def key_audience(self) -> str:
        """The deciding district alone."""
        return district(self.agency)


class InvestigationOpened(_Decision):
    """An investigation (utredning) about the child is opened."""

    fact = LawfulFact.INVESTIGATION_OPENED


class InvestigationDeclined(_Decision):
    """No investigation is opened (inte inleda)."""

    fact = LawfulFact.INVESTIGATION_NOT_OPENED


class InvestigationAlreadyOngoing(_Decision):
    """An investigation about the child already runs: the referral belongs to it and no decision under 20 kap. 2 § is needed."""

    fact = LawfulFact.INVESTIGATION_ALREADY_ONGOING
