"""A case, whoever does whatever to it in whatever order: it keeps the rules, and who has no part in it learns nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial, reduce
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.agencies import Role
from contracts.event import REPORTER, Event, SealedEvent, social_services
from contracts.feedback import FeedbackSent, LawfulFact
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused
from contracts.police_report import PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.referral import ReferralReceived
from contracts.refusals import Missing, Refused
from contracts.report_meeting import ReportMeeting
from contracts.signals import Bearing
from services.liaison.case import Case, CaseEvent, HandedOver, evolve, fold, handed_over, holders, owned, register, see
from services.liaison.feedback import read_feedback, send_feedback
from services.liaison.handling import Handler, assign_case, give_back, take_case
from services.liaison.handover import (
    Receiver,
    accept_handover,
    offer_handover,
    refuse_handover,
    stall_handover,
    withdraw_handover,
)
from services.liaison.investigation import decide_on_investigation
from services.liaison.officer import Officer
from services.liaison.police_report import decide_police_report
from services.liaison.prosecutor import Prosecutor, consult_prosecutor, hold_guardian_notice, lift_guardian_hold, notify_prosecutor
from services.liaison.reasons import give_reasons
from services.liaison.report_meeting import record_report_meeting
from services.liaison.safety import Assessment, assess_immediate_safety
from services.liaison.signals import weigh_signals
from tests.properties.outcome import noted, outcome
from tests.properties.rules import DECISIONS, keeps_the_rules, may_hold, owners
from tests.properties.world import DESK_OF, DESKS, MOMENTS, PROSECUTOR, REASONS, REFERRALS, SKARHOLMEN, WITH_CASES, Desk

Decision = Callable[[Case], Iterable[Event]]
ANYBODY = some.sampled_from(("owner", "offered", "reporter", *DESKS))
OWNER, OFFERED, REPORTER_DESK = (some.just(actor) | ANYBODY for actor in ("owner", "offered", "reporter"))
"""Who acts: half of the time the one who may, or the case would stand still; that strangers may not is tried at every step."""

REASONED = (HandoverRefused, *DECISIONS)
"""Where no reasons are taken as an answer; elsewhere they are owed."""
ON_CALL = Prosecutor(PROSECUTOR.agency, PROSECUTOR.unit)


def officer(desk: Desk) -> Officer:
    """Somebody who works with cases at this desk."""
    return Officer(desk.kind, desk.agency, desk.unit, Role.DUTY_OFFICER)


def everything(desk: Desk, at: datetime) -> tuple[Decision, ...]:
    """All that a person can decide, by this desk, with nothing said: the refusal that comes first is the one that is told."""
    agency, unit, who = desk.agency, desk.unit, officer(desk)
    somebody = Handler(UUID(int=1), agency, unit, Role.DUTY_OFFICER)
    return (
        lambda case: see(case, agency, unit, at),
        lambda case: take_case(case, somebody, at),
        lambda case: give_back(case, somebody, at),
        lambda case: assign_case(case, somebody, somebody, at),
        lambda case: weigh_signals(case, who, Bearing.NO_BEARING, "", at),
        lambda case: assess_immediate_safety(case, who, Assessment(needs_protection=True), at),
        lambda case: decide_police_report(case, who, PoliceReport.NOT_MADE, "", at, barnahus_consulted=False),
        lambda case: record_report_meeting(case, who, ReportMeeting.OFFERED, "", at, reporter_invited=True),
        lambda case: notify_prosecutor(case, who, ON_CALL, "", at),
        lambda case: consult_prosecutor(case, who, ON_CALL, GuardianNotice.WAIT, "", at),
        lambda case: hold_guardian_notice(case, who, "", at),
        lambda case: lift_guardian_hold(case, who, "", at),
        lambda case: give_reasons(case, who, UUID(int=0), None, "", at),
        lambda case: offer_handover(case, agency, unit, Receiver(desk.kind, agency, unit), "", at),
        lambda case: accept_handover(case, agency, unit, at),
        lambda case: refuse_handover(case, agency, unit, "", at),
        lambda case: withdraw_handover(case, agency, unit, "", at),
        lambda case: decide_on_investigation(case, agency, unit, LawfulFact.INVESTIGATION_OPENED, "", at),
    )


class CaseMachine(RuleBasedStateMachine):
    """One referral from its registration on."""

    @initialize(received=REFERRALS, position=some.integers(1, 10**9), at=MOMENTS, stage=some.integers(0, 7))
    def begins(self, received: ReferralReceived, position: int, at: datetime, stage: int) -> None:
        """Registered, and then so many of the usual steps: from there on anything happens."""
        self.received, self.position = received, position
        self.case, self.history = Case(), list[Event]()
        self.keys = {REPORTER: {received.from_agency, received.to_agency}}
        self._carry_out(lambda case: register(case, received, position))
        usual: tuple[Callable[[], None], ...] = (
            partial(self.sees, "owner", at),
            partial(self.assesses, "owner", at, needs=True, reasons="Skäl."),
            partial(self.offers, "owner", SKARHOLMEN, at),
            partial(self.refuses, "offered", at, "Bor i Farsta."),
            partial(self.offers, "owner", SKARHOLMEN, at),
            partial(self.accepts, "offered", at),
            partial(self.decides, "owner", at, LawfulFact.INVESTIGATION_OPENED, "Skäl."),
        )
        for step in usual[:stage]:
            step()
        assert len(self.history) == 1 + stage

    @rule(actor=OWNER, at=MOMENTS)
    def sees(self, actor: str | Desk, at: datetime) -> None:
        """Somebody opens it."""
        desk = self._desk(actor)
        self._carry_out(lambda case: see(case, desk.agency, desk.unit, at))

    @rule(actor=OWNER, at=MOMENTS, needs=some.booleans(), reasons=REASONS, corrects=some.none() | some.integers(1, 3), why=REASONS)
    def assesses(self, actor: str | Desk, at: datetime, needs: bool, reasons: str, corrects: int | None = None, why: str = "") -> None:
        """Somebody assesses whether the child is safe, or corrects an assessment."""
        assessment = Assessment(needs, reasons, corrects=corrects, correction=why)
        self._carry_out(lambda case: assess_immediate_safety(case, officer(self._desk(actor)), assessment, at))

    @rule(actor=OWNER, at=MOMENTS, decision=some.sampled_from(PoliceReport), reasons=REASONS, barnahus=some.booleans())
    def decides_on_a_police_report(self, actor: str | Desk, at: datetime, decision: PoliceReport, reasons: str, barnahus: bool) -> None:
        """Somebody decides whether the police get a report."""
        who = officer(self._desk(actor))
        self._carry_out(lambda case: decide_police_report(case, who, decision, reasons, at, barnahus_consulted=barnahus))

    @rule(actor=OWNER, at=MOMENTS, outcome=some.sampled_from(ReportMeeting), reasons=REASONS, invited=some.booleans(), when=MOMENTS)
    def records_a_meeting(
        self, actor: str | Desk, at: datetime, outcome: ReportMeeting, reasons: str, invited: bool, when: datetime
    ) -> None:
        """Somebody says how it stands with the report meeting."""
        who = officer(self._desk(actor))
        self._carry_out(lambda case: record_report_meeting(case, who, outcome, reasons, at, reporter_invited=invited, meets_at=when))

    @rule(actor=OWNER, at=MOMENTS, called=some.none() | MOMENTS, guardian=some.none() | some.sampled_from(GuardianNotice), words=REASONS)
    def calls_the_prosecutor(
        self, actor: str | Desk, at: datetime, called: datetime | None, guardian: GuardianNotice | None, words: str
    ) -> None:
        """Somebody notifies the prosecutor, or asks."""
        who = officer(self._desk(actor))
        if guardian is None:
            self._carry_out(lambda case: notify_prosecutor(case, who, ON_CALL, words, at, called))
        else:
            self._carry_out(lambda case: consult_prosecutor(case, who, ON_CALL, guardian, words, at, called))

    @rule(actor=OWNER, at=MOMENTS, reasons=REASONS, lifts=some.booleans())
    def holds_the_guardians_notice(self, actor: str | Desk, at: datetime, reasons: str, lifts: bool) -> None:
        """Somebody holds it, or lets go."""
        hold, who = lift_guardian_hold if lifts else hold_guardian_notice, officer(self._desk(actor))
        self._carry_out(lambda case: hold(case, who, reasons, at))

    @rule(actor=OWNER, at=MOMENTS, which=some.integers(0, 30), reasons=REASONS)
    def gives_reasons(self, actor: str | Desk, at: datetime, which: int, reasons: str) -> None:
        """Somebody gives the reasons of something that has happened, whatever it is."""
        place = which % len(self.history)
        who, fact = officer(self._desk(actor)), self.history[place]
        self._carry_out(lambda case: give_reasons(case, who, UUID(int=place), fact, reasons, at))

    @rule(actor=OWNER, to=some.sampled_from(WITH_CASES), at=MOMENTS)
    def offers(self, actor: str | Desk, to: Desk, at: datetime) -> None:
        """Somebody offers it to a unit of social services."""
        desk = self._desk(actor)
        receiver = Receiver(to.kind, to.agency, to.unit)
        self._carry_out(lambda case: offer_handover(case, desk.agency, desk.unit, receiver, "Ring.", at))

    @rule(actor=OFFERED, at=MOMENTS)
    def accepts(self, actor: str | Desk, at: datetime) -> None:
        """Somebody takes it over."""
        desk = self._desk(actor)
        self._carry_out(lambda case: accept_handover(case, desk.agency, desk.unit, at))

    @rule(actor=OFFERED, at=MOMENTS, reason=REASONS)
    def refuses(self, actor: str | Desk, at: datetime, reason: str) -> None:
        """Somebody does not take it."""
        desk = self._desk(actor)
        self._carry_out(lambda case: refuse_handover(case, desk.agency, desk.unit, reason, at))

    @rule(actor=OWNER, at=MOMENTS, reason=REASONS)
    def withdraws(self, actor: str | Desk, at: datetime, reason: str) -> None:
        """Somebody takes the offer back."""
        desk = self._desk(actor)
        self._carry_out(lambda case: withdraw_handover(case, desk.agency, desk.unit, reason, at))

    @rule(actor=OFFERED, at=MOMENTS, back=some.integers(0, 3))
    def accepts_what_was_read(self, actor: str | Desk, at: datetime, back: int) -> None:
        """Somebody answers the offer that stood on the page: this one or an earlier one, never another by mistake."""
        desk, read = self._desk(actor), max(1, self.case.offers - back)
        self._carry_out(lambda case: accept_handover(case, desk.agency, desk.unit, at, read))
        last = self.history[-1]
        assert not isinstance(last, HandoverAccepted) or last.offer == self.case.offers

    @rule(at=MOMENTS)
    def the_watchdog_looks(self, at: datetime) -> None:
        """The hub looks whether an offer is late."""
        self._carry_out(lambda case: stall_handover(case, at))

    @rule(actor=OWNER, at=MOMENTS, fact=some.sampled_from(LawfulFact), reasons=REASONS)
    def decides(self, actor: str | Desk, at: datetime, fact: LawfulFact, reasons: str) -> None:
        """Somebody decides on an investigation."""
        desk = self._desk(actor)
        self._carry_out(lambda case: decide_on_investigation(case, desk.agency, desk.unit, fact, reasons, at))

    @rule(at=MOMENTS)
    def policy_sends_feedback(self, at: datetime) -> None:
        """The hub reacts, perhaps again."""
        self._carry_out(lambda case: send_feedback(case, at))

    @rule(at=MOMENTS)
    def policy_registers_again(self, at: datetime) -> None:
        """The hub reacts again to what intake received."""
        late = self.received.model_copy(update={"received_at": at})
        assert list(register(self.case, late, self.position + 1)) == []

    @rule(actor=REPORTER_DESK, at=MOMENTS)
    def reads_feedback(self, actor: str | Desk, at: datetime) -> None:
        """Somebody reads the feedback."""
        desk = self._desk(actor)
        self._carry_out(lambda case: read_feedback(case, desk.unit, at))

    def _desk(self, actor: str | Desk) -> Desk:
        """The desk that the word stands for just now."""
        if isinstance(actor, Desk):
            return actor
        pending = self.case.pending
        units = {"owner": self.case.owner_unit, "reporter": self.received.from_unit, "offered": pending.to_unit if pending else ""}
        return DESK_OF.get(units[actor], DESK_OF[self.case.owner_unit])

    def _carry_out(self, decision: Decision) -> None:
        """Takes the decision on the state that is carried: refused it changes nothing, done it is done once."""
        before = self.case
        events = noted(lambda: decision(self.case))
        if isinstance(events, type):
            assert self.case == before
            return
        assert list(decision(self.case)) == events, "the same decision on the same state"
        for each in events:
            assert isinstance(each, CaseEvent)
            self.case = evolve(self.case, each)
            self.history.append(each)
            self._hand_out_keys(before, each)
        assert list(decision(self.case)) == [], "the same decision twice"

    def _parts(self) -> set[str]:
        """The units that may be told why they may not: who has or had the case, and whoever was ever offered it."""
        asked = {each.to_unit for each in self.history if isinstance(each, HandoverOffered)}
        return asked | {unit for _, unit in owners(self.history)}

    def _hand_out_keys(self, before: Case, event: Event) -> None:
        """As a save does: keys of new audiences to their holders, the former owner's to a new one."""
        if isinstance(event, SealedEvent):
            self.keys.setdefault(event.key_audience(), set(holders(self.case, event.key_audience())))
        if isinstance(event, HandoverAccepted):
            for audience in handed_over(before, event.to_agency) & set(self.keys):
                assert event.to_agency not in self.keys[audience], "a key that is held already cannot be stored once more"
                self.keys[audience].add(event.to_agency)

    @invariant()
    def the_history_makes_the_state(self) -> None:
        """Folded from nothing it is the state that was carried along."""
        assert fold(self.history) == self.case == reduce(evolve, self.history, Case())  # type: ignore[arg-type]

    @invariant()
    def the_history_keeps_the_rules(self) -> None:
        """All of them."""
        keeps_the_rules(self.history)

    @invariant()
    def it_is_in_exactly_one_hand(self) -> None:
        """One unit owns it, the one that the history says; for everybody else it does not exist."""
        assert (self.case.owner_agency, self.case.owner_unit) == owners(self.history)[-1]
        told: dict[str, type[Refused] | None] = {}
        for desk in DESKS:
            found = outcome(partial(self._had_by, desk))
            told[desk.unit] = found if isinstance(found, type) else None
        former = {unit for _, unit in owners(self.history)} - {self.case.owner_unit}
        assert [unit for unit, refusal in told.items() if refusal is None] == [self.case.owner_unit]
        assert {unit for unit, refusal in told.items() if refusal is HandedOver} == former
        assert {refusal for unit, refusal in told.items() if unit not in former | {self.case.owner_unit}} == {Missing}

    def _had_by(self, desk: Desk) -> Iterator[Event]:
        yield owned(self.case, desk.agency, desk.unit)

    @invariant()
    def no_key_is_held_without_a_part(self) -> None:
        """Every holder of every key has a part in the history that opens it; the owner can read the worry and all that was decided."""
        for audience, held in self.keys.items():
            assert held <= may_hold(self.history, audience, self.received.from_agency), audience
        for audience in (REPORTER, *map(social_services, range(len(self.case.had_by)))):
            assert holders(self.case, audience) <= may_hold(self.history, audience, self.received.from_agency), audience
            assert audience not in self.keys or self.case.owner_agency in self.keys[audience]

    @invariant()
    def feedback_goes_to_nobody_else(self) -> None:
        """Only the reporting unit may read it."""
        sent = any(isinstance(each, FeedbackSent) for each in self.history)
        readers = [desk.unit for desk in DESKS if self._reads(desk)]
        assert readers == ([self.received.from_unit] if sent else [])

    def _reads(self, desk: Desk) -> bool:
        return outcome(lambda: read_feedback(self.case, desk.unit, self.received.received_at)) is not Missing

    @invariant()
    def who_has_no_part_can_do_nothing_and_learns_nothing(self) -> None:
        """Whatever a stranger tries, with whatever else is wrong in it, the answer is that there is nothing here."""
        strangers = [desk for desk in DESKS if desk.unit not in self._parts()]
        tries = [partial(decision, self.case) for desk in strangers for decision in everything(desk, self.received.received_at)]
        assert all(outcome(decision) is Missing for decision in tries)

    @invariant()
    def nothing_is_decided_without_reasons(self) -> None:
        """Neither by who may."""
        for desk in (self._desk("owner"), self._desk("offered")):
            told = [outcome(partial(decision, self.case)) for decision in everything(desk, self.received.received_at)]
            assert not [events for events in told if not isinstance(events, type) and any(isinstance(each, REASONED) for each in events)]

    @invariant()
    def what_the_policy_would_send_now_keeps_the_rules(self) -> None:
        """At every moment, not only when it happens to come by."""
        keeps_the_rules([*self.history, *send_feedback(self.case, self.received.received_at)])


TestCase = CaseMachine.TestCase
