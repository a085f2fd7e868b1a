"""A consultation, whoever says whatever: answered only when read, by those who were asked, and by nobody who was not part of it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.advice import Advice
from contracts.consultation import (
    ConsultationAnswered,
    ConsultationAskedAgain,
    ConsultationAskedBack,
    ConsultationBecameReferral,
    ConsultationQueued,
    ConsultationRequested,
    ConsultationSeen,
    Side,
)
from contracts.event import Event
from contracts.nameless import NamesSomebody, pieces
from contracts.referral import AgeBand, Category
from contracts.refusals import Missing, Refused
from services.intake.consultation import request_consultation
from services.intake.referral import Route
from services.liaison.advising import (
    AlreadyAnswered,
    Answer,
    BecameReferral,
    NoAdvice,
    NoCondition,
    NoService,
    NothingAsked,
    QuestionNotRead,
    answer,
    ask_again,
    ask_back,
    see,
)
from services.liaison.consultation import become_referral, fold, holders, queue
from tests.liaison.cases import received
from tests.properties.outcome import noted
from tests.properties.world import DESKS, JOUR, MOMENTS, REASONS, REPORTERS, Desk

WORDS = REASONS | some.just("Ring 070-123 45 67")
ANSWERS = some.builds(Answer, some.sampled_from(Advice), WORDS, some.none() | WORDS, some.none() | some.just("bup"))
SAID = (ConsultationAnswered, ConsultationAskedBack, ConsultationAskedAgain)


def names(*texts: str | None) -> bool:
    return any(piece.clear for text in texts if text for piece in pieces(text))


class ConsultationMachine(RuleBasedStateMachine):
    """One question."""

    @initialize(consultation=some.uuids(), asker=some.sampled_from(REPORTERS), at=MOMENTS)
    def asked(self, consultation: str, asker: Desk, at: datetime) -> None:
        """Intake has stored it."""
        route = Route(asker.kind, asker.agency, asker.unit, JOUR.kind, JOUR.agency, JOUR.unit, mandated=True)
        self.question = request_consultation("Hur gör vi?", Category.OTHER, AgeBand.UNKNOWN, route, consultation, at)  # type: ignore[arg-type]
        assert isinstance(self.question, ConsultationRequested)
        self.asker, self.history = asker, list[Event]()

    @rule()
    def policy_queues(self) -> None:
        """The hub reacts, perhaps again."""
        queued = list(queue(fold(self.history), self.question))
        assert len(queued) == (not any(isinstance(each, ConsultationQueued) for each in self.history))
        self.history += queued
        assert list(queue(fold(self.history), self.question)) == []

    @rule(desk=some.just(JOUR) | some.sampled_from(DESKS), at=MOMENTS)
    def opens(self, desk: Desk, at: datetime) -> None:
        """Somebody reads what was asked so far."""
        self.does(lambda: see(fold(self.history), desk.agency, desk.unit, at), {Missing: self.strange(desk)})

    @rule(desk=some.just(JOUR) | some.sampled_from(DESKS), advised=ANSWERS, at=MOMENTS)
    def answers(self, desk: Desk, advised: Answer, at: datetime) -> None:
        """Somebody answers; a stranger learns nothing, not even whether there is a question."""
        state = fold(self.history)
        why_not = {
            Missing: self.strange(desk),
            NoAdvice: not advised.text,
            NoCondition: advised.advice is Advice.REFER_IF and not advised.condition,
            NoService: advised.advice is Advice.OTHER_SERVICE and not advised.service,
            NamesSomebody: names(advised.text, advised.condition),
            AlreadyAnswered: state.turn is None,
            QuestionNotRead: state.seen < state.questions,
        }
        self.does(lambda: answer(state, desk.agency, desk.unit, advised, at), why_not)

    @rule(desk=some.just(JOUR) | some.sampled_from(DESKS), words=WORDS, at=MOMENTS)
    def asks_back(self, desk: Desk, words: str, at: datetime) -> None:
        """Who answers wants to know something."""
        state = fold(self.history)
        unread = state.seen < state.questions
        why_not = {Missing: self.strange(desk), NothingAsked: not words, NamesSomebody: names(words), QuestionNotRead: unread}
        self.does(lambda: ask_back(state, desk.agency, desk.unit, words, at), why_not)

    @rule(own=some.booleans(), desk=some.sampled_from(DESKS), words=WORDS, at=MOMENTS)
    def asks_again(self, desk: Desk, words: str, at: datetime, *, own: bool) -> None:
        """Who asked wants to know more."""
        state, desk = fold(self.history), self.asker if own else desk
        why_not = {
            Missing: state.queued is None or desk != self.asker,
            NothingAsked: not words,
            NamesSomebody: names(words),
            BecameReferral: state.became_referral,
        }
        self.does(lambda: ask_again(state, desk.agency, desk.unit, words, at), why_not)

    @rule(submission=some.uuids(), at=MOMENTS)
    def policy_hears_of_a_referral(self, submission: str, at: datetime) -> None:
        """Of one that names it; perhaps of several, for siblings."""
        told = received(submission=submission, received_at=at)
        self.history += become_referral(fold(self.history), told)
        assert list(become_referral(fold(self.history), told)) == []

    def strange(self, desk: Desk) -> bool:
        return fold(self.history).queued is None or desk != JOUR

    def does(self, decision: Callable[[], Iterable[Event]], why_not: dict[type[Refused], bool]) -> None:
        """What is refused is refused for the first reason that holds, and changes nothing."""
        events = noted(decision)
        if isinstance(events, type):
            assert events is next(refusal for refusal, holds in why_not.items() if holds)
        else:
            assert not any(why_not.values())
            self.history += events

    @invariant()
    def what_happens_once_happens_once(self) -> None:
        """Queued, and become a referral."""
        for kind in (ConsultationQueued, ConsultationBecameReferral):
            assert sum(isinstance(each, kind) for each in self.history) <= 1

    @invariant()
    def nothing_is_answered_unread_or_without_having_been_asked(self) -> None:
        """Before every answer stands an opening of all that was asked by then; between two answers somebody has written."""
        asked, seen, said = 1, 0, None
        for event in self.history:
            match event:
                case ConsultationSeen():
                    seen = event.questions
                case ConsultationAskedAgain():
                    asked = event.questions
                case ConsultationAnswered():
                    assert seen == asked
                    assert not isinstance(said, ConsultationAnswered)
                case _:
                    pass
            said = event if isinstance(event, SAID) else said

    @invariant()
    def it_is_the_turn_of_whoever_was_written_to_last(self) -> None:
        """And nobody's after an answer."""
        said = [each for each in self.history if isinstance(each, SAID)]
        turns = {ConsultationAnswered: None, ConsultationAskedBack: Side.ASKED, ConsultationAskedAgain: Side.TO_ANSWER}
        queued = Side.TO_ANSWER if fold(self.history).queued else None
        assert fold(self.history).turn == (turns[type(said[-1])] if said else queued)

    @invariant()
    def only_the_two_agencies_hold_its_key(self) -> None:
        """Who asks and who answers."""
        parties = {self.question.from_agency, JOUR.agency} if fold(self.history).queued else set()
        assert holders(fold(self.history), "reporter") == parties


TestConsultation = ConsultationMachine.TestCase
