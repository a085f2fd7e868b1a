"""The report meeting: offered, held, declined, not offered with reasons or owing them, or not relevant."""

from datetime import timedelta

import pytest

from contracts.reasons import Owed, Reasons
from contracts.refusals import Missing
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from services.liaison.case import NotSeen
from services.liaison.report_meeting import MeetingHeld, NoMandatedReporter, record_report_meeting
from tests.liaison.cases import DISTRICT_OFFICER, DUTY_OFFICER, MORNING, NIGHT, registered, registered_as, seen

OWED = Owed(kind=DUTY_OFFICER.kind, agency=DUTY_OFFICER.agency, unit=DUTY_OFFICER.unit, reference=registered_as().reference)
THURSDAY = MORNING + timedelta(days=4)


def recorded(outcome: ReportMeeting, reasons: str = "Skäl.", **more: object) -> ReportMeetingRecorded:
    """The event that says so."""
    known = {"outcome": outcome, "reporter_invited": False, "unit": DUTY_OFFICER.unit, "role": DUTY_OFFICER.role, "recorded_at": MORNING}
    return ReportMeetingRecorded.model_validate(known | {"content": Reasons(reasons=reasons)} | more)


def test_the_reporter_is_invited_to_a_time() -> None:
    seen().when(
        lambda it: record_report_meeting(
            it, DUTY_OFFICER, ReportMeeting.OFFERED, "Skäl.", MORNING, reporter_invited=True, meets_at=THURSDAY
        )
    ).then(recorded(ReportMeeting.OFFERED, reporter_invited=True, meets_at=THURSDAY))


@pytest.mark.parametrize("outcome", ReportMeeting)
def test_only_not_offering_it_owes_reasons(outcome: ReportMeeting) -> None:
    owed = OWED if outcome is ReportMeeting.NOT_OFFERED else None
    seen().when(lambda it: record_report_meeting(it, DUTY_OFFICER, outcome, "", MORNING)).then(recorded(outcome, "", owed=owed))


@pytest.mark.parametrize("outcome", [ReportMeeting.DECLINED, ReportMeeting.NOT_OFFERED, ReportMeeting.NOT_RELEVANT])
def test_where_there_is_no_meeting_nobody_is_invited_and_it_has_no_time(outcome: ReportMeeting) -> None:
    seen().when(
        lambda it: record_report_meeting(it, DUTY_OFFICER, outcome, "Skäl.", MORNING, reporter_invited=True, meets_at=THURSDAY)
    ).then(recorded(outcome))


def test_a_meeting_moves_and_a_declined_one_is_offered_anew() -> None:
    offered = seen().and_given(recorded(ReportMeeting.OFFERED, reporter_invited=True, meets_at=THURSDAY))
    later = THURSDAY + timedelta(days=1)
    moved = offered.when(
        lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.OFFERED, "Skäl.", MORNING, reporter_invited=True, meets_at=later)
    ).then(recorded(ReportMeeting.OFFERED, reporter_invited=True, meets_at=later))
    declined = moved.and_given(recorded(ReportMeeting.DECLINED))
    declined.when(lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.OFFERED, "Skäl.", MORNING)).then(
        recorded(ReportMeeting.OFFERED)
    )


def test_what_has_been_held_has_been_held() -> None:
    held = seen().and_given(recorded(ReportMeeting.HELD))
    held.when(lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.DECLINED, "x", MORNING)).refused(MeetingHeld)


def test_a_private_person_has_no_report_meeting() -> None:
    private = seen(mandated=False)
    private.when(lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.OFFERED, "x", MORNING)).refused(NoMandatedReporter)
    private.when(lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.HELD, "x", MORNING)).refused(NoMandatedReporter)
    private.when(lambda it: record_report_meeting(it, DUTY_OFFICER, ReportMeeting.NOT_RELEVANT, "Skäl.", MORNING)).then(
        recorded(ReportMeeting.NOT_RELEVANT)
    )


def test_only_who_has_read_the_case_and_has_it_records() -> None:
    offered = ReportMeeting.OFFERED
    registered().when(lambda it: record_report_meeting(it, DUTY_OFFICER, offered, "", NIGHT)).refused(NotSeen)
    seen().when(lambda it: record_report_meeting(it, DISTRICT_OFFICER, offered, "", NIGHT)).refused(Missing)
