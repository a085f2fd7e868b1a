"""The case: its state, and the first decisions on it - registered and seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.agencies import AgencyKind
from contracts.attachment import AttachmentRegistered, AttachmentSeen
from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.event import REPORTER, Event, offer, social_services
from contracts.feedback import FeedbackRead, FeedbackSent, LawfulFact
from contracts.handling import CaseAssigned, CaseGivenBack, CaseTaken
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverStalled, HandoverWithdrawn
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.law import STOCKHOLM, deadline, safety_assessment_deadline
from contracts.police_report import PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced, ProsecutorConsulted, ProsecutorNotified
from contracts.reasons import ReasonsGiven
from contracts.referral import ReferralReceived
from contracts.refusals import Malformed, Missing, Refused
from contracts.report_meeting import ReportMeetingRecorded
from contracts.signals import Bearing, QuietSignalAnswered, QuietSignalRaised, ReferralHeldApart, ReferralLinked
from contracts.stalled import Level, ReferralStalled, Step
from contracts.supplement import SupplementRegistered, SupplementSeen
from services.liaison.decisions import DecisionEvent, Decisions, decided
from services.liaison.likeness import Signal, alike, earlier

CaseEvent = (
    ReferralRegistered
    | ReferralSeen
    | DecisionEvent
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
)


class NotSeen(Refused):
    """Open the referral and read it before you decide on it."""


class HandedOver(Refused):
    """Another unit has taken the case over, and only that unit writes in it now. Tell them what you know; a new worry is a new referral."""


class NoReasons(Malformed):
    """Write the reasons: a decision without reasons cannot be reviewed."""


@dataclass(frozen=True)
class Case:
    """A referral as social services hold it. `owner_agency` has the case until another one accepts it.

    `had_by` are the agencies and units that have had it so far, in order: the first one, and one for each handover. `asked` are the units
    that it was ever offered to, and `stalled` is the number of the last offer that was not answered in time. `handler` is who has taken it,
    if anybody in the owning unit has; `linked` are the same event, `apart` only look like it. `stands_in` says that it was Socialjouren
    that took it over last, `taken_over_at`.
    """

    registered: ReferralRegistered | None = None
    owner_agency: str = ""
    owner_unit: str = ""
    had_by: tuple[tuple[str, str], ...] = ()
    seen: bool = False
    needs_protection: bool | None = None
    offers: int = 0
    pending: HandoverOffered | None = None
    asked: frozenset[str] = frozenset()
    refused_by: str = ""
    withdrawn_from: str = ""
    stalled: int = 0
    taken_over_at: datetime | None = None
    stands_in: bool = False
    fact: LawfulFact | None = None
    decided_at: datetime | None = None
    feedback: FeedbackSent | None = None
    feedback_read: bool = False
    decisions: Decisions = field(default_factory=Decisions)
    handler: UUID | None = None
    late: frozenset[tuple[Step, Level]] = frozenset()
    quiet: QuietSignalRaised | None = None
    bearing: Bearing | None = None
    linked: frozenset[UUID] = frozenset()
    apart: frozenset[UUID] = frozenset()
    supplements: int = 0
    supplements_seen: int = 0
    files: tuple[UUID, ...] = ()
    files_seen: int = 0

    @property
    def handovers(self) -> int:
        """How often it has changed hands."""
        return max(len(self.had_by) - 1, 0)


def evolve(case: Case, event: CaseEvent) -> Case:  # noqa: C901, PLR0911, PLR0912  one arm an event; the type checker names a forgotten one
    """The case after the event."""
    match event:
        case ReferralRegistered():
            return _owned_by(replace(case, registered=event), event.to_agency, event.to_unit)
        case ReferralSeen():
            return replace(case, seen=True)
        case ImmediateSafetyAssessed():
            return replace(case, needs_protection=event.needs_immediate_protection, decisions=decided(case.decisions, event))
        case HandoverOffered():
            asked = case.asked | {event.to_unit}
            return replace(case, pending=event, offers=event.offer, asked=asked, refused_by="", withdrawn_from="")
        case HandoverAccepted():
            return _accepted(case, event)
        case HandoverRefused():
            return replace(case, pending=None, refused_by=event.by_unit)
        case HandoverWithdrawn():
            return replace(case, pending=None, withdrawn_from=event.to_unit)
        case HandoverStalled():
            return replace(case, stalled=event.offer)
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            return replace(case, fact=event.fact, decided_at=event.decided_at)
        case FeedbackSent():
            return replace(case, feedback=event)
        case FeedbackRead():
            return replace(case, feedback_read=True)
        case (
            PoliceReportDecided()
            | ReportMeetingRecorded()
            | ProsecutorNotified()
            | ProsecutorConsulted()
            | GuardianHoldPlaced()
            | GuardianHoldLifted()
            | ReasonsGiven()
        ):
            return replace(case, decisions=decided(case.decisions, event))
        case CaseTaken() | CaseAssigned():
            return replace(case, handler=event.actor)
        case CaseGivenBack():
            return replace(case, handler=None)
        case ReferralStalled():
            return replace(case, late=case.late | {(event.step, event.level)})
        case QuietSignalRaised():
            return replace(case, quiet=event)
        case QuietSignalAnswered():
            return replace(case, bearing=event.bearing)
        case ReferralLinked():
            return replace(case, linked=case.linked | {event.other}, apart=case.apart - {event.other})
        case ReferralHeldApart():
            return replace(case, linked=case.linked - {event.other}, apart=case.apart | {event.other})
        case SupplementRegistered():
            return replace(case, supplements=event.supplement)
        case SupplementSeen():
            return replace(case, supplements_seen=event.supplement)
        case AttachmentRegistered():
            return replace(case, files=(*case.files, event.attachment))
        case AttachmentSeen():
            return replace(case, files_seen=event.file)


def _accepted(case: Case, event: HandoverAccepted) -> Case:
    """Each holder's handing over is late for itself: what was said of the one before it is over."""
    to_kind = event.to_kind or (case.pending.to_kind if case.pending else None)
    late = frozenset(each for each in case.late if each[0] is not Step.TAKEN_OVER)
    moved = replace(case, pending=None, taken_over_at=event.accepted_at, stands_in=to_kind is AgencyKind.SOCIALJOUR, late=late)
    return _owned_by(moved, event.to_agency, event.to_unit)


