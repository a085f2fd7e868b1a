"""The zones of a board: every referral that a unit has stands in exactly one, which says whose move it is."""

from enum import StrEnum
from typing import Any

from services.projections.rows import Row

OWNER, OFFERED, REFUSED, WITHDRAWN, HANDED_OVER = "owner", "offered", "refused", "withdrawn", "handed_over"
"""What a referral is to the unit: it has it, is offered it, said no to it, was offered it no more, has handed it over."""


class Zone(StrEnum):
    """Where on its unit's board a referral stands. What is somebody's is theirs under `mine` when they ask."""

    NEW = "new"
    OURS = "ours"
    WAITING = "waiting"
    DONE = "done"


class Todo(StrEnum):
    """What an officer decides in every case, whoever has it by then."""

    POLICE = "police"
    MEETING = "meeting"


def unfinished(row: Row) -> bool:
    """Whether its owner still owes it something: a decision on the way, or an answer to signals about the child."""
    return bool(row["todo"]) or (row["signals"] is not None and row["bearing"] is None)


def zone_of(row: Row) -> Zone:
    """The one zone of a row: no row can be in none, whatever has happened to it.

    New is what nobody in the unit has taken, also when somebody gave it back; an offer is new to the unit that is to answer it. What was
    added and nobody has opened is the owner's to read, also while others are waited for and when all was over. What is decided is done
    when nothing else is left to decide.
    """
    if row["relation"] in {REFUSED, WITHDRAWN, HANDED_OVER}:
        return Zone.DONE
    if row["relation"] == OFFERED:
        return Zone.NEW
    if row["offered_to"] and not unread(row):
        return Zone.WAITING
    if row["decision"] and not unread(row) and not unfinished(row):
        return Zone.DONE
    return Zone.OURS if row["taken_by"] else Zone.NEW


def unread(row: Row) -> bool:
    """Whether something was added, in words or as a file, that nobody has opened since the referral was. Only the owner's to open."""
    added = row["supplements"] > row["supplements_seen"] or row["attachments"] > row["attachments_seen"]
    return row["relation"] == OWNER and row["seen_at"] is not None and added


def urgency_of(row: Row) -> int:
    """0 for what comes first in its zone, 1 for all else.

    First come danger, need of protection, what is late, what came back refused, what was added and nobody has opened, and what is
    offered though nobody has assessed it.
    """
    danger = row["immediate_danger"] and row["needs_protection"] is None
    in_need = row["needs_protection"] and not row["decision"]
    unanswered = row["offer_stalled_at"] if row["offered_to"] else row["refused_by"]
    unassessed = row["relation"] == OFFERED and row["needs_protection"] is None
    pressing = danger or in_need or row["stalled"] or unanswered or unassessed or unread(row)
    return 0 if pressing and zone_of(row) is not Zone.DONE else 1


def placed(row: Row) -> dict[str, Any]:
    """Where the row stands and how soon its turn is."""
    return {"zone": zone_of(row), "urgency": urgency_of(row)}
