"""A case changes hands only when somebody accepts it, and is always in exactly one."""

from datetime import datetime, timedelta

from hypothesis import given as every
from hypothesis import strategies as some

from contracts.agencies import AgencyKind, Role
from contracts.feedback import FeedbackSent, LawfulFact
from contracts.handover import HandoverRefused, HandoverStalled, RefusalReason
from contracts.law import STOCKHOLM, handover_deadline
from contracts.refusals import Missing, Refused
from services.liaison.case import Case, HandedOver, NoReasons, fold, see
from services.liaison.feedback import read_feedback, send_feedback
from services.liaison.handover import (
    NoOffer,
    NotAssessed,
    NothingOffered,
    OfferPending,
    OfferReplaced,
    OfferWithdrawn,
    OwnUnit,
    Receiver,
    accept_handover,
    offer_handover,
    offer_out_of_hours,
    refuse_handover,
    stall_handover,
    withdraw_handover,
)
from services.liaison.investigation import decide_on_investigation
from services.liaison.officer import Officer
from services.liaison.safety import Assessment, assess_immediate_safety
from tests.given import Given, given
from tests.liaison.cases import (
    DISTRICT_OFFICER,
    DUTY_OFFICER,
    FARSTA,
    FARSTA_UNIT,
    JOUR,
    JOUR_UNIT,
    MORNING,
    TO_BROMMA,
    TO_FARSTA,
    accepted,
    assessed,
    at_farsta,
    offered,
    registered,
    seen,
    withdrawn,
)

STANDS_IN = Receiver(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT)
MESSAGE = "Ring i morgon bitti."


def test_a_case_is_offered_once() -> None:
    assessed().when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_FARSTA, MESSAGE, MORNING)).then(offered())


def in_a_district(**changed: object) -> Given[Case]:
    return registered(to_kind=AgencyKind.DISTRICT, to_agency=FARSTA, to_unit=FARSTA_UNIT, **changed)


def test_socialjouren_is_offered_what_nobody_in_the_district_has_assessed_and_the_district_keeps_it_until_then() -> None:
    after = in_a_district().when(lambda it: offer_out_of_hours(it, STANDS_IN, MORNING)).happens()
    assert (after.state.owner_agency, after.state.pending and after.state.pending.to_unit) == (FARSTA, JOUR_UNIT)
    assert after.state.pending is not None
    assert after.state.pending.out_of_hours
    after.when(lambda it: offer_out_of_hours(it, STANDS_IN, MORNING)).nothing()
    taken = after.when(lambda it: accept_handover(it, JOUR, JOUR_UNIT, MORNING)).happens()
    seen_there = taken.when(lambda it: see(it, JOUR, JOUR_UNIT, MORNING)).happens()
    assess = seen_there.when(lambda it: assess_immediate_safety(it, DUTY_OFFICER, Assessment(True, "Skäl."), MORNING)).happens()
    again = assess.when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_FARSTA, MESSAGE, MORNING)).happens()
    assert again.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).happens().state.owner_agency == FARSTA


def test_the_district_still_assesses_what_is_offered_out_of_hours_and_takes_the_offer_back() -> None:
    offered_at_night = in_a_district().when(lambda it: offer_out_of_hours(it, STANDS_IN, MORNING)).happens()
    opened = offered_at_night.when(lambda it: see(it, FARSTA, FARSTA_UNIT, MORNING)).happens()
    done = opened.when(lambda it: assess_immediate_safety(it, DISTRICT_OFFICER, Assessment(False, "Skäl."), MORNING)).happens()
    assert done.when(lambda it: withdraw_handover(it, FARSTA, FARSTA_UNIT, "Bedömt.", MORNING)).happens().state.pending is None


def test_nothing_is_offered_out_of_hours_that_is_assessed_or_socialjourens_own_or_not_registered() -> None:
    for case in (assessed(), registered(), seen(), at_farsta(), given(fold)):
        case.when(lambda it: offer_out_of_hours(it, STANDS_IN, MORNING)).nothing()


def test_until_it_is_accepted_the_offering_unit_owns_it() -> None:
    state = assessed().and_given(offered()).state
    assert (state.owner_agency, state.owner_unit) == (JOUR, JOUR_UNIT)


def test_no_child_is_handed_over_before_somebody_asked_whether_it_is_safe() -> None:
    seen().when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_FARSTA, MESSAGE, MORNING)).refused(NotAssessed)


def test_only_the_owner_offers_and_never_to_itself() -> None:
    assessed().when(lambda it: offer_handover(it, FARSTA, FARSTA_UNIT, TO_BROMMA, MESSAGE, MORNING)).refused(Missing)
    own = Receiver(AgencyKind.SOCIALJOUR, JOUR, "another-unit")
    assessed().when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, own, MESSAGE, MORNING)).refused(OwnUnit)


