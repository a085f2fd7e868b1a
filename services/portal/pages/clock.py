"""The clock of a referral: which time limit runs, how much of it is used, and whether it is law or only practice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.portal.pages.board_row import BoardRow, Relation

LONG_WAIT = timedelta(hours=1)
"""A wait for the safety assessment that a colleague should ask about. Ours: neither law nor practice."""
FEW_DAYS = timedelta(days=3)
"""So near its end the preliminary assessment is marked. Ours too."""

Rule = Literal["immediate-safety-assessment", "preliminary-assessment"]
"""The rule's id in `contracts.law`."""


@dataclass(frozen=True)
class Clock:
    """A running time limit. `left` is negative when it has passed; `used` is a share from 0 to 1; `tone` as tags have it."""

    rule: Rule
    waited: timedelta
    left: timedelta
    used: float
    due: datetime
    tone: Literal["danger", "warning", "info"]

    @property
    def late(self) -> bool:
        """Whether the limit has passed."""
        return self.left < timedelta()

    @property
    def law(self) -> bool:
        """Whether the limit is law. The safety assessment is due "at once" by law; the hour beside it is only practice."""
        return self.rule == "preliminary-assessment"


def clock_of(row: BoardRow, now: datetime) -> Clock | None:
    """The limit that runs for this unit now: "at once" until it is assessed, then 14 days to the decision, then none.

    SoL 2025:400 20 kap. 1-2 §§. None for what is decided or with somebody else, and before the referral is registered.
    """
    if row.decision or row.relation in {Relation.REFUSED, Relation.HANDED_OVER}:
        return None
    if row.assessed_at is None:
        return _running("immediate-safety-assessment", row.received_at, row.safety_assessment_due, now, danger=row.immediate_danger)
    return _running("preliminary-assessment", row.received_at, row.preliminary_assessment_due, now)


def _running(rule: Rule, since: datetime, due: datetime | None, now: datetime, *, danger: bool = False) -> Clock | None:
    if due is None:
        return None
    waited, left = now - since, due - now
    pressing = left < FEW_DAYS if rule == "preliminary-assessment" else waited > LONG_WAIT
    tone: Literal["danger", "warning", "info"] = "danger" if danger or left < timedelta() else "warning" if pressing else "info"
    return Clock(rule, waited, left, min(max(waited / (due - since), 0.0), 1.0), due, tone)
