"""The duty officer's list: what must be done now, what is done, by whom and when, and what lacks its reasons."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind, Role
from contracts.case import ImmediateSafetyAssessed, SafetyReasons
from contracts.event import Event
from contracts.law import safety_assessment_deadline
from contracts.police_report import DisclosureBasis, PoliceReport, PoliceReportDecided
from contracts.prosecutor import (
    GuardianHoldLifted,
    GuardianHoldPlaced,
    GuardianNotice,
    ProsecutorAnswer,
    ProsecutorConsulted,
    ProsecutorNote,
    ProsecutorNotified,
)
from contracts.reasons import Owed, Reasoned, Reasons, ReasonsGiven
from contracts.report_meeting import ReportMeeting, ReportMeetingRecorded
from services.portal.pages.decided import decided, told
from services.portal.pages.duties import Duty, duties
from tests.portal.pages.officers import opened
from tests.portal.pages.rows import NIGHT

JOUR, WHO = "socialjouren-jour", {"unit": "socialjouren-jour", "role": Role.DUTY_OFFICER}
OWED = Owed(kind=AgencyKind.SOCIALJOUR, agency="socialjouren", unit=JOUR, reference="K7Q2-FX9M")
TO = {"to_agency": "aklagarmyndigheten", "to_unit": "jouraklagaren"}


def minutes(number: int) -> datetime:
    return NIGHT + timedelta(minutes=number)


def assessed(needs: bool = True, reasons: str = "Far är kvar.", **more: Any) -> ImmediateSafetyAssessed:
    known = {"needs_immediate_protection": needs, "assessed_at": minutes(1), "due": safety_assessment_deadline(NIGHT), **WHO}
    content = SafetyReasons(reasons=reasons, correction=more.pop("correction", None))
    return ImmediateSafetyAssessed.model_validate(known | {"content": content} | more)


def reported(decision: PoliceReport = PoliceReport.NOT_MADE, reasons: str = "", **more: Any) -> PoliceReportDecided:
    known = {"decision": decision, "barnahus_consulted": True, "decided_at": minutes(2), **WHO}
    return PoliceReportDecided.model_validate(known | {"content": Reasons(reasons=reasons)} | more)


def met(outcome: ReportMeeting, **more: Any) -> ReportMeetingRecorded:
    known = {"outcome": outcome, "reporter_invited": False, "recorded_at": minutes(3), **WHO, "content": Reasons(reasons="")}
    return ReportMeetingRecorded.model_validate(known | more)


NOTIFIED = ProsecutorNotified.model_validate({**TO, **WHO, "notified_at": minutes(4), "content": ProsecutorNote(note="Förhör?")})
CONSULTED = ProsecutorConsulted.model_validate(
    {**TO, **WHO, "guardian": GuardianNotice.WAIT, "consulted_at": minutes(5), "content": ProsecutorAnswer(answer="Vänta.")}
)
HELD = GuardianHoldPlaced.model_validate({**WHO, "placed_at": minutes(6), "content": Reasons(reasons="Vänta.")})
LIFTED = GuardianHoldLifted.model_validate({**WHO, "lifted_at": minutes(7), "content": Reasons(reasons="")})


def test_nothing_is_done_and_all_of_it_is_to_be_done_in_the_order_of_the_work() -> None:
    assert duties([], mandated=True).now == (Duty.SAFETY, Duty.POLICE, Duty.MEETING)
    assert duties([], mandated=False).now == (Duty.SAFETY, Duty.POLICE), "no report meeting with who is under no duty to report"


def test_what_is_done_says_how_it_came_out_by_whom_in_which_role_and_when() -> None:
    found = duties([opened(each) for each in (met(ReportMeeting.HELD), reported(), NOTIFIED, assessed())], mandated=True)
    assert found.now == ()
    assert [(each.duty, each.outcome) for each in found.done] == [
        (Duty.SAFETY, "Needs protection now"),
        (Duty.POLICE, "No report is made"),
        (Duty.PROSECUTOR, "Notified"),
        (Duty.MEETING, "Has been held"),
    ]
    first = found.done[0].line
    assert (first.by, first.role, first.at) == (JOUR, Role.DUTY_OFFICER, minutes(1))


def test_a_correction_stands_beside_what_it_corrects() -> None:
    second = assessed(needs=False, corrects=1, correction="Polisen ringde.", assessed_at=minutes(9))
    found = duties([opened(assessed()), opened(second)], mandated=True)
    assert [(each.outcome, each.line.text) for each in found.done] == [
        ("Needs protection now", "Far är kvar."),
        ("No protection needed now", "Polisen ringde.\n\nFar är kvar."),
    ]
    assert found.assessments == 2


def test_reasons_are_owed_until_they_are_given() -> None:
    at = UUID(int=7)
    entries = [opened(reported(owed=OWED), at), opened(assessed())]
    (debt,) = duties(entries, mandated=True).owed
    assert (debt.event, debt.what, debt.unit) == (at, Reasoned.POLICE_REPORT, JOUR)
    given = ReasonsGiven.model_validate({**WHO, "of": at, "given_at": minutes(30), "content": Reasons(reasons="Barnahus rådde oss.")})
    after = duties([*entries, opened(given)], mandated=True)
    assert (after.owed, [each.duty for each in after.done]) == ((), [Duty.SAFETY, Duty.POLICE])


def test_the_guardians_are_held_back_until_somebody_lifts_it() -> None:
    assert duties([opened(HELD)], mandated=True).on_hold
    assert not duties([opened(HELD), opened(LIFTED)], mandated=True).on_hold
    assert not duties([], mandated=True).on_hold


def test_what_is_destroyed_is_still_counted_and_not_shown() -> None:
    entry = opened(assessed())
    entry["data"]["content"] = {"audience": "social-services", "sealed": "AAAA"}
    found = duties([entry | {"readable": False}], mandated=True)
    assert [(each.outcome, each.line.text) for each in found.done] == [("Needs protection now", None)]


LINES: list[tuple[Event, str, str | None, tuple[str, ...]]] = [
    (assessed(guardian_contacted=True), "Assessed: needs immediate protection", "Far är kvar.", ("A guardian had been contacted already",)),
    (assessed(needs=False, reasons="", guardian_contacted=False, owed=OWED), "Assessed: does not need immediate protection", None,
     ("No guardian had been contacted yet", "Why is not written yet")),
    (reported(owed=OWED), "Not reported to the police", None, ("Barnahus was consulted", "Why is not written yet")),
    (reported(PoliceReport.MADE, "Misshandel.", basis=DisclosureBasis.CRIME_AGAINST_CHILD), "Reported to the police", "Misshandel.",
     ("Barnahus was consulted", "Suspected crime against somebody under 18 (OSL chapter 10, section 21)")),
    (met(ReportMeeting.OFFERED, reporter_invited=True), "Report meeting offered", None, ("The reporting unit is invited, and sees that",)),
    (NOTIFIED, "%(unit)s notified", "Förhör?", ()),
    (CONSULTED, "%(unit)s consulted", "Vänta.", ("The prosecutor asks us to wait with the guardians",)),
    (HELD, "The guardians are not to be told yet", "Vänta.", ()),
    (LIFTED, "The guardians may be told", None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("event", "what", "text", "notes"), LINES)
def test_each_decision_has_its_line_in_the_history(event: Event, what: str, text: str | None, notes: tuple[str, ...]) -> None:
    decision = decided(opened(event))
    assert decision is not None
    line = told(decision)
    assert (line.what, line.text, line.notes) == (what, text, notes)
    assert (line.by, line.role) == (JOUR, Role.DUTY_OFFICER)


def test_the_prosecutor_is_a_function_and_the_line_names_it() -> None:
    decision = decided(opened(NOTIFIED))
    assert decision is not None
    assert told(decision).unit == "jouraklagaren"


def test_an_event_of_somebody_else_is_no_decision() -> None:
    assert decided({"event": "HandoverOffered", "data": {}}) is None


def test_a_meeting_has_its_time() -> None:
    thursday = datetime(2026, 11, 26, 9, tzinfo=UTC)
    decision = decided(opened(met(ReportMeeting.OFFERED, meets_at=thursday)))
    assert decision is not None
    assert told(decision).meets_at == thursday