def test_it_is_offered_to_one_at_a_time() -> None:
    pending = assessed().and_given(offered())
    pending.when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_BROMMA, MESSAGE, MORNING)).refused(OfferPending)


def test_the_offered_unit_accepts_once_and_owns_it() -> None:
    after = assessed().and_given(offered()).when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).then(accepted())
    assert (after.state.owner_agency, after.state.owner_unit, after.state.pending) == (FARSTA, FARSTA_UNIT, None)


def test_nobody_else_accepts() -> None:
    pending = assessed().and_given(offered())
    pending.when(lambda it: accept_handover(it, "bromma", "bromma-mottagning", MORNING)).refused(Missing)
    pending.when(lambda it: accept_handover(it, FARSTA, "farsta-annan", MORNING)).refused(Missing)
    pending.when(lambda it: accept_handover(it, JOUR, JOUR_UNIT, MORNING)).refused(NoOffer)
    assessed().when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).refused(Missing)
    registered().when(lambda it: accept_handover(it, JOUR, JOUR_UNIT, MORNING)).refused(NoOffer)


def test_the_offered_unit_refuses_once_with_a_reason() -> None:
    refused = HandoverRefused(
        offer=1, by_agency=FARSTA, by_unit=FARSTA_UNIT, refused_at=MORNING, content=RefusalReason(reason="Bor i Bromma.")
    )
    pending = assessed().and_given(offered())
    pending.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "", MORNING)).refused(NoReasons)
    after = pending.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Bor i Bromma.", MORNING)).then(refused)
    assert (after.state.owner_agency, after.state.pending) == (JOUR, None)
    after.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).refused(NoOffer)
    again = after.when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_FARSTA, MESSAGE, MORNING)).then(offered(number=2))
    assert again.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Nej.", MORNING)).happens().events[-1] != refused


def test_an_offer_is_taken_back_once_and_before_it_is_answered() -> None:
    pending = assessed().and_given(offered())
    after = pending.when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "Fel stadsdel.", MORNING)).then(withdrawn())
    assert (after.state.owner_agency, after.state.pending) == (JOUR, None)
    after.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).refused(OfferWithdrawn)
    after.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Nej.", MORNING)).refused(OfferWithdrawn)
    again = after.when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_FARSTA, MESSAGE, MORNING)).then(offered(number=2))
    again.when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "", MORNING)).then(withdrawn(2, ""))


def test_only_who_offered_takes_it_back_and_only_while_it_waits() -> None:
    pending = assessed().and_given(offered())
    pending.when(lambda it: withdraw_handover(it, FARSTA, FARSTA_UNIT, "", MORNING)).refused(Missing)
    assessed().when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "", MORNING)).refused(NothingOffered)
    pending.and_given(accepted()).when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "", MORNING)).refused(HandedOver)
    refused = pending.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Nej.", MORNING)).happens()
    refused.when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "", MORNING)).refused(NothingOffered)


def test_an_answer_is_to_the_offer_that_was_read() -> None:
    second = assessed().and_given(offered(), withdrawn(), offered(number=2))
    second.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING, 1)).refused(OfferReplaced)
    second.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Nej.", MORNING, 1)).refused(OfferReplaced)
    second.when(lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "", MORNING, 1)).refused(OfferReplaced)
    second.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING, 2)).then(accepted().model_copy(update={"offer": 2}))


def test_who_was_asked_once_and_answers_after_another_was_asked_learns_only_that_it_is_over() -> None:
    bromma = assessed().and_given(offered(), withdrawn(), offered(TO_BROMMA, 2))
    bromma.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).refused(NoOffer)


EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=STOCKHOLM)


def test_at_eight_on_the_next_working_day_what_nobody_has_answered_stalls_once() -> None:
    pending = assessed().and_given(offered())
    pending.when(lambda it: stall_handover(it, EIGHT - timedelta(seconds=1))).nothing()
    stalled = HandoverStalled(
        offer=1,
        from_agency=JOUR,
        from_unit=JOUR_UNIT,
        to_agency=FARSTA,
        to_unit=FARSTA_UNIT,
        due=handover_deadline(MORNING),
        stalled_at=EIGHT,
    )
    after = pending.when(lambda it: stall_handover(it, EIGHT)).then(stalled)
    after.when(lambda it: stall_handover(it, EIGHT + timedelta(days=1))).nothing()
    after.when(lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, MORNING)).then(accepted())


def test_nothing_stalls_that_is_answered_taken_back_or_never_offered() -> None:
    pending, late = assessed().and_given(offered()), EIGHT + timedelta(days=7)
    refused = pending.when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "Nej.", MORNING)).happens()
    for case in (assessed(), pending.and_given(accepted()), pending.and_given(withdrawn()), refused):
        case.when(lambda it: stall_handover(it, late)).nothing()


