"""A consultation, whoever answers whatever: queued once, answered once by the agency that was asked, read by those two alone."""

from datetime import datetime

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.consultation import Advice, ConsultationAnswered, ConsultationQueued, ConsultationRequested
from contracts.event import Event
from contracts.referral import AgeBand, Category
from contracts.refusals import Missing
from services.intake.consultation import request_consultation
from services.intake.referral import Route
from services.liaison.consultation import AlreadyAnswered, NoAdvice, answer, fold, holders, queue
from tests.properties.outcome import noted
from tests.properties.world import DESKS, JOUR, MOMENTS, REASONS, REPORTERS, Desk


class ConsultationMachine(RuleBasedStateMachine):
    """One question."""

    @initialize(consultation=some.uuids(), asker=some.sampled_from(REPORTERS), at=MOMENTS)
    def asked(self, consultation: str, asker: Desk, at: datetime) -> None:
        """Intake has stored it."""
        route = Route(asker.kind, asker.agency, asker.unit, JOUR.kind, JOUR.agency, JOUR.unit, mandated=True)
        self.question = request_consultation("Hur gör vi?", Category.OTHER, AgeBand.UNKNOWN, route, consultation, at)  # type: ignore[arg-type]
        assert isinstance(self.question, ConsultationRequested)
        self.history = list[Event]()

    @rule()
    def policy_queues(self) -> None:
        """The hub reacts, perhaps again."""
        queued = list(queue(fold(self.history), self.question))
        assert len(queued) == (not self.history)
        self.history += queued
        assert list(queue(fold(self.history), self.question)) == []

    @rule(desk=some.just(JOUR) | some.sampled_from(DESKS), advice=some.sampled_from(Advice), text=REASONS, at=MOMENTS)
    def answers(self, desk: Desk, advice: Advice, text: str, at: datetime) -> None:
        """Somebody answers; a stranger learns nothing, not even whether there is a question."""
        state = fold(self.history)
        events = noted(lambda: answer(state, desk.agency, desk.unit, advice, text, at))
        why_not = {
            Missing: state.queued is None or desk != JOUR,
            NoAdvice: not text,
            AlreadyAnswered: state.advice is not None,
        }
        if isinstance(events, type):
            assert events is next(refusal for refusal, holds in why_not.items() if holds)
            assert fold(self.history) == state
        else:
            assert not any(why_not.values())
            self.history += events

    @invariant()
    def it_is_queued_before_it_is_answered_and_each_once(self) -> None:
        """In that order."""
        assert [type(each) for each in self.history] == [ConsultationQueued, ConsultationAnswered][: len(self.history)]

    @invariant()
    def only_the_two_agencies_hold_its_key(self) -> None:
        """Who asks and who answers."""
        parties = {self.question.from_agency, JOUR.agency} if self.history else set()
        assert holders(fold(self.history), "reporter") == parties


TestConsultation = ConsultationMachine.TestCase
