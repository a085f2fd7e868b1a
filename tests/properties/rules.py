"""The rules of a case, said over its history alone: what every case is held against, whoever did what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.agencies import AgencyKind
from contracts.attachment import AttachmentRegistered, AttachmentSeen
from contracts.case import ImmediateSafetyAssessed, ReferralRegistered, ReferralSeen
from contracts.event import REPORTER, Ciphertext, Event, district, offer, social_services
from contracts.feedback import FeedbackRead, FeedbackSent, LawfulFact
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverStalled, HandoverWithdrawn
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.law import STOCKHOLM, deadline, handover_deadline, safety_assessment_deadline
from contracts.owing import Owing
from contracts.police_report import PoliceReport, PoliceReportDecided
from contracts.prosecutor import GuardianHoldLifted, GuardianHoldPlaced, ProsecutorConsulted, ProsecutorNotified
from contracts.reasons import ReasonsGiven
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from contracts.stalled import ReferralStalled
from contracts.supplement import SupplementRegistered, SupplementSeen
from tests.properties.world import DESK_OF

DECISIONS = (InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing)
FACTS = {
    InvestigationOpened: LawfulFact.INVESTIGATION_OPENED,
    InvestigationDeclined: LawfulFact.INVESTIGATION_NOT_OPENED,
    InvestigationAlreadyOngoing: LawfulFact.INVESTIGATION_ALREADY_ONGOING,
}
ANSWERS = HandoverAccepted | HandoverRefused | HandoverWithdrawn
"""What ends an offer."""
ONCE = (ReferralRegistered, ReferralSeen, DECISIONS, FeedbackSent, FeedbackRead)
"""What happens to a referral once at most; a decision of one kind excludes those of the others."""
OnTheWay = PoliceReportDecided | ReportMeetingRecorded | ProsecutorNotified | ProsecutorConsulted | GuardianHoldPlaced | GuardianHoldLifted
"""What a duty officer decides on the way: of a case that the unit has and has read, in any order."""
History = Sequence[Event]


class Queue(StrEnum):
    """Where a referral waits, and so who is to act: nobody has looked, its owner works with it, another unit is to answer, done."""

    NEW = "new"
    AT_WORK = "at_work"
    OFFERED = "offered"
    DECIDED = "decided"


def queues(history: History) -> set[Queue]:
    """Every queue that the referral stands in, each by a condition of its own; it should be one."""
    handovers = [each for each in history if isinstance(each, ANSWERS | HandoverOffered)]
    seen = any(isinstance(each, ReferralSeen) for each in history)
    offered = bool(handovers) and isinstance(handovers[-1], HandoverOffered)
    decided = any(isinstance(each, DECISIONS) for each in history)
    conditions = {
        Queue.NEW: not seen,
        Queue.AT_WORK: seen and not offered and not decided,
        Queue.OFFERED: offered,
        Queue.DECIDED: decided and not offered,
    }
    return {queue for queue, holds in conditions.items() if holds}


@dataclass(frozen=True)
class Step:
    """One event, and how the case stood just before: who owned it (agency, unit), which offer waited, what had happened."""

    event: Event
    owner: tuple[str, str]
    offered: HandoverOffered | None
    before: History

    def had(self, *kinds: type[Event]) -> bool:
        """Whether something of these kinds had happened."""
        return any(isinstance(each, kinds) for each in self.before)


def steps(history: History) -> Iterator[Step]:
    """The history, event by event."""
    owner, offered = ("", ""), None
    for number, event in enumerate(history):
        yield Step(event, owner, offered, history[:number])
        match event:
            case ReferralRegistered():
                owner = (event.to_agency, event.to_unit)
            case HandoverOffered():
                offered = event
            case HandoverAccepted():
                owner, offered = (event.to_agency, event.to_unit), None
            case HandoverRefused() | HandoverWithdrawn():
                offered = None
            case _:
                pass


def owners(history: History) -> list[tuple[str, str]]:
    """The agencies and units that have owned the case, in order; the last one owns it now."""
    return [(each.to_agency, each.to_unit) for each in history if isinstance(each, ReferralRegistered | HandoverAccepted)]


def may_hold(history: History, audience: str, reporter: str) -> set[str]:
    """The agencies to which some fact of the history has opened an audience; nobody else may ever hold its key."""
    owned = [agency for agency, _ in owners(history)]
    since = {social_services(handovers): set(owned[handovers:]) for handovers in range(len(owned))}
    offers = {offer(each.offer): {each.from_agency, each.to_agency} for each in history if isinstance(each, HandoverOffered)}
    decided = {district(each.agency): {each.agency} for each in history if isinstance(each, DECISIONS)}
    return {REPORTER: {reporter, *owned}, **since, **offers, **decided}.get(audience, set())


def what_happens_once_happens_once(history: History) -> None:
    """No second registration, sight, decision, feedback or reading of it."""
    assert [kind for kind in ONCE if sum(isinstance(each, kind) for each in history) > 1] == []


def only_who_holds_the_case_acts_on_it(history: History) -> None:
    """The owner sees, assesses, offers and decides: not who reported, was asked and refused, or has handed over."""
    for step in steps(history):
        if isinstance(step.event, OnTheWay):
            assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
        match step.event:
            case ReferralSeen() | ImmediateSafetyAssessed():
                assert (DESK_OF[step.event.unit].agency, step.event.unit) == step.owner
            case SupplementSeen() | AttachmentSeen():
                assert step.event.unit == step.owner[1]
            case HandoverOffered():
                assert (step.event.from_agency, step.event.from_unit) == step.owner
            case HandoverWithdrawn():
                assert (step.event.by_agency, step.event.by_unit) == step.owner
            case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
                assert (step.event.agency, step.event.unit) == step.owner
            case _:
                pass


def ownership_moves_only_by_offer_and_acceptance(history: History) -> None:
    """One offer waits at a time, to another agency; the unit that it was made to answers that very offer."""
    number = 0
    for step in steps(history):
        match step.event:
            case HandoverOffered():
                number += 1
                assert step.offered is None
                assert step.event.offer == number
                assert step.event.to_agency != step.owner[0]
            case HandoverAccepted():
                assert step.offered is not None
                assert (step.event.offer, step.event.to_agency, step.event.to_unit) == (
                    number,
                    step.offered.to_agency,
                    step.offered.to_unit,
                )
                assert step.event.from_unit == step.offered.from_unit
            case HandoverRefused():
                assert step.offered is not None
                assert (step.event.offer, step.event.by_agency, step.event.by_unit) == (
                    number,
                    step.offered.to_agency,
                    step.offered.to_unit,
                )
            case HandoverWithdrawn():
                assert step.offered is not None
                assert (step.event.offer, step.event.to_agency, step.event.to_unit) == (
                    number,
                    step.offered.to_agency,
                    step.offered.to_unit,
                )
            case _:
                pass


def an_offer_stalls_once_when_it_is_due_and_moves_nothing(history: History) -> None:
    """Its limit was set when it was made; whoever is late keeps the right to answer, and whoever offered keeps the case."""
    for step in steps(history):
        match step.event:
            case HandoverOffered():
                assert step.event.due == handover_deadline(step.event.offered_at)
            case HandoverStalled():
                assert step.offered is not None
                assert (step.event.offer, step.event.due) == (step.offered.offer, step.offered.due)
                assert (step.event.from_agency, step.event.from_unit) == step.owner
                assert (step.event.to_agency, step.event.to_unit) == (step.offered.to_agency, step.offered.to_unit)
                assert step.event.stalled_at >= step.event.due.due
                assert not [each for each in step.before if isinstance(each, HandoverStalled) and each.offer == step.event.offer]
            case _:
                pass


def nothing_is_decided_unseen_or_unassessed(history: History) -> None:
    """Registered, then seen, then asked whether the child is safe; only after that offered or decided on."""
    for step in steps(history):
        assert step.had(ReferralSeen) or not isinstance(step.event, OnTheWay)
        match step.event:
            case ReferralRegistered():
                assert [each for each in step.before if not isinstance(each, ReferralStalled)] == []
            case ReferralStalled():
                pass  # late is late, also when nobody has registered it yet
            case ImmediateSafetyAssessed():
                assert step.had(ReferralSeen)
            case HandoverOffered(out_of_hours=True):
                assert not step.had(ImmediateSafetyAssessed)
                assert DESK_OF[step.event.to_unit].kind is AgencyKind.SOCIALJOUR
                assert step.event.to_unit in {each.to_unit for each in step.before if isinstance(each, ReferralStalled)}
            case HandoverOffered() | InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
                assert step.had(ImmediateSafetyAssessed)
            case _:
                assert step.had(ReferralRegistered)


def clocks_stand_as_they_were_set(history: History) -> None:
    """Both clocks run from when the authority was reached, by the table of law, and every later fact carries the same."""
    registered = next(each for each in history if isinstance(each, ReferralRegistered))
    assert registered.registry_number.startswith(f"{registered.received_at.astimezone(STOCKHOLM).year}-")
    assert registered.safety_assessment_due == safety_assessment_deadline(registered.received_at)
    assert registered.preliminary_assessment_due == deadline("preliminary-assessment", registered.received_at)
    for event in history:
        match event:
            case ImmediateSafetyAssessed():
                assert event.due == registered.safety_assessment_due
            case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
                assert event.due == registered.preliminary_assessment_due
            case _:
                pass


def feedback_is_one_lawful_fact_to_who_reported(history: History) -> None:
    """To a mandated reporter who asked, after the decision, its outcome, and no field that could say more (19 kap. 6 §)."""
    assert set(FeedbackSent.model_fields) == {"fact", "to_agency", "to_unit", "sent_at", "due"}
    registered = next(each for each in history if isinstance(each, ReferralRegistered))
    for step in steps(history):
        match step.event:
            case FeedbackSent():
                (decided,) = (each for each in step.before if isinstance(each, DECISIONS))
                assert registered.mandated
                assert registered.feedback_requested
                assert step.event.fact is FACTS[type(decided)]
                assert (step.event.to_agency, step.event.to_unit) == (registered.from_agency, registered.from_unit)
                ongoing = isinstance(decided, InvestigationAlreadyOngoing)
                assert step.event.due == deadline("feedback-at-once" if ongoing else "feedback", decided.decided_at)
            case FeedbackRead():
                assert step.had(FeedbackSent)
                assert step.event.unit == registered.from_unit
            case _:
                pass


def additions_are_counted_and_read_as_far_as_they_have_come(history: History) -> None:
    """One after the other, never twice; nobody has read what has not come, and what is read stays read."""
    came = read = 0
    for step in steps(history):
        match step.event:
            case SupplementRegistered():
                assert step.event.supplement == came + 1
                came += 1
            case SupplementSeen():
                assert step.had(ReferralSeen)
                assert read < step.event.supplement == came
                read = step.event.supplement
            case _:
                pass


def files_are_counted_and_opened_as_far_as_they_have_come(history: History) -> None:
    """The same of files, none of which is registered twice."""
    come: list[AttachmentRegistered] = []
    read = 0
    for step in steps(history):
        match step.event:
            case AttachmentRegistered():
                assert step.event.attachment not in [each.attachment for each in come]
                come.append(step.event)
                assert step.event.file == len(come)
            case AttachmentSeen():
                assert step.had(ReferralSeen)
                assert read < step.event.file == len(come)
                read = step.event.file
            case _:
                pass


def needs_reasons(event: Owing) -> bool:
    """Whether somebody who reads it later asks why."""
    match event:
        case PoliceReportDecided():
            return event.decision is PoliceReport.NOT_MADE
        case ReportMeetingRecorded():
            return event.outcome is ReportMeeting.NOT_OFFERED
        case ImmediateSafetyAssessed() | GuardianHoldPlaced():
            return True


def what_has_no_reasons_is_owed_by_who_decided_it(history: History) -> None:
    """Where reasons are needed and none are there, the unit that decided owes them, under the referral's reference; they are given once."""
    registered = next(each for each in history if isinstance(each, ReferralRegistered))
    for step in steps(history):
        if isinstance(event := step.event, Owing) and event.owed:
            assert needs_reasons(event)
            assert (event.owed.agency, event.owed.unit) == step.owner
            assert (event.owed.unit, event.owed.kind) == (event.unit, DESK_OF[event.unit].kind)
            assert event.owed.reference == registered.reference
        if isinstance(event, Owing) and not isinstance(event.content, Ciphertext):
            assert (event.owed is not None) == (needs_reasons(event) and not event.content.reasons)
    given = [each for each in history if isinstance(each, ReasonsGiven)]
    assert len({each.of for each in given}) == len(given)
    owing = [each.owed.unit for each in history if isinstance(each, Owing) and each.owed]
    assert all(given_by in owing for given_by in (each.unit for each in given))
    assert len(given) <= len(owing)


