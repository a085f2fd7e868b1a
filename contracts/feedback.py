"""Feedback to the reporter (återkoppling): exactly one of three lawful facts, to mandated reporters only (SoL 2025:400 19 kap. 6 §)."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.law import Deadline


class LawfulFact(StrEnum):
    """All that feedback may say; nothing of reasons, measures or the family."""

    INVESTIGATION_OPENED = "investigation_opened"
    INVESTIGATION_NOT_OPENED = "investigation_not_opened"
    INVESTIGATION_ALREADY_ONGOING = "investigation_already_ongoing"


class FeedbackSent(Event):
    """Feedback stands ready for the reporting unit to read."""

    fact: LawfulFact
    to_agency: str
    to_unit: str
    sent_at: AwareDatetime
    due: Deadline


class FeedbackRead(Event):
    """Somebody at the reporting unit has read the feedback."""

    unit: str
    read_at: AwareDatetime
