"""The law as data: sections, time limits and their validity in one table, the calendar they are counted in, and each limit in words."""

from contracts.law.calendar import STOCKHOLM
from contracts.law.deadlines import (
    LATE_IN_THE_DAY,
    Deadline,
    NoLimit,
    deadline,
    deadline_in_minutes,
    handover_deadline,
    rule,
    safety_assessment_deadline,
)
from contracts.law.office import Night, Office, office
from contracts.law.rules import NEW_ACT, Rule
from contracts.law.table import RULES
from contracts.law.words import Explained, explained

__all__ = (
    "LATE_IN_THE_DAY",
    "NEW_ACT",
    "RULES",
    "STOCKHOLM",
    "Deadline",
    "Explained",
    "Night",
    "NoLimit",
    "Office",
    "Rule",
    "deadline",
    "deadline_in_minutes",
    "explained",
    "handover_deadline",
    "office",
    "rule",
    "safety_assessment_deadline",
)
