"""The board: the referrals that an agency of social services owns, is offered or has handed over. No names stand here."""

from typing import Any, get_args
from uuid import UUID

from contracts.attachment import AttachmentRegistered, AttachmentSeen
from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.feedback import FeedbackRead, FeedbackSent
from contracts.handling import CaseAssigned, CaseGivenBack, CaseTaken
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverStalled, HandoverWithdrawn
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.police_report import PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced
from contracts.reasons import ReasonsGiven
from contracts.referral import ReferralReceived
from contracts.report_meeting import ReportMeetingRecorded
from contracts.signals import QuietSignalAnswered, QuietSignalRaised, ReferralHeldApart, ReferralLinked
from contracts.stalled import ReferralStalled, Step
from contracts.supplement import SupplementRegistered, SupplementSeen
from services.kit.eventlog import Logged
from services.projections.rows import Row, Rows
from services.projections.view import View
from services.projections.views.boardtable import TABLE
from services.projections.views.undecided import OnTheWay, decided, nothing_decided, owing
from services.projections.zones import HANDED_OVER, OFFERED, OWNER, REFUSED, WITHDRAWN, placed

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
    | CaseTaken
    | CaseGivenBack
    | CaseAssigned
    | ReferralStalled
    | QuietSignalRaised
    | QuietSignalAnswered
    | ReferralLinked
    | ReferralHeldApart
    | SupplementRegistered
    | SupplementSeen
    | AttachmentRegistered
    | AttachmentSeen
    | OnTheWay
)

