"""Rows of the board as projections send them, for the tests of what the pages make of them."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.told import Protection
from services.portal.pages.board_row import BoardRow, Relation

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
REFERRAL = UUID("3b2c1f9e-0d64-4c7b-9a52-6f1f1f6f2f10")


def row(**changed: object) -> BoardRow:
    """A referral that came in at NIGHT and that nobody has opened."""
    known = {
        "referral": REFERRAL,
        "relation": Relation.OWNER,
        "reference": "K7Q2-FX9M",
        "siblings": 0,
        "registry_number": "2026-000001",
        "from_unit": "lpo-farsta",
        "categories": ["violence_in_close_relation"],
        "immediate_danger": False,
        "age_band": "4-6",
        "received_at": NIGHT,
        "safety_assessment_due": datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC),
        "preliminary_assessment_due": datetime(2026, 12, 6, 22, 59, 59, tzinfo=UTC),
        "seen_at": None,
        "needs_protection": None,
        "assessed_at": None,
        "offered_to": None,
        "offered_at": None,
        "offer": None,
        "offered_together": None,
        "offer_due": None,
        "offer_stalled_at": None,
        "offer_withdrawn_at": None,
        "refused_by": None,
        "refused_at": None,
        "owner_unit": "socialjouren-jour",
        "taken_over_at": None,
        "decision": None,
        "decided_at": None,
        "feedback_sent_at": None,
        "feedback_read_at": None,
        "zone": "new",
        "urgency": 1,
        "mine": False,
        "taken_by": None,
        "taken_role": None,
        "taken_at": None,
        "stalled": [],
        "stalled_at": None,
        "earlier": 0,
        "alike": 0,
        "linked": 0,
        "signals": None,
        "agencies": None,
        "signals_at": None,
        "bearing": None,
        "weighed_at": None,
        "todo": [],
        "on_hold": False,
        "owed": 0,
    }
    return BoardRow.model_validate(known | changed)


def assessed(**changed: object) -> BoardRow:
    """One that is opened and assessed, the child being safe for now."""
    return row(**{"seen_at": NIGHT, "assessed_at": NIGHT, "needs_protection": False} | changed)


def sheltered(**changed: object) -> BoardRow:
    """One about a child with protected registration."""
    return assessed(**{"protection": Protection.PROTECTED_REGISTRATION} | changed)
