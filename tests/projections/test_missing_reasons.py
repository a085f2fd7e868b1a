"""The queue of missing reasons, and what a reporting unit sees of a report meeting and of a corrected assessment."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.reasons import Reasoned
from services.projections.views import board, missing_reasons, receipts
from tests.projections.told import STREAM, columns, logged, only, told

RECEIVED = logged("ReferralReceived")
OWED = {"kind": "socialjour", "agency": "socialjouren", "unit": "socialjouren-jour", "reference": "K7Q2-FX9M"}
OWING = {
    "ImmediateSafetyAssessed": Reasoned.SAFETY_ASSESSMENT,
    "PoliceReportDecided": Reasoned.POLICE_REPORT,
    "ReportMeetingRecorded": Reasoned.REPORT_MEETING,
    "GuardianHoldPlaced": Reasoned.GUARDIAN_HOLD,
}
INVITED = logged("ReportMeetingRecorded")
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("event", "what"), OWING.items())
def test_what_lacks_reasons_stands_with_the_unit_that_decided_it(event: str, what: Reasoned) -> None:
    row = only(told(missing_reasons.VIEW, logged(event, owed=OWED)))
    assert (row["referral"], row["kind"], row["agency"], row["unit"]) == (STREAM, "socialjour", "socialjouren", "socialjouren-jour")
    assert (row["reference"], row["what"]) == ("K7Q2-FX9M", what)
    assert list(told(missing_reasons.VIEW, logged(event, owed=None))) == []


def test_reasons_that_are_given_leave_the_queue_and_the_others_stay() -> None:
    assessed, reported = logged("ImmediateSafetyAssessed", owed=OWED), logged("PoliceReportDecided", position=2, owed=OWED)
    given = logged("ReasonsGiven", position=3, of=str(assessed.whole.id))
    assert columns(told(missing_reasons.VIEW, assessed, reported, given), "event") == {(reported.whole.id,)}
    assert list(told(missing_reasons.VIEW, given)) == []


def test_what_is_owed_stays_with_who_decided_when_the_case_is_handed_over() -> None:
    assert not {each.__name__ for each in missing_reasons.VIEW.takes} & {"HandoverOffered", "HandoverAccepted"}


def test_an_invited_reporter_sees_that_and_to_when() -> None:
    row = only(told(receipts.VIEW, RECEIVED, INVITED))
    assert (row["invited_at"], row["meets_at"], row["called_off_at"]) == (datetime(2026, 11, 22, 3, 10, tzinfo=UTC), THURSDAY, None)


@pytest.mark.parametrize("outcome", ["declined", "not_offered", "not_relevant", "offered"])
def test_a_meeting_that_will_not_be_is_called_off_without_a_word_of_why(outcome: str) -> None:
    after = logged("ReportMeetingRecorded", outcome=outcome, reporterInvited=False, meetsAt=None, recordedAt="2026-11-23T08:00:00Z")
    row = only(told(receipts.VIEW, RECEIVED, INVITED, after))
    assert (row["meets_at"], row["called_off_at"]) == (None, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    never = only(told(receipts.VIEW, RECEIVED, after))
    assert (never["invited_at"], never["called_off_at"]) == (None, None)
    anew = only(told(receipts.VIEW, RECEIVED, INVITED, after, INVITED))
    assert (anew["meets_at"], anew["called_off_at"]) == (THURSDAY, None)


def test_that_it_was_held_changes_nothing_for_the_reporter() -> None:
    held = logged("ReportMeetingRecorded", outcome="held", reporterInvited=False)
    assert only(told(receipts.VIEW, RECEIVED, INVITED, held)) == only(told(receipts.VIEW, RECEIVED, INVITED))


def test_the_reporter_sees_when_it_was_assessed_and_not_that_it_was_corrected() -> None:
    first = logged("ImmediateSafetyAssessed")
    second = logged("ImmediateSafetyAssessed", corrects=1, needsImmediateProtection=False, assessedAt="2026-11-22T05:00:00Z")
    assert only(told(receipts.VIEW, RECEIVED, first, second)) == only(told(receipts.VIEW, RECEIVED, first))
    assert only(told(board.VIEW, RECEIVED, first, second))["needs_protection"] is False


def test_the_reporter_hears_nothing_of_a_police_report_a_prosecutor_or_the_guardians() -> None:
    names = {each.__name__ for each in receipts.VIEW.takes}
    assert not names & {"PoliceReportDecided", "ProsecutorNotified", "ProsecutorConsulted", "GuardianHoldPlaced", "GuardianHoldLifted"}


def test_the_board_knows_that_it_is_decided_and_not_how() -> None:
    outcomes = [logged("PoliceReportDecided", decision=each, owed=None) for each in ("made", "not_made", "no_suspicion")]
    made, *others = (only(told(board.VIEW, RECEIVED, each)) for each in outcomes)
    assert [other == made for other in others] == [True, True]
    assert not {each.__name__ for each in board.VIEW.takes} & {"ProsecutorNotified", "ProsecutorConsulted"}


def test_the_events_have_ids_by_which_reasons_find_them() -> None:
    assert isinstance(only(told(missing_reasons.VIEW, logged("PoliceReportDecided", owed=OWED)))["event"], UUID)