OF_THE_OWNER: dict[str, Any] = {
    "taken_by": None,
    "taken_role": None,
    "taken_at": None,
    "stalled": [],
    "stalled_at": None,
    "earlier": [],
    "alike": [],
    "linked": [],
    "signals": None,
    "agencies": None,
    "signals_at": None,
    "bearing": None,
    "weighed_at": None,
    "todo": [],
    "on_hold": False,
    "owed": [],
}
"""What only the unit that has the case is shown: who there handles it, what is late, other signals about the child, what is undecided."""
OUTCOME = ("decision", "decided_at", "feedback_sent_at", "feedback_read_at")
HANDED_ON = (*OUTCOME, "earlier", "alike", "linked", "signals", "agencies", "signals_at", "bearing", "weighed_at", "todo", "on_hold")
"""What a new owner is shown as the former one was, also what was decided while the offer waited."""


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the board; then every row stands in the zone where it belongs."""
    _told(rows, logged, event)
    for row in rows:
        if not (place := placed(row)).items() <= row.items():
            rows.change((row,), **place)


def _told(rows: Rows, logged: Logged, event: Takes) -> None:  # noqa: C901, PLR0912  one arm an event
    match event:
        case ReferralReceived():
            _received(rows, logged, event)
        case ReferralRegistered():
            rows.change(
                rows,
                registry_number=event.registry_number,
                safety_assessment_due=event.safety_assessment_due.due,
                preliminary_assessment_due=event.preliminary_assessment_due.due,
                earlier=list(event.earlier),
                alike=list(event.alike),
            )
        case ReferralSeen():
            rows.change(_live(rows), seen_at=event.seen_at)
            _in_time(rows, Step.SEEN)
        case ImmediateSafetyAssessed():
            rows.change(_live(rows), needs_protection=event.needs_immediate_protection, assessed_at=event.assessed_at)
            _in_time(rows, Step.ASSESSED)
            owing(rows, logged, event)
        case HandoverOffered() | HandoverAccepted() | HandoverRefused() | HandoverWithdrawn() | HandoverStalled():
            _moves(rows, event)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            rows.change(rows.matching(relation=OWNER), decision=event.fact, decided_at=event.decided_at)
            _in_time(rows, Step.DECIDED)
        case FeedbackSent():
            rows.change(rows.matching(relation=OWNER), feedback_sent_at=event.sent_at)
        case FeedbackRead():
            rows.change(rows.matching(relation=OWNER), feedback_read_at=event.read_at)
        case CaseTaken():
            rows.change(rows.matching(relation=OWNER), taken_by=event.actor, taken_role=event.role, taken_at=event.taken_at)
        case CaseAssigned():
            rows.change(rows.matching(relation=OWNER), taken_by=event.actor, taken_role=event.role, taken_at=event.assigned_at)
        case CaseGivenBack():
            rows.change(rows.matching(relation=OWNER), taken_by=None, taken_role=None, taken_at=None)
        case ReferralStalled():
            for row in rows.matching(relation=OWNER):
                rows.change((row,), stalled=[*row["stalled"], f"{event.step}:{event.level}"], stalled_at=event.raised_at)
        case QuietSignalRaised():
            many = {"signals": event.signals, "agencies": event.agencies, "signals_at": event.raised_at}
            rows.change(rows.matching(relation=OWNER), **many)
        case QuietSignalAnswered():
            rows.change(rows.matching(relation=OWNER), bearing=event.bearing, weighed_at=event.answered_at)
            _in_time(rows, Step.SIGNAL_ANSWERED)
        case ReferralLinked() | ReferralHeldApart():
            _compared(rows, event)
        case SupplementRegistered() | SupplementSeen() | AttachmentRegistered() | AttachmentSeen():
            _added(rows, event)
        case PoliceReportDecided() | ReportMeetingRecorded() | GuardianHoldPlaced() | GuardianHoldLifted() | ReasonsGiven():
            decided(rows, logged, event)


def _moves(rows: Rows, event: HandoverOffered | HandoverAccepted | HandoverRefused | HandoverWithdrawn | HandoverStalled) -> None:
    """What becomes of an offer."""
    match event:
        case HandoverOffered():
            _offered(rows, event)
        case HandoverAccepted():
            _accepted(rows, event)
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


def _added(rows: Rows, event: SupplementRegistered | SupplementSeen | AttachmentRegistered | AttachmentSeen) -> None:
    """What was added, and up to where it is opened. An addition never says that a danger is over: a person does, by assessing."""
    match event:
        case SupplementRegistered():
            for row in _live(rows):
                danger = row["immediate_danger"] or event.immediate_danger
                rows.change((row,), supplements=event.supplement, supplemented_at=event.received_at, immediate_danger=danger)
        case SupplementSeen():
            rows.change(_live(rows), supplements_seen=event.supplement)
        case AttachmentRegistered():
            rows.change(_live(rows), attachments=event.file, attached_at=event.received_at)
        case AttachmentSeen():
            rows.change(_live(rows), attachments_seen=event.file)


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
        protection=event.protection,
        supplements=0,
        supplements_seen=0,
        attachments=0,
        attachments_seen=0,
        **{**OF_THE_OWNER, "todo": nothing_decided(event)},
    )


def _in_time(rows: Rows, step: Step) -> None:
    """The step is taken: however late it was, it is late no more."""
    for row in rows:
        rows.change((row,), stalled=[each for each in row["stalled"] if not each.startswith(f"{step}:")])


def _compared(rows: Rows, event: ReferralLinked | ReferralHeldApart) -> None:
    for row in rows.matching(relation=OWNER):
        linked = [each for each in row["linked"] if each != event.other] + [event.other] * isinstance(event, ReferralLinked)
        rows.change((row,), linked=linked, alike=[each for each in row["alike"] if each != event.other])


def _accepted(rows: Rows, event: HandoverAccepted) -> None:
    handed_on = {name: row[name] for row in rows.matching(relation=OWNER) for name in HANDED_ON}
    for row in _live(rows):
        moved = {"owner_unit": event.to_unit, "taken_over_at": event.accepted_at, "offered_to": None}
        if row["agency"] == event.to_agency:
            rows.change((row,), relation=OWNER, **moved, **handed_on)
        else:
            rows.change((row,), relation=HANDED_OVER, stalled=[], todo=[], on_hold=False, **moved)


def _offered(rows: Rows, event: HandoverOffered) -> None:
    """The offered agency gets a row of its own, as the owner's row stands; an earlier row of it is offered anew, with what it owes."""
    owed: list[UUID] = next((row["owed"] for row in rows.matching(agency=event.to_agency, unit=event.to_unit)), [])
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
        whose = {"kind": event.to_kind, "agency": event.to_agency, "unit": event.to_unit, "relation": OFFERED}
        rows.add(**{**owners, **OF_THE_OWNER, **whose, "owed": owed})


VIEW = View("board", TABLE, "referral", get_args(Takes), apply, version=6)