def _owned_by(case: Case, agency: str, unit: str) -> Case:
    return replace(case, owner_agency=agency, owner_unit=unit, had_by=(*case.had_by, (agency, unit)), handler=None)


def fold(events: Sequence[Event]) -> Case:
    """The case that these events make. Raises Missing when they are of something else: its id is no referral's."""
    case = Case()
    for event in events:
        if not isinstance(event, CaseEvent):
            raise Missing
        case = evolve(case, event)
    return case


def holders(case: Case, audience: str) -> frozenset[str]:
    """Which agencies are to hold the key of an audience that comes into being now."""
    if audience == REPORTER and case.registered:
        return frozenset({case.registered.from_agency, case.owner_agency})
    if case.pending and audience == offer(case.pending.offer):
        return frozenset({case.owner_agency, case.pending.to_agency})
    return frozenset({case.owner_agency})


def handed_over(case: Case, agency: str) -> frozenset[str]:
    """Audiences whose keys a new owner gets when it accepts: those that it does not hold already, as an earlier owner or who reported."""
    had = max((times for times, (owner, _) in enumerate(case.had_by, start=1) if owner == agency), default=0)
    since = frozenset(social_services(handovers) for handovers in range(had, len(case.had_by)))
    reported = case.registered is not None and case.registered.from_agency == agency
    return since if had or reported else since | {REPORTER}


def owned(case: Case, agency: str, unit: str) -> ReferralRegistered:
    """What was registered, for the unit that has the case.

    Raises HandedOver for one that had it, and Missing for everyone else: they may not know that it exists.
    """
    if case.registered and (case.owner_agency, case.owner_unit) == (agency, unit):
        return case.registered
    if (agency, unit) in case.had_by:
        raise HandedOver
    raise Missing


def register(case: Case, received: ReferralReceived, position: int, signals: Sequence[Signal] = ()) -> Iterator[ReferralRegistered]:
    """Registers a referral that intake received; its clocks start at when it reached the authority, not when it is opened."""
    if case.registered:
        return
    yield ReferralRegistered(
        registry_number=f"{received.received_at.astimezone(STOCKHOLM).year}-{position:06d}",
        submission=received.submission,
        reference=received.reference,
        from_agency=received.from_agency,
        from_unit=received.from_unit,
        to_agency=received.to_agency,
        to_unit=received.to_unit,
        mandated=received.mandated,
        feedback_requested=received.feedback_requested,
        categories=received.categories,
        immediate_danger=received.immediate_danger,
        age_band=received.age_band,
        received_at=received.received_at,
        siblings=received.siblings,
        safety_assessment_due=safety_assessment_deadline(received.received_at),
        preliminary_assessment_due=deadline("preliminary-assessment", received.received_at),
        earlier=earlier(signals),
        alike=alike(received, signals),
    )


def see(case: Case, agency: str, unit: str, seen_at: datetime) -> Iterator[ReferralSeen | SupplementSeen | AttachmentSeen]:
    """A person of the owning unit opens the referral, with what was added until then. Only the first time is news."""
    owned(case, agency, unit)
    if not case.seen:
        yield ReferralSeen(unit=unit, seen_at=seen_at)
        yield from unread(case, unit, seen_at)


def unread(case: Case, unit: str, seen_at: datetime) -> Iterator[SupplementSeen | AttachmentSeen]:
    """That this unit opens what was added, words and files, and nobody has opened, if there is anything."""
    if case.supplements > case.supplements_seen:
        yield SupplementSeen(supplement=case.supplements, unit=unit, seen_at=seen_at)
    if len(case.files) > case.files_seen:
        yield AttachmentSeen(file=len(case.files), unit=unit, seen_at=seen_at)
