"""A plan rests on consent by age (SoL 2025:400 21 kap. 1 §), and its parties get the invitation alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.agencies import AgencyKind
from contracts.event import PARTIES
from contracts.referral import AgeBand
from contracts.refusals import Missing
from contracts.sip import ConsentGiver, ConsentRecorded, Party, SIPScheduled
from services.liaison.sip import (
    ChildConsentMissing,
    Consent,
    EndsBeforeItStarts,
    GuardianConsentMissing,
    Meeting,
    NoParty,
    holders,
    schedule_sip,
)
from tests.liaison.cases import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, MORNING, SUBMISSION, at_farsta

STARTS = MORNING + timedelta(days=9)
SCHOOL = Party(kind=AgencyKind.SCHOOL, agency="utbildningsforvaltningen", unit="farsta-grundskola")
MEETING = Meeting("Provbarn", "Skolgång", "Farsta", STARTS, STARTS + timedelta(hours=1), (SCHOOL,))
CHILD = Consent(ConsentGiver.CHILD, written=False, given_at=MORNING, purpose="SIP")
GUARDIAN = Consent(ConsentGiver.GUARDIAN, written=True, given_at=MORNING, purpose="SIP")
BOTH = (CHILD, GUARDIAN)


@pytest.mark.parametrize(
    ("band", "child_alone", "guardian_alone"),
    [
        (AgeBand.UNBORN, False, True),
        (AgeBand.AGE_0_3, False, True),
        (AgeBand.AGE_10_11, False, True),
        (AgeBand.AGE_12, False, False),
        (AgeBand.AGE_13_14, False, False),
        (AgeBand.AGE_15_17, True, False),
        (AgeBand.ADULT, True, False),
        (AgeBand.UNKNOWN, False, True),
    ],
)
def test_whose_consent_is_needed_at_which_age(band: AgeBand, child_alone: bool, guardian_alone: bool) -> None:
    case = at_farsta(age_band=band).state

    def enough(*consents: Consent) -> bool:
        try:
            return bool(list(schedule_sip(case, FARSTA, FARSTA_UNIT, SUBMISSION, MEETING, consents, MORNING)))
        except (ChildConsentMissing, GuardianConsentMissing):
            return False

    assert (enough(CHILD), enough(GUARDIAN)) == (child_alone, guardian_alone)
    assert enough(*BOTH)
    assert not enough()


@pytest.mark.parametrize(
    "lapsed",
    [
        replace(GUARDIAN, valid_until=MORNING - timedelta(days=1)),
        replace(GUARDIAN, valid_until=STARTS - timedelta(days=1)),
        replace(GUARDIAN, given_at=MORNING + timedelta(minutes=1)),
    ],
    ids=["lapsed", "lapses before the meeting", "not given yet"],
)
def test_a_consent_that_does_not_hold_is_none(lapsed: Consent) -> None:
    scheduling = at_farsta().when(lambda it: schedule_sip(it, FARSTA, FARSTA_UNIT, SUBMISSION, MEETING, (lapsed,), MORNING))
    scheduling.refused(GuardianConsentMissing)


def test_the_consents_are_recorded_before_the_invitation() -> None:
    events = list(schedule_sip(at_farsta().state, FARSTA, FARSTA_UNIT, SUBMISSION, MEETING, BOTH, MORNING))
    assert [type(event) for event in events] == [ConsentRecorded, ConsentRecorded, SIPScheduled]
    assert holders(events, PARTIES) == {FARSTA, "utbildningsforvaltningen"}
    assert holders(events, "district:farsta") == {FARSTA}


def test_nothing_in_the_invitation_leads_back_to_the_referral() -> None:
    *_, invitation = schedule_sip(at_farsta().state, FARSTA, FARSTA_UNIT, SUBMISSION, MEETING, BOTH, MORNING)
    said = invitation.model_dump_json()
    assert not [word for word in (str(SUBMISSION), "K7Q2", "2026-000042", "polisen", "Ensam hemma") if word in said]


def test_only_the_owner_plans_with_somebody_else_and_forward_in_time() -> None:
    case = at_farsta()

    def plan(agency: str, meeting: Meeting) -> type[Exception] | None:
        try:
            list(schedule_sip(case.state, agency, FARSTA_UNIT, SUBMISSION, meeting, BOTH, MORNING))
        except Exception as refused:  # noqa: BLE001  whatever it says
            return type(refused)
        return None

    own = Party(kind=AgencyKind.DISTRICT, agency=FARSTA, unit=FARSTA_UNIT)
    assert plan(FARSTA, MEETING) is None
    assert plan(JOUR, MEETING) is Missing
    assert plan(FARSTA, replace(MEETING, parties=())) is NoParty
    assert plan(FARSTA, replace(MEETING, parties=(own,))) is NoParty
    assert plan(FARSTA, replace(MEETING, ends_at=STARTS)) is EndsBeforeItStarts
    assert JOUR_UNIT != FARSTA_UNIT
