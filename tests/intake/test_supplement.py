"""Adding to a referral: only the unit that made it, counted, sealed as the referral is; what was sent stands."""

from uuid import UUID

import pytest

from contracts.consultation import ConsultationQueued
from contracts.event import REPORTER
from contracts.refusals import KeyReused, Missing
from contracts.supplement import ReferralSupplemented, SupplementContent
from contracts.told import Protection
from services.intake.supplement import Addition, NothingAdded, fold, supplement
from tests.given import Given, given
from tests.liaison.cases import MORNING, NIGHT, SUBMISSION, received

FIRST, SECOND = UUID(int=1), UUID(int=2)
NEW = Addition("Pappan har en nyckel.", "Hos mormor", immediate_danger=False, reporter_name="Polis i yttre tjänst")


def added(number: int = 1, submission: UUID = FIRST, location: str | None = "Hos mormor") -> ReferralSupplemented:
    return ReferralSupplemented(
        submission=submission,
        supplement=number,
        immediate_danger=False,
        supplemented_at=MORNING,
        content=SupplementContent(text=NEW.text, child_location=location, reporter_name=NEW.reporter_name),
    )


def handed_over(**changed: object) -> Given:  # type: ignore[type-arg]
    return given(fold, received(**changed))


def test_the_unit_that_sent_it_adds_to_it_as_often_as_it_must() -> None:
    first = handed_over().when(lambda state: supplement(state, "polisen", "lpo-farsta", NEW, FIRST, MORNING)).happens()
    assert first.events[1:] == (added(),)
    second = first.when(lambda state: supplement(state, "polisen", "lpo-farsta", NEW, SECOND, MORNING)).happens()
    assert second.events[2:] == (added(2, SECOND),)
    assert second.events[0] == received()


@pytest.mark.parametrize(("agency", "unit"), [("polisen", "lpo-skarholmen"), ("socialjouren", "socialjouren-jour"), ("", "")])
def test_nobody_else_adds_to_it_or_learns_that_it_is_there(agency: str, unit: str) -> None:
    handed_over().when(lambda state: supplement(state, agency, unit, NEW, FIRST, MORNING)).refused(Missing)
    given(fold).when(lambda state: supplement(state, agency, unit, NEW, FIRST, MORNING)).refused(Missing)


def test_a_question_is_no_referral() -> None:
    queued = ConsultationQueued(
        receipt_code="K", from_agency="polisen", from_unit="lpo-farsta", to_agency="j", to_unit="j", requested_at=NIGHT
    )
    with pytest.raises(Missing):
        fold([queued])


def test_something_must_be_said() -> None:
    nothing = Addition("", "Hos mormor", immediate_danger=True, reporter_name="Polis")
    handed_over().when(lambda state: supplement(state, "polisen", "lpo-farsta", nothing, FIRST, MORNING)).refused(NothingAdded)


def test_the_same_key_adds_no_other_words() -> None:
    handed_over().and_given(added()).when(lambda state: supplement(state, "polisen", "lpo-farsta", NEW, FIRST, MORNING)).refused(KeyReused)


def test_with_protected_registration_no_addition_says_where_the_child_is() -> None:
    hidden = handed_over(protection=Protection.PROTECTED_REGISTRATION)
    after = hidden.when(lambda state: supplement(state, "polisen", "lpo-farsta", NEW, FIRST, MORNING)).happens()
    assert after.events[1:] == (added(location=None),)


def test_an_addition_is_sealed_as_the_referral_is_and_tells_nothing_in_clear() -> None:
    assert added().key_audience() == received().key_audience() == REPORTER
    clear = added().model_dump_json(exclude={"content"})
    assert not [word for word in ("nyckel", "mormor", "Polis", str(SUBMISSION)) if word in clear]
