"""What is said in a consultation: opened, answered, asked back and asked again, all of it without naming anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.advice import Advice
from contracts.consultation import (
    AdviceText,
    ConsultationAnswered,
    ConsultationAskedAgain,
    ConsultationAskedBack,
    ConsultationQuestion,
    ConsultationSeen,
)
from contracts.nameless import refuse_names
from contracts.refusals import Malformed, Missing, Refused
from services.liaison.consultation import Consultation


class NoAdvice(Malformed):
    """Write the advice in words, so that the one who asked knows what to do."""


class NoCondition(Malformed):
    """Write what must happen for a referral to be made, so that the one who asked knows it when it does."""


class NoService(Malformed):
    """Choose the service from the directory that they are to turn to."""


class NothingAsked(Malformed):
    """Write what you want to ask or tell, without names, numbers, addresses or schools."""


class QuestionNotRead(Refused):
    """Open what they have written and read it before you answer. What you have written yourself is kept."""


class AlreadyAnswered(Refused):
    """The question has an answer already. Read it; the one who asked can ask again, and you can write to them."""


class BecameReferral(Refused):
    """This question has become a referral. Add what is new about the child there; a new question is a new consultation."""


@dataclass(frozen=True)
class Answer:
    """What a duty officer answers. `service` is the id of one of the directory's services."""

    advice: Advice
    text: str
    condition: str | None = None
    service: str | None = None


def _refuse_who_was_not_asked(consultation: Consultation, agency: str, unit: str) -> None:
    queued = consultation.queued
    if queued is None or (queued.to_agency, queued.to_unit) != (agency, unit):
        raise Missing


def see(consultation: Consultation, agency: str, unit: str, seen_at: datetime) -> Iterator[ConsultationSeen]:
    """A person opens what was asked so far. Only what nobody had opened is news. Raises Missing for a unit that was not asked."""
    _refuse_who_was_not_asked(consultation, agency, unit)
    if consultation.seen < consultation.questions:
        yield ConsultationSeen(questions=consultation.questions, unit=unit, seen_at=seen_at)


def answer(consultation: Consultation, agency: str, unit: str, advised: Answer, answered_at: datetime) -> Iterator[ConsultationAnswered]:
    """Answers. Raises Missing for a unit that was not asked, what is wrong with the answer, AlreadyAnswered, QuestionNotRead."""
    _refuse_who_was_not_asked(consultation, agency, unit)
    _refuse_half_an_answer(advised)
    refuse_names(advised.text, advised.condition)
    if consultation.turn is None:
        raise AlreadyAnswered
    if consultation.seen < consultation.questions:
        raise QuestionNotRead
    conditional, elsewhere = advised.advice is Advice.REFER_IF, advised.advice is Advice.OTHER_SERVICE
    yield ConsultationAnswered(
        advice=advised.advice,
        unit=unit,
        answered_at=answered_at,
        service=advised.service if elsewhere else None,
        content=AdviceText(text=advised.text, condition=advised.condition if conditional else None),
    )


def _refuse_half_an_answer(advised: Answer) -> None:
    if not advised.text:
        raise NoAdvice
    if advised.advice is Advice.REFER_IF and not advised.condition:
        raise NoCondition
    if advised.advice is Advice.OTHER_SERVICE and not advised.service:
        raise NoService


def ask_back(consultation: Consultation, agency: str, unit: str, words: str, asked_at: datetime) -> Iterator[ConsultationAskedBack]:
    """The duty officer asks or tells the other something, before or after the answer. Raises Missing, NothingAsked, QuestionNotRead."""
    _refuse_who_was_not_asked(consultation, agency, unit)
    if not words:
        raise NothingAsked
    refuse_names(words)
    if consultation.seen < consultation.questions:
        raise QuestionNotRead
    yield ConsultationAskedBack(unit=unit, asked_at=asked_at, content=ConsultationQuestion(question=words))


def ask_again(consultation: Consultation, agency: str, unit: str, words: str, asked_at: datetime) -> Iterator[ConsultationAskedAgain]:
    """The unit that asked asks or tells more. Raises Missing for any other unit, NothingAsked, BecameReferral."""
    queued = consultation.queued
    if queued is None or (queued.from_agency, queued.from_unit) != (agency, unit):
        raise Missing
    if not words:
        raise NothingAsked
    refuse_names(words)
    if consultation.became_referral:
        raise BecameReferral
    questions = consultation.questions + 1
    yield ConsultationAskedAgain(questions=questions, unit=unit, asked_at=asked_at, content=ConsultationQuestion(question=words))
