"""How far a referral has come, as its reporter sees it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind
from contracts.feedback import LawfulFact
from contracts.stalled import Step
from services.portal.language import Language
from services.portal.pages.chain import (
    ASSESSED,
    DECIDED,
    SEEN,
    STOOD_IN,
    STORED,
    TAKEN_OVER,
    SentReferral,
    aloud,
    chain,
    late,
    reached,
    suspicious,
)
from services.portal.units import Unit, Units

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
UNITS = Units(
    {
        "socialjouren-jour": Unit("socialjouren-jour", "Socialjouren", AgencyKind.SOCIALJOUR),
        "farsta-mottagning": Unit("farsta-mottagning", "Farsta mottagning", AgencyKind.DISTRICT),
    }
)
NOTHING = dict.fromkeys(
    (
        *("seenAt", "assessedAt", "takenOverAt", "decidedAt", "feedback", "feedbackSentAt", "feedbackReadAt"),
        *("takenOverBy", "escalatedStep", "escalatedLevel", "escalatedAt", "invitedAt", "meetsAt", "calledOffAt"),
    )
)


def sent(**more: object) -> SentReferral:
    return SentReferral.model_validate(
        {
            "referral": UUID(int=1),
            "reference": "K7Q2-FX9M-1",
            "receiptCode": "K7Q2-FX9M",
            "toUnit": "socialjouren-jour",
            "categories": ["neglect"],
            "ageBand": "4-6",
            "receivedAt": NIGHT,
            **NOTHING,
            **more,
        }
    )


def states(referral: SentReferral) -> list[tuple[str, str]]:
    return [(step.label, step.state) for step in chain(referral, UNITS)]


def test_what_is_stored_waits_for_a_person() -> None:
    assert states(sent()) == [(STORED, "done"), (SEEN, "now"), (ASSESSED, "waiting"), (TAKEN_OVER, "waiting"), (DECIDED, "waiting")]
    assert reached(sent(), UNITS) == STORED


def test_a_referral_that_socialjouren_stood_in_for_is_taken_over_by_them_until_the_district_is_there() -> None:
    night = {"toUnit": "farsta-mottagning", "seenAt": NIGHT, "takenOverAt": NIGHT}
    stood_in = sent(**night, takenOverBy="socialjouren-jour", assessedAt=NIGHT)
    assert states(stood_in)[3:] == [(STOOD_IN, "done"), (TAKEN_OVER, "now"), (DECIDED, "waiting")]
    in_the_morning = stood_in.model_copy(update={"escalated_step": Step.TAKEN_OVER, "escalated_at": LONG_AFTER})
    assert (late(in_the_morning, UNITS), states(in_the_morning)[4]) == (True, (TAKEN_OVER, "late"))
    decided = stood_in.model_copy(update={"decided_at": LONG_AFTER})
    assert states(decided)[3:] == [(STOOD_IN, "done"), (DECIDED, "done")]
    assert (TAKEN_OVER, "done") in states(sent(**night, takenOverBy="farsta-mottagning"))


def test_it_says_to_whom_a_step_was_escalated() -> None:
    late_step = {"seenAt": NIGHT, "escalatedStep": "assessed", "escalatedAt": NIGHT}
    for level, words in (("out_of_hours", "Escalated to Socialjouren"), ("team_lead", "Escalated to the team lead")):
        assert [step.escalated for step in chain(sent(**late_step, escalatedLevel=level), UNITS) if step.escalated_at] == [words]


def test_what_is_decided_has_nothing_next() -> None:
    times = {name: NIGHT + timedelta(minutes=n) for n, name in enumerate(("seenAt", "assessedAt", "takenOverAt", "decidedAt"), start=1)}
    assert {state for _, state in states(sent(**times))} == {"done"}
    assert reached(sent(**times), UNITS) == DECIDED


@pytest.mark.parametrize("more", [{"toUnit": "farsta-mottagning"}, {"decidedAt": NIGHT}])
def test_what_a_district_gets_at_once_or_is_decided_without_a_handover_is_never_taken_over(more: dict[str, object]) -> None:
    assert TAKEN_OVER not in [label for label, _ in states(sent(**more))]


LONG_AFTER = NIGHT + timedelta(hours=3)


def test_what_was_escalated_is_late_until_it_is_done_and_says_when_for_ever() -> None:
    waits = sent(escalatedStep="seen", escalatedAt=LONG_AFTER)
    assert states(waits)[:3] == [(STORED, "done"), (SEEN, "late"), (ASSESSED, "waiting")]
    assert (late(waits, UNITS), chain(waits, UNITS)[1].escalated_at) == (True, LONG_AFTER)
    done = sent(escalatedStep="seen", escalatedAt=LONG_AFTER, seenAt=LONG_AFTER)
    assert states(done)[:3] == [(STORED, "done"), (SEEN, "done"), (ASSESSED, "now")]
    assert (late(done, UNITS), chain(done, UNITS)[1].escalated_at) == (False, LONG_AFTER)


def test_one_step_is_late_though_a_later_one_was_escalated_too() -> None:
    waits = sent(escalatedStep="assessed", escalatedAt=LONG_AFTER)
    assert [state for _, state in states(waits)] == ["done", "late", "waiting", "waiting", "waiting"]


def test_a_step_that_is_not_in_this_chain_is_late_for_nobody() -> None:
    decided = sent(decidedAt=NIGHT, seenAt=NIGHT, assessedAt=NIGHT, escalatedStep="taken_over", escalatedAt=LONG_AFTER)
    assert not late(decided, UNITS)


def test_feedback_is_unread_until_somebody_reads_it() -> None:
    came = {"feedback": LawfulFact.INVESTIGATION_OPENED, "feedbackSentAt": NIGHT}
    assert not sent().unread
    assert sent(**came).unread
    assert not sent(**came, feedbackReadAt=NIGHT).unread


def test_a_code_is_read_aloud_in_the_readers_language() -> None:
    assert aloud("K7Q2-FX9M", Language.SV) == "Kalle 7 Qvintus 2 – Filip Xerxes 9 Martin"
    assert aloud("K7Q2-FX9M", Language.EN) == "Kilo 7 Quebec 2 – Foxtrot X-ray 9 Mike"


@pytest.mark.parametrize("language", Language)
def test_every_letter_of_a_code_has_a_word(language: Language) -> None:
    letters = "ABCDEFGHJKMNPQRSTVWXYZ"
    assert [word[0] for word in aloud(letters, language).split()] == list(letters)


@pytest.mark.parametrize(("check", "places"), [("", ()), ("2", (2,)), ("3,1,9,x,-1,²", (1, 3))])
def test_only_children_of_the_referral_can_be_pointed_out(check: str, places: tuple[int, ...]) -> None:
    assert suspicious(check, 3) == places


def test_a_unit_that_has_closed_is_shown_by_its_id() -> None:
    assert UNITS.name("farsta-mottagning") == "Farsta mottagning"
    assert UNITS.name("norrmalm-mottagning") == "norrmalm-mottagning"
