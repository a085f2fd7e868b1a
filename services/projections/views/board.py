"""The board: the referrals that an agency of social services owns, is offered or has handed over. No names stand here."""

from typing import get_args

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid, and_, bindparam, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.feedback import FeedbackRead, FeedbackSent
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverStalled, HandoverWithdrawn
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.view import METADATA, View, time_column

OWNER, OFFERED, REFUSED, WITHDRAWN, HANDED_OVER = "owner", "offered", "refused", "withdrawn", "handed_over"

TABLE = SqlTable(
    "board",
    METADATA,
    Column("referral", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("receipt_code", Text, nullable=False),
    Column("submission", Uuid, nullable=False),
    Column("siblings", Integer, nullable=False),
    Column("registry_number", Text),
    Column("from_unit", Text, nullable=False),
    Column("categories", ARRAY(Text), nullable=False),
    Column("immediate_danger", Boolean, nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("received_at", nullable=False),
    time_column("safety_assessment_due"),
    time_column("preliminary_assessment_due"),
    time_column("seen_at"),
    Column("needs_protection", Boolean),
    time_column("assessed_at"),
    Column("offered_to", Text),
    time_column("offered_at"),
    Column("offer", Integer),
    Column("offered_together", Integer),
    time_column("offer_due"),
    time_column("offer_stalled_at"),
    time_column("offer_withdrawn_at"),
    Column("refused_by", Text),
    time_column("refused_at"),
    Column("owner_unit", Text, nullable=False),
    time_column("taken_over_at"),
    Column("decision", Text),
    time_column("decided_at"),
    time_column("feedback_sent_at"),
    time_column("feedback_read_at"),
    Index("board_agency_unit_received", "agency", "unit", "received_at", "referral"),
    Index(
        "board_open",
        "agency",
        "unit",
        "received_at",
        "referral",
        postgresql_where=text(f"relation IN ('{OWNER}', '{OFFERED}') AND decision IS NULL"),
    ),
)

OPEN = and_(
    TABLE.c.relation.in_(bindparam("open", (OWNER, OFFERED), expanding=True, literal_execute=True)),
    TABLE.c.decision.is_(None),
)
"""What waits for the unit: it has the case or is offered it, and nothing is decided. As the index says it, or that would not be used."""

Takes = (
    ReferralReceived
    | ReferralRegistered
    | ReferralSeen
    | ImmediateSafetyAssessed
    | HandoverOffered
    | HandoverAccepted
    | HandoverRefused
    | HandoverWithdrawn
    | HandoverStalled
    | InvestigationOpened
    | InvestigationDeclined
    | InvestigationAlreadyOngoing
    | FeedbackSent
    | FeedbackRead
)


def apply(rows: Rows, logged: Logged, event: Takes) -> None:  # noqa: C901  one arm an event
    """What the event does to the board."""
    match event:
        case ReferralReceived():
            _received(rows, logged, event)
        case ReferralRegistered():
            rows.change(
                rows,
                registry_number=event.registry_number,
                safety_assessment_due=event.safety_assessment_due.due,
                preliminary_assessment_due=event.preliminary_assessment_due.due,
            )
        case ReferralSeen():
            rows.change(_live(rows), seen_at=event.seen_at)
        case ImmediateSafetyAssessed():
            rows.change(_live(rows), needs_protection=event.needs_immediate_protection, assessed_at=event.assessed_at)
        case HandoverOffered() | HandoverAccepted() | HandoverRefused() | HandoverWithdrawn() | HandoverStalled():
            _moves(rows, event)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            rows.change(rows.matching(relation=OWNER), decision=event.fact, decided_at=event.decided_at)
        case FeedbackSent():
            rows.change(rows.matching(relation=OWNER), feedback_sent_at=event.sent_at)
        case FeedbackRead():
            rows.change(rows.matching(relation=OWNER), feedback_read_at=event.read_at)


def _moves(rows: Rows, event: HandoverOffered | HandoverAccepted | HandoverRefused | HandoverWithdrawn | HandoverStalled) -> None:
    """What becomes of an offer."""
    match event:
        case HandoverOffered():
            _offered(rows, event)
        case HandoverAccepted():
            for row in _live(rows):
                relation = OWNER if row["agency"] == event.to_agency else HANDED_OVER
                rows.change((row,), relation=relation, owner_unit=event.to_unit, taken_over_at=event.accepted_at, offered_to=None)
        case HandoverRefused():
            rows.change(_live(rows), offered_to=None, refused_by=event.by_unit, refused_at=event.refused_at)
            rows.change(rows.matching(relation=OFFERED), relation=REFUSED)
        case HandoverWithdrawn():
            rows.change(_live(rows), offered_to=None, offer_withdrawn_at=event.withdrawn_at)
            rows.change(rows.matching(relation=OFFERED), relation=WITHDRAWN)
        case HandoverStalled():
            rows.change(_live(rows), offer_stalled_at=event.stalled_at)


def _live(rows: Rows) -> list[Row]:
    """Who refused, was offered it no more or handed it over has seen the last of the case."""
    return [row for row in rows if row["relation"] in {OWNER, OFFERED}]


def _received(rows: Rows, logged: Logged, event: ReferralReceived) -> None:
    rows.add(
        referral=logged.stream,
        kind=event.to_kind,
        agency=event.to_agency,
        unit=event.to_unit,
        relation=OWNER,
        reference=event.reference,
        receipt_code=event.receipt_code,
        submission=event.submission,
        siblings=event.siblings,
        from_unit=event.from_unit,
        categories=list(event.categories),
        immediate_danger=event.immediate_danger,
        age_band=event.age_band,
        received_at=event.received_at,
        owner_unit=event.to_unit,
    )


def _offered(rows: Rows, event: HandoverOffered) -> None:
    """The offered agency gets a row of its own, as the owner's row stands; an earlier row of it is offered anew."""
    rows.remove(rows.matching(agency=event.to_agency))
    rows.change(
        rows.matching(relation=OWNER),
        offered_to=event.to_unit,
        offered_at=event.offered_at,
        offer=event.offer,
        offered_together=len(event.together) or 1,
        offer_due=event.due.due if event.due else None,
        offer_stalled_at=None,
        offer_withdrawn_at=None,
        refused_by=None,
        refused_at=None,
    )
    for owners in rows.matching(relation=OWNER):
        rows.add(**{**owners, "kind": event.to_kind, "agency": event.to_agency, "unit": event.to_unit, "relation": OFFERED})


VIEW = View("board", TABLE, "referral", get_args(Takes), apply, version=3)
