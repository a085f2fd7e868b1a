"""The board: the referrals that an agency of social services owns, is offered or has handed over. No names stand here."""

from collections.abc import Iterator

from sqlalchemy import Boolean, Column, Index, Text, Uuid, case, insert, literal, select, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import UpdateBase

from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.event import Event
from contracts.feedback import FeedbackRead, FeedbackSent, LawfulFact
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from services.kit.eventlog import Logged
from services.projections.view import METADATA, View, time_column

OWNER, OFFERED, REFUSED, HANDED_OVER = "owner", "offered", "refused", "handed_over"

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
    Column("owner_unit", Text, nullable=False),
    time_column("taken_over_at"),
    Column("decision", Text),
    time_column("decided_at"),
    time_column("feedback_sent_at"),
    time_column("feedback_read_at"),
    Index("board_agency_received", "agency", "received_at", "referral"),
)

DECISIONS = {
    InvestigationOpened: LawfulFact.INVESTIGATION_OPENED,
    InvestigationDeclined: LawfulFact.INVESTIGATION_NOT_OPENED,
    InvestigationAlreadyOngoing: LawfulFact.INVESTIGATION_ALREADY_ONGOING,
}


def apply(logged: Logged, event: Event) -> Iterator[UpdateBase]:  # noqa: C901  one arm an event
    """What the event does to the board."""
    all_rows = update(TABLE).where(TABLE.c.referral == logged.stream)
    owners_row = all_rows.where(TABLE.c.relation == OWNER)
    live_rows = all_rows.where(TABLE.c.relation.in_((OWNER, OFFERED)))  # who refused or handed over has seen the last of the case
    match event:
        case ReferralReceived():
            yield insert(TABLE).values(_received(logged, event))
        case ReferralRegistered():
            yield all_rows.values(
                registry_number=event.registry_number,
                safety_assessment_due=event.safety_assessment_due.due,
                preliminary_assessment_due=event.preliminary_assessment_due.due,
            )
        case ReferralSeen():
            yield live_rows.values(seen_at=event.seen_at)
        case ImmediateSafetyAssessed():
            yield live_rows.values(needs_protection=event.needs_immediate_protection, assessed_at=event.assessed_at)
        case HandoverOffered():
            yield from _offered(logged, event)
        case HandoverAccepted():
            relation = case((TABLE.c.agency == event.to_agency, OWNER), else_=HANDED_OVER)
            yield live_rows.values(relation=relation, owner_unit=event.to_unit, taken_over_at=event.accepted_at, offered_to=None)
        case HandoverRefused():
            relation = case((TABLE.c.agency == event.by_agency, REFUSED), else_=OWNER)
            yield live_rows.values(relation=relation, offered_to=None)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            yield owners_row.values(decision=DECISIONS[type(event)], decided_at=event.decided_at)
        case FeedbackSent():
            yield owners_row.values(feedback_sent_at=event.sent_at)
        case FeedbackRead():
            yield owners_row.values(feedback_read_at=event.read_at)
        case _:
            pass


def _received(logged: Logged, event: ReferralReceived) -> dict[str, object]:
    return {
        "referral": logged.stream,
        "kind": event.to_kind,
        "agency": event.to_agency,
        "unit": event.to_unit,
        "relation": OWNER,
        "reference": event.reference,
        "receipt_code": event.receipt_code,
        "submission": event.submission,
        "from_unit": event.from_unit,
        "categories": list(event.categories),
        "immediate_danger": event.immediate_danger,
        "age_band": event.age_band,
        "received_at": event.received_at,
        "owner_unit": event.to_unit,
    }


def _offered(logged: Logged, event: HandoverOffered) -> Iterator[UpdateBase]:
    """The offered agency gets a row of its own, as the owner's row stands; an earlier row of it is offered anew."""
    yield TABLE.delete().where(TABLE.c.referral == logged.stream, TABLE.c.agency == event.to_agency)
    owners_row = update(TABLE).where(TABLE.c.referral == logged.stream, TABLE.c.relation == OWNER)
    yield owners_row.values(offered_to=event.to_unit, offered_at=event.offered_at)
    theirs = {"kind": event.to_kind, "agency": event.to_agency, "unit": event.to_unit, "relation": OFFERED}
    owners = select(*[literal(theirs[c.name]).label(c.name) if c.name in theirs else c for c in TABLE.c]).where(
        TABLE.c.referral == logged.stream, TABLE.c.relation == OWNER
    )
    yield insert(TABLE).from_select([c.name for c in TABLE.c], owners)


VIEW = View("board", TABLE, apply, version=2)
