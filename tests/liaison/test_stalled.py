"""Limits start and stop with events, and what has passed is said once for each level."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind
from contracts.aims import AIMS, aim
from contracts.case import ReferralSeen
from contracts.handover import HandoverAccepted
from contracts.law import RULES
from contracts.scene import SceneStep
from contracts.stalled import Level, ReferralStalled, Step
from services.liaison.case import fold
from services.liaison.handover import Receiver
from services.liaison.limits import ANSWERED, Limit, started, stopped
from services.liaison.stalled import stall
from services.liaison.watchdog import LATE
from tests.given import given
from tests.liaison.cases import (
    FARSTA,
    FARSTA_UNIT,
    JOUR,
    JOUR_UNIT,
    MORNING,
    NIGHT,
    accepted,
    assessed,
    decided,
    offered,
    received,
    registered,
    registered_as,
    seen,
)
from tests.liaison.scenes import QUEUED, REQUESTED

STANDS_IN = Receiver(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT)
STREAM, BY = UUID(int=7), (JOUR, JOUR_UNIT)
MINUTE = timedelta(minutes=1)


def limit(step: str = Step.SEEN, level: Level = Level.BOARD, due: datetime = NIGHT) -> Limit:
    return Limit(STREAM, step, level, due, "seen", JOUR, JOUR_UNIT, "intake:1")


def dues(event: object, *steps: str) -> dict[tuple[str, str], datetime]:
    return {(each.step, each.level): each.due for each in started(event, STREAM, BY) if each.step in steps}  # type: ignore[arg-type]


@pytest.mark.parametrize(("danger", "seen_in", "assessed_in"), [(False, (15, 30), (60, 120)), (True, (5, 10), (30, 60))])
def test_a_referral_is_to_be_seen_and_assessed_in_minutes_sooner_in_danger(
    danger: bool, seen_in: tuple[int, int], assessed_in: tuple[int, int]
) -> None:
    assert dues(received(immediate_danger=danger), Step.SEEN, Step.ASSESSED) == {
        (Step.SEEN, Level.BOARD): NIGHT + seen_in[0] * MINUTE,
        (Step.SEEN, Level.TEAM_LEAD): NIGHT + seen_in[1] * MINUTE,
        (Step.ASSESSED, Level.BOARD): NIGHT + assessed_in[0] * MINUTE,
        (Step.ASSESSED, Level.TEAM_LEAD): NIGHT + assessed_in[1] * MINUTE,
    }


def test_what_came_to_socialjouren_at_night_is_to_be_handed_over_when_the_offices_have_opened() -> None:
    opening = datetime(2026, 11, 23, 7, tzinfo=UTC)  # the night is the one before a Sunday
    assert dues(received(), Step.TAKEN_OVER) == {
        (Step.TAKEN_OVER, Level.BOARD): opening + 60 * MINUTE,
        (Step.TAKEN_OVER, Level.TEAM_LEAD): opening + 180 * MINUTE,
    }
    assert dues(received(to_kind=AgencyKind.DISTRICT, to_agency=FARSTA), Step.TAKEN_OVER) == {}


@pytest.mark.parametrize(
    ("received_at", "danger", "due"),
    [
        ("2026-11-23T22:10:00+01:00", False, "2026-11-23T23:10:00+01:00"),
        ("2026-11-23T22:10:00+01:00", True, "2026-11-23T22:25:00+01:00"),
        ("2026-11-23T10:00:00+01:00", False, "2026-11-23T16:00:00+01:00"),
        ("2026-11-23T15:30:00+01:00", False, "2026-11-23T16:30:00+01:00"),
        ("2026-11-24T07:30:00+01:00", False, "2026-11-24T16:00:00+01:00"),
        ("2026-11-28T12:00:00+01:00", False, "2026-11-28T13:00:00+01:00"),
    ],
)
def test_what_nobody_in_a_district_has_assessed_goes_to_socialjouren_when_the_office_is_closed(
    received_at: str, danger: bool, due: str
) -> None:
    came = received(to_kind=AgencyKind.DISTRICT, to_agency=FARSTA, immediate_danger=danger, received_at=datetime.fromisoformat(received_at))
    assert dues(came, Step.ASSESSED)[Step.ASSESSED, Level.OUT_OF_HOURS] == datetime.fromisoformat(due)


def test_who_is_told_out_of_hours_stands_in_what_is_said_and_in_office_hours_nobody_is() -> None:
    night = limit(Step.ASSESSED, Level.OUT_OF_HOURS)
    (said,) = stall(registered().state, night, NIGHT, STANDS_IN)
    assert (said.level, said.to_agency, said.to_unit) == (Level.OUT_OF_HOURS, JOUR, JOUR_UNIT)
    registered().when(lambda case: stall(case, night, NIGHT)).nothing()
    registered().when(lambda case: stall(case, night, datetime(2026, 11, 23, 9, tzinfo=UTC), STANDS_IN)).nothing()
    assessed().and_given(offered()).when(lambda case: stall(case, night, NIGHT, STANDS_IN)).nothing()
    (lead,) = stall(registered().state, limit(level=Level.TEAM_LEAD), NIGHT, STANDS_IN)
    assert (lead.to_agency, lead.to_unit) == (None, None)


def test_the_decision_is_near_after_eleven_days_and_the_laws_fourteen_go_to_the_lead() -> None:
    found = {each.level: each for each in started(registered_as(), STREAM, BY) if each.step == Step.DECIDED}
    law = registered_as().preliminary_assessment_due
    assert (found[Level.TEAM_LEAD].due, found[Level.TEAM_LEAD].rule) == (law.due, "preliminary-assessment")
    assert (found[Level.BOARD].due, found[Level.BOARD].rule) == (law.due - timedelta(days=3), "decision-near")


def stood_in(**more: object) -> HandoverAccepted:
    """Socialjouren has taken over what a closed district had not assessed."""
    told = {"offer": 1, "from_unit": FARSTA_UNIT, "to_agency": JOUR, "to_unit": JOUR_UNIT, "accepted_at": NIGHT}
    return HandoverAccepted.model_validate(told | {"to_kind": AgencyKind.SOCIALJOUR} | more)


def test_what_socialjouren_stands_in_for_is_to_be_handed_over_like_what_came_to_it() -> None:
    accepted_stand_in = stood_in()
    assert dues(accepted_stand_in, Step.TAKEN_OVER) == dues(received(), Step.TAKEN_OVER)
    assert {(each.agency, each.unit) for each in started(accepted_stand_in, STREAM, BY)} == {(JOUR, JOUR_UNIT)}
    assert stopped(accepted_stand_in) == (ANSWERED,)
    assert dues(accepted(), Step.TAKEN_OVER) == {}


@pytest.mark.parametrize("told", [{}, {"to_kind": None}], ids=["told", "before it was told"])
def test_a_stand_in_is_not_taken_over_until_a_district_has_it(told: dict[str, object]) -> None:
    came = {"to_kind": AgencyKind.DISTRICT, "to_agency": FARSTA, "to_unit": FARSTA_UNIT}
    to_jour = offered(STANDS_IN).model_copy(update={"from_agency": FARSTA, "from_unit": FARSTA_UNIT})
    in_the_night = registered(**came).and_given(to_jour, stood_in(**told))
    late = limit(Step.TAKEN_OVER, due=MORNING)
    said = ReferralStalled(step=Step.TAKEN_OVER, level=Level.BOARD, due=MORNING, rule="seen", unit=JOUR_UNIT, raised_at=MORNING)
    in_the_night.when(lambda case: stall(case, late, MORNING)).then(said)
    in_the_night.when(lambda case: stall(case, limit(Step.TAKEN_OVER, due=NIGHT), MORNING)).nothing()
    back = accepted().model_copy(update={"offer": 2})
    in_the_night.and_given(offered(number=2), back).when(lambda case: stall(case, late, MORNING)).nothing()


def test_an_offer_is_to_be_answered_when_the_office_opens() -> None:
    (answer,) = started(offered(), STREAM, BY)
    assert (answer.step, answer.rule) == (ANSWERED, "handover-answer")
    assert [stopped(each) for each in (offered(), accepted())] == [(), (ANSWERED, Step.TAKEN_OVER)]


def test_every_limit_has_its_rule_and_every_step_somebody_who_decides() -> None:
    rules = {each.id for each in AIMS} | {each.id for each in RULES if each.counted}
    at_district = received(to_kind=AgencyKind.DISTRICT, to_agency=FARSTA)
    for event in (received(), received(immediate_danger=False), at_district, registered_as(), offered(), REQUESTED, QUEUED):
        assert {each.rule for each in started(event, STREAM, BY)} <= rules
    assert {*Step, ANSWERED, *SceneStep} == set(LATE)


def test_nothing_of_the_hubs_own_is_called_law() -> None:
    assert {each.status for each in AIMS} == {"practice"}
    assert {each.verified for each in AIMS} == {"own"}
    assert aim("seen", NIGHT).minutes == 15


def test_what_has_passed_is_said_once_for_each_level() -> None:
    said = ReferralStalled(step=Step.SEEN, level=Level.BOARD, due=NIGHT, rule="seen", unit=JOUR_UNIT, raised_at=MORNING)
    after = registered().when(lambda case: stall(case, limit(), MORNING)).then(said)
    lead = ReferralStalled(step=Step.SEEN, level=Level.TEAM_LEAD, due=NIGHT, rule="seen", unit=JOUR_UNIT, raised_at=MORNING)
    after.when(lambda case: stall(case, limit(level=Level.TEAM_LEAD), MORNING)).then(lead)


def test_also_of_a_referral_that_nobody_has_registered_yet() -> None:
    said = ReferralStalled(step=Step.SEEN, level=Level.BOARD, due=NIGHT, rule="seen", unit=JOUR_UNIT, raised_at=MORNING)
    given(fold).when(lambda case: stall(case, limit(), MORNING)).then(said)


def test_nothing_is_said_before_it_is_due() -> None:
    registered().when(lambda case: stall(case, limit(due=MORNING), NIGHT)).nothing()


def test_nothing_is_said_of_a_step_that_is_taken() -> None:
    registered().and_given(ReferralSeen(unit=JOUR_UNIT, seen_at=NIGHT)).when(lambda case: stall(case, limit(), MORNING)).nothing()
    assessed().when(lambda case: stall(case, limit(Step.ASSESSED), MORNING)).nothing()
    decided().when(lambda case: stall(case, limit(Step.DECIDED), MORNING)).nothing()
    decided().when(lambda case: stall(case, limit(Step.TAKEN_OVER), MORNING)).nothing()
    seen().when(lambda case: stall(case, limit(Step.SIGNAL_ANSWERED), MORNING)).nothing()