def test_a_new_offer_after_a_stalled_one_has_a_morning_of_its_own() -> None:
    first = assessed().and_given(offered()).when(lambda it: stall_handover(it, EIGHT)).happens()
    later = offered(number=2).model_copy(update={"offered_at": EIGHT, "due": handover_deadline(EIGHT)})
    second = first.and_given(withdrawn(), later)
    second.when(lambda it: stall_handover(it, EIGHT + timedelta(hours=23))).nothing()
    assert second.when(lambda it: stall_handover(it, EIGHT + timedelta(days=1))).happens().state.stalled == 2


def test_an_offer_stored_without_its_limit_gets_the_same_one() -> None:
    old = assessed().and_given(offered().model_copy(update={"due": None}))
    old.when(lambda it: stall_handover(it, EIGHT - timedelta(seconds=1))).nothing()
    assert old.when(lambda it: stall_handover(it, EIGHT)).happens().state.stalled == 1


def test_a_case_does_not_change_hands_behind_the_districts_back_and_who_gave_it_is_told_why() -> None:
    at_farsta().when(lambda it: offer_handover(it, JOUR, JOUR_UNIT, TO_BROMMA, MESSAGE, MORNING)).refused(HandedOver)
    at_farsta().when(lambda it: see(it, JOUR, JOUR_UNIT, MORNING)).refused(HandedOver)
    at_farsta().when(lambda it: see(it, JOUR, "another-unit", MORNING)).refused(Missing)
    at_farsta().when(lambda it: refuse_handover(it, FARSTA, FARSTA_UNIT, "x", MORNING)).refused(NoOffer)


UNITS = {JOUR: JOUR_UNIT, FARSTA: FARSTA_UNIT, "bromma": "bromma-mottagning"}
RECEIVERS = [TO_FARSTA, TO_BROMMA, Receiver(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT)]
ACTS = ["see", "assess", "offer", "accept", "refuse", "withdraw", "stall", "decide", "send", "read"]
Step = tuple[str, str, Receiver, LawfulFact, bool]
Choices = some.tuples(
    some.sampled_from(ACTS),
    some.sampled_from(list(UNITS)),
    some.sampled_from(RECEIVERS),
    some.sampled_from(LawfulFact),
    some.booleans(),
)
Steps = some.lists(Choices, max_size=25)


def act(case: Given, step: Step) -> Given:  # type: ignore[type-arg]
    """The step, carried out; a refusal leaves everything as it was."""
    what, agency, to, fact, needs = step
    unit = UNITS[agency]
    officer = Officer(AgencyKind.DISTRICT, agency, unit, Role.DUTY_OFFICER)
    decisions = {
        "see": lambda it: see(it, agency, unit, MORNING),
        "assess": lambda it: assess_immediate_safety(it, officer, Assessment(needs, "Skäl."), MORNING),
        "offer": lambda it: offer_handover(it, agency, unit, to, MESSAGE, MORNING),
        "accept": lambda it: accept_handover(it, agency, unit, MORNING),
        "refuse": lambda it: refuse_handover(it, agency, unit, "Skäl.", MORNING),
        "withdraw": lambda it: withdraw_handover(it, agency, unit, "", MORNING),
        "stall": lambda it: stall_handover(it, EIGHT),
        "decide": lambda it: decide_on_investigation(it, agency, unit, fact, "Skäl.", MORNING),
        "send": lambda it: send_feedback(it, MORNING),
        "read": lambda it: read_feedback(it, "lpo-farsta", MORNING),
    }
    try:
        return case.when(decisions[what]).happens()
    except Refused:
        return case


@every(Steps)
def test_whatever_people_try_the_case_is_in_exactly_one_hand(steps: list[Step]) -> None:
    case: Given = registered()  # type: ignore[type-arg]
    for step in steps:
        before = case.state
        case = act(case, step)
        state = case.state
        assert UNITS[state.owner_agency] == state.owner_unit
        if state.owner_agency != before.owner_agency:
            assert step[0] == "accept"
            assert state.owner_agency == step[1]
            assert before.pending is not None
            assert before.pending.to_agency == step[1]
        if state.pending:
            assert state.pending.to_agency != state.owner_agency


@every(Steps)
def test_what_was_decided_twice_is_stored_once(steps: list[Step]) -> None:
    case: Given = registered()  # type: ignore[type-arg]
    for step in steps:
        case = act(case, step)
        assert act(case, step).state == case.state


@every(Steps)
def test_feedback_never_says_more_than_one_lawful_fact(steps: list[Step]) -> None:
    case: Given = registered()  # type: ignore[type-arg]
    for step in steps:
        case = act(case, step)
    sent = [event for event in case.events if isinstance(event, FeedbackSent)]
    assert len(sent) <= 1
    for event in sent:
        assert set(event.model_dump(by_alias=False)) == {"fact", "to_agency", "to_unit", "sent_at", "due"}
        assert fold(case.events).fact == event.fact
        assert (event.to_agency, event.to_unit) == ("polisen", "lpo-farsta")