def what_was_decided_on_the_way_is_not_undone(history: History) -> None:
    """Assessments are counted, each later one correcting the one before; a police report and a meeting that was held stand."""
    assessed = [each.corrects for each in history if isinstance(each, ImmediateSafetyAssessed)]
    assert assessed == [None, *range(1, len(assessed))][: len(assessed)]
    reports = [each.decision for each in history if isinstance(each, PoliceReportDecided)]
    assert reports == sorted(reports, key=lambda each: each is PoliceReport.MADE)
    meetings = [each.outcome for each in history if isinstance(each, ReportMeetingRecorded)]
    assert ReportMeeting.HELD not in meetings[:-1]
    holds = [type(each) for each in history if isinstance(each, GuardianHoldPlaced | GuardianHoldLifted)]
    assert holds == [(GuardianHoldPlaced, GuardianHoldLifted)[number % 2] for number in range(len(holds))]


def only_a_mandated_reporter_is_invited(history: History) -> None:
    """And only to a meeting that is offered (19 kap. 5 §)."""
    registered = next(each for each in history if isinstance(each, ReferralRegistered))
    for each in history:
        if isinstance(each, ReportMeetingRecorded) and each.reporter_invited:
            assert registered.mandated
            assert each.outcome is ReportMeeting.OFFERED


RULES: tuple[Callable[[History], None], ...] = (
    what_happens_once_happens_once,
    only_who_holds_the_case_acts_on_it,
    ownership_moves_only_by_offer_and_acceptance,
    an_offer_stalls_once_when_it_is_due_and_moves_nothing,
    nothing_is_decided_unseen_or_unassessed,
    clocks_stand_as_they_were_set,
    feedback_is_one_lawful_fact_to_who_reported,
    additions_are_counted_and_read_as_far_as_they_have_come,
    files_are_counted_and_opened_as_far_as_they_have_come,
    what_has_no_reasons_is_owed_by_who_decided_it,
    what_was_decided_on_the_way_is_not_undone,
    only_a_mandated_reporter_is_invited,
)


def keeps_the_rules(history: History) -> None:
    """Fails on the first rule that the history breaks; and the referral stands in exactly one queue."""
    for each in RULES:
        each(history)
    assert len(queues(history)) == 1
