"""The on-call prosecutor is notified and consulted as a function; until they may be told, the guardians are not."""

from datetime import timedelta

import pytest

from contracts.prosecutor import (
    GuardianHoldLifted,
    GuardianHoldPlaced,
    GuardianNotice,
    ProsecutorAnswer,
    ProsecutorConsulted,
    ProsecutorNote,
    ProsecutorNotified,
)
from contracts.reasons import Owed, Reasons
from contracts.refusals import Missing
from services.liaison.case import HandedOver, NotSeen
from services.liaison.prosecutor import (
    NotHappenedYet,
    Prosecutor,
    consult_prosecutor,
    hold_guardian_notice,
    lift_guardian_hold,
    notify_prosecutor,
)
from tests.liaison.cases import DISTRICT_OFFICER, DUTY_OFFICER, MORNING, NIGHT, at_farsta, registered, registered_as, seen

ON_CALL = Prosecutor("aklagarmyndigheten", "jouraklagaren")
OWED = Owed(kind=DUTY_OFFICER.kind, agency=DUTY_OFFICER.agency, unit=DUTY_OFFICER.unit, reference=registered_as().reference)


def placed(reasons: str = "Förhör först.", owed: Owed | None = None) -> GuardianHoldPlaced:
    """The hold."""
    return GuardianHoldPlaced(
        unit=DUTY_OFFICER.unit, role=DUTY_OFFICER.role, placed_at=MORNING, owed=owed, content=Reasons(reasons=reasons)
    )


def consulted(guardian: GuardianNotice, answer: str = "Förhör först.") -> ProsecutorConsulted:
    """The answer."""
    return ProsecutorConsulted(
        to_agency=ON_CALL.agency,
        to_unit=ON_CALL.unit,
        guardian=guardian,
        unit=DUTY_OFFICER.unit,
        role=DUTY_OFFICER.role,
        consulted_at=MORNING,
        content=ProsecutorAnswer(answer=answer),
    )


def test_a_call_is_recorded_with_the_function_that_was_reached_and_when() -> None:
    called = ProsecutorNotified(
        to_agency=ON_CALL.agency,
        to_unit=ON_CALL.unit,
        unit=DUTY_OFFICER.unit,
        role=DUTY_OFFICER.role,
        notified_at=NIGHT,
        content=ProsecutorNote(note="Misstänkt misshandel."),
    )
    after = seen().when(lambda it: notify_prosecutor(it, DUTY_OFFICER, ON_CALL, "Misstänkt misshandel.", MORNING, NIGHT)).then(called)
    again = after.when(lambda it: notify_prosecutor(it, DUTY_OFFICER, ON_CALL, "Ingen svarade.", MORNING)).happens()
    assert len(again.events) == len(after.events) + 1, "another call"


@pytest.mark.parametrize("guardian", [GuardianNotice.MAY_BE_TOLD, GuardianNotice.NOT_ASKED])
def test_an_answer_is_for_social_services_alone(guardian: GuardianNotice) -> None:
    seen().when(lambda it: consult_prosecutor(it, DUTY_OFFICER, ON_CALL, guardian, "Förhör först.", MORNING)).then(consulted(guardian))


def test_an_answer_to_wait_holds_the_guardians_notice_at_once() -> None:
    wait = GuardianNotice.WAIT
    after = (
        seen()
        .when(lambda it: consult_prosecutor(it, DUTY_OFFICER, ON_CALL, wait, "Förhör först.", MORNING))
        .then(consulted(wait), placed())
    )
    assert after.state.decisions.on_hold
    held = seen().and_given(placed())
    held.when(lambda it: consult_prosecutor(it, DUTY_OFFICER, ON_CALL, wait, "Förhör först.", MORNING)).then(consulted(wait))


def test_a_hold_needs_reasons_and_owes_them_until_they_come() -> None:
    seen().when(lambda it: hold_guardian_notice(it, DUTY_OFFICER, "Förhör först.", MORNING)).then(placed())
    seen().when(lambda it: hold_guardian_notice(it, DUTY_OFFICER, "", MORNING)).then(placed("", OWED))


def test_a_hold_is_lifted_by_who_has_the_case_then_and_can_be_placed_anew() -> None:
    lifted = GuardianHoldLifted(
        unit=DISTRICT_OFFICER.unit,
        role=DISTRICT_OFFICER.role,
        handovers=1,
        lifted_at=MORNING,
        content=Reasons(reasons="Förhöret är klart."),
    )
    held = at_farsta().and_given(placed())
    held.when(lambda it: lift_guardian_hold(it, DUTY_OFFICER, "x", MORNING)).refused(HandedOver)
    after = held.when(lambda it: lift_guardian_hold(it, DISTRICT_OFFICER, "Förhöret är klart.", MORNING)).then(lifted)
    assert not after.state.decisions.on_hold
    assert list(hold_guardian_notice(after.state, DISTRICT_OFFICER, "Nytt förhör.", MORNING))


def test_what_lies_ahead_has_not_happened() -> None:
    ahead = MORNING + timedelta(minutes=1)
    seen().when(lambda it: notify_prosecutor(it, DUTY_OFFICER, ON_CALL, "", MORNING, ahead)).refused(NotHappenedYet)
    not_asked = GuardianNotice.NOT_ASKED
    seen().when(lambda it: consult_prosecutor(it, DUTY_OFFICER, ON_CALL, not_asked, "", MORNING, ahead)).refused(NotHappenedYet)


def test_only_who_has_read_the_case_and_has_it_asks() -> None:
    registered().when(lambda it: notify_prosecutor(it, DUTY_OFFICER, ON_CALL, "", NIGHT)).refused(NotSeen)
    seen().when(lambda it: notify_prosecutor(it, DISTRICT_OFFICER, ON_CALL, "", NIGHT)).refused(Missing)
    seen().when(lambda it: hold_guardian_notice(it, DISTRICT_OFFICER, "", NIGHT)).refused(Missing)
