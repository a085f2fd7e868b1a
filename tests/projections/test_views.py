"""What each event does to each view: pure folds, told in memory."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.agencies import AgencyKind
from contracts.event import PARTIES, REPORTER, SOCIAL_SERVICES, social_services
from contracts.referral import Child, IdentityKind, ReferralContent, ReferralReceived
from services.kit.eventlog import Logged
from services.projections.rows import AlreadyThere
from services.projections.view import View
from services.projections.views import VIEWS, attachments, board, casefile, consultations, handovers, invitations, readers, receipts
from tests.projections.told import STREAM, columns, logged, only, told

RECEIVED, REGISTERED, SEEN, ASSESSED = (
    logged(name) for name in ("ReferralReceived", "ReferralRegistered", "ReferralSeen", "ImmediateSafetyAssessed")
)
DUE = {"due": "2026-11-23T07:00:00Z", "rule": "handover-answer", "section": "", "since": "2026-11-22T02:40:00Z"}
OFFERED = logged("HandoverOffered", fromKind="socialjour", due=DUE)
ACCEPTED, REFUSED, WITHDRAWN, STALLED = (logged(f"Handover{what}") for what in ("Accepted", "Refused", "Withdrawn", "Stalled"))
FILE, FILE_COME, FILE_SEEN = (logged(name) for name in ("AttachmentAdded", "AttachmentRegistered", "AttachmentSeen"))
ADDED, COME, LOOKED_AT = (logged(name) for name in ("ReferralSupplemented", "SupplementRegistered", "SupplementSeen"))
OPENED, SENT, READ = (logged(name) for name in ("InvestigationOpened", "FeedbackSent", "FeedbackRead"))
JOUR, FARSTA = "socialjouren", "farsta"
OWED = {"kind": "socialjour", "agency": JOUR, "unit": "socialjouren-jour", "reference": "K7Q2-FX9M"}
BEGINNINGS: dict[str, dict[str, Any]] = {
    "ReferralReceived": {},
    "ConsultationRequested": {},
    "SceneCallRequested": {},
    "SIPScheduled": {},
    "HandoverOffered": {"fromKind": "socialjour", "due": DUE},
    "PoliceReportDecided": {"owed": OWED},
    "AttachmentAdded": {},
}
"""The sample of each, with these values, makes a row in the views that begin with it."""


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


def test_a_referral_stands_on_the_board_of_the_unit_that_it_came_to() -> None:
    row = only(told(board.VIEW, RECEIVED))
    assert (row["referral"], row["agency"], row["unit"], row["relation"]) == (STREAM, JOUR, "socialjouren-jour", "owner")
    assert (row["categories"], row["age_band"], row["seen_at"]) == (["violence_against_child", "neglect"], "13-14", None)


def test_the_board_shows_the_number_the_clocks_and_what_was_assessed() -> None:
    row = only(told(board.VIEW, RECEIVED, REGISTERED, SEEN, ASSESSED))
    assert (row["registry_number"], row["seen_at"], row["needs_protection"]) == ("2026-000042", at(22, 2, 40), True)
    assert row["safety_assessment_due"] == at(22, 22, 59, 59)


def test_an_offer_gives_the_district_a_row_and_an_acceptance_the_case() -> None:
    offered = told(board.VIEW, RECEIVED, SEEN, OFFERED)
    assert columns(offered, "agency", "relation", "offered_to") == {
        (JOUR, "owner", "farsta-mottagning"),
        (FARSTA, "offered", "farsta-mottagning"),
    }
    assert only(offered, agency=FARSTA)["seen_at"] == at(22, 2, 40)
    accepted = told(board.VIEW, RECEIVED, SEEN, OFFERED, ACCEPTED)
    assert columns(accepted, "agency", "relation", "owner_unit", "offered_to") == {
        (JOUR, "handed_over", "farsta-mottagning", None),
        (FARSTA, "owner", "farsta-mottagning", None),
    }


def test_who_refused_stays_on_the_board_as_it_was_and_may_be_offered_it_anew() -> None:
    refused = told(board.VIEW, RECEIVED, OFFERED, REFUSED, SEEN)
    assert columns(refused, "agency", "relation", "seen_at") == {(JOUR, "owner", at(22, 2, 40)), (FARSTA, "refused", None)}
    anew = told(board.VIEW, RECEIVED, OFFERED, REFUSED, SEEN, OFFERED)
    assert columns(anew, "agency", "relation", "seen_at") == {(JOUR, "owner", at(22, 2, 40)), (FARSTA, "offered", at(22, 2, 40))}


def test_a_refusal_is_back_on_the_board_at_once_with_who_said_no() -> None:
    refused = told(board.VIEW, RECEIVED, SEEN, OFFERED, REFUSED)
    assert columns(refused, "agency", "relation", "offered_to", "refused_by", "refused_at") == {
        (JOUR, "owner", None, "farsta-mottagning", at(23, 7, 5)),
        (FARSTA, "refused", None, "farsta-mottagning", at(23, 7, 5)),
    }
    anew = told(board.VIEW, RECEIVED, SEEN, OFFERED, REFUSED, logged("HandoverOffered", toAgency="bromma", toUnit="bromma-mottagning"))
    assert only(anew, agency="bromma")["refused_by"] is None, "the next one asked does not learn who said no before"
    assert only(anew, agency=JOUR)["refused_by"] is None


def test_what_is_taken_back_stays_with_who_offered_it_and_is_over_for_who_was_asked() -> None:
    withdrawn = told(board.VIEW, RECEIVED, OFFERED, WITHDRAWN, SEEN)
    assert columns(withdrawn, "agency", "relation", "offered_to", "offer_withdrawn_at", "seen_at") == {
        (JOUR, "owner", None, at(22, 3, 5), at(22, 2, 40)),
        (FARSTA, "withdrawn", None, at(22, 3, 5), None),
    }


def test_what_nobody_has_answered_at_eight_shows_it_to_both_sides_until_it_is_answered_or_offered_anew() -> None:
    stalled = told(board.VIEW, RECEIVED, OFFERED, STALLED)
    assert columns(stalled, "agency", "offer", "offer_due", "offer_stalled_at") == {
        (JOUR, 1, at(23, 7, 0), at(23, 7, 0, 2)),
        (FARSTA, 1, at(23, 7, 0), at(23, 7, 0, 2)),
    }
    anew = told(board.VIEW, RECEIVED, OFFERED, STALLED, WITHDRAWN, logged("HandoverOffered", offer=2))
    assert columns(anew, "agency", "offer", "offer_stalled_at") == {(JOUR, 2, None), (FARSTA, 2, None)}


def test_an_offer_says_how_many_brothers_and_sisters_it_is_about() -> None:
    streams = [str(uuid4()) for _ in range(3)]
    family = told(board.VIEW, logged("ReferralReceived", siblings=2), logged("HandoverOffered", together=streams))
    assert columns(family, "agency", "siblings", "offered_together") == {(JOUR, 2, 3), (FARSTA, 2, 3)}
    assert only(told(board.VIEW, RECEIVED, OFFERED), agency=JOUR)["offered_together"] == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "ended_at"),
    [
        (ACCEPTED, "accepted", at(23, 7, 5)),
        (REFUSED, "refused", at(23, 7, 5)),
        (WITHDRAWN, "withdrawn", at(22, 3, 5)),
    ],
)
def test_every_offer_stands_with_both_sides_as_it_ended(answer: Logged, outcome: str, ended_at: datetime) -> None:
    waiting = told(handovers.VIEW, OFFERED, STALLED)
    assert columns(waiting, "agency", "unit", "relation", "outcome", "ended_at", "stalled_at") == {
        (JOUR, "socialjouren-jour", "gave", "waiting", None, at(23, 7, 0, 2)),
        (FARSTA, "farsta-mottagning", "asked", "waiting", None, at(23, 7, 0, 2)),
    }
    ended = told(handovers.VIEW, OFFERED, answer, logged("HandoverOffered", offer=2, fromKind="socialjour"))
    assert columns(ended, "offer", "agency", "outcome", "ended_at") == {
        (1, JOUR, outcome, ended_at),
        (1, FARSTA, outcome, ended_at),
        (2, JOUR, "waiting", None),
        (2, FARSTA, "waiting", None),
    }


def test_an_offer_that_did_not_say_what_kind_made_it_stands_with_who_was_asked() -> None:
    assert columns(told(handovers.VIEW, logged("HandoverOffered")), "unit", "relation") == {("farsta-mottagning", "asked")}


def test_decision_and_feedback_stand_with_the_owner_alone() -> None:
    rows = told(board.VIEW, RECEIVED, OFFERED, ACCEPTED, OPENED, SENT, READ)
    assert columns(rows, "agency", "decision", "feedback_sent_at", "feedback_read_at") == {
        (FARSTA, "investigation_opened", at(23, 9, 0, 1), at(23, 20, 10)),
        (JOUR, None, None, None),
    }


def test_an_addition_is_unread_where_the_case_is_and_nothing_to_who_has_handed_it_over() -> None:
    came = only(told(board.VIEW, RECEIVED, REGISTERED, SEEN, COME))
    assert (came["supplements"], came["supplements_seen"], came["supplemented_at"]) == (1, 0, at(22, 3, 12))
    assert came["immediate_danger"]
    read = only(told(board.VIEW, RECEIVED, REGISTERED, SEEN, COME, LOOKED_AT))
    assert (read["supplements"], read["supplements_seen"]) == (1, 1)
    moved = told(board.VIEW, RECEIVED, REGISTERED, SEEN, OFFERED, ACCEPTED, COME)
    assert columns(moved, "agency", "supplements") == {(JOUR, 0), (FARSTA, 1)}
    before = told(board.VIEW, RECEIVED, REGISTERED, SEEN, COME, OFFERED, ACCEPTED)
    assert columns(before, "agency", "supplements", "supplements_seen") == {(JOUR, 1, 0), (FARSTA, 1, 0)}


def test_the_reporting_unit_sees_its_additions_at_once_and_when_they_are_read() -> None:
    sent = only(told(receipts.VIEW, RECEIVED, ADDED))
    assert (sent["supplements"], sent["supplemented_at"], sent["supplements_seen"]) == (1, at(22, 3, 12), 0)
    read = only(told(receipts.VIEW, RECEIVED, ADDED, COME, LOOKED_AT))
    assert (read["supplements_seen"], read["supplements_seen_at"]) == (1, at(22, 3, 20))


def test_a_file_is_unread_where_the_case_is_and_nothing_to_who_has_handed_it_over() -> None:
    came = only(told(board.VIEW, RECEIVED, REGISTERED, SEEN, FILE_COME))
    assert (came["attachments"], came["attachments_seen"], came["attached_at"]) == (1, 0, at(22, 3, 12))
    read = only(told(board.VIEW, RECEIVED, REGISTERED, SEEN, FILE_COME, FILE_SEEN))
    assert (read["attachments"], read["attachments_seen"]) == (1, 1)
    moved = told(board.VIEW, RECEIVED, REGISTERED, SEEN, OFFERED, ACCEPTED, FILE_COME, FILE_SEEN)
    assert columns(moved, "agency", "attachments", "attachments_seen") == {(JOUR, 0, 0), (FARSTA, 1, 1)}


def test_the_reporting_unit_sees_its_files_at_once_and_when_somebody_has_opened_what_came() -> None:
    sent = only(told(receipts.VIEW, RECEIVED, FILE, FILE))
    assert (sent["attachments"], sent["attached_at"], sent["attachments_seen"]) == (2, at(22, 2, 40), 0)
    read = only(told(receipts.VIEW, RECEIVED, FILE, FILE_COME, FILE_SEEN))
    assert (read["attachments_seen"], read["attachments_seen_at"]) == (1, at(22, 3, 20))


def test_a_private_persons_referral_stands_on_the_board_and_gives_nobody_else_a_row() -> None:
    event = RECEIVED.event
    assert isinstance(event, ReferralReceived)
    anonymous = event.model_copy(update={"from_kind": AgencyKind.PRIVATE, "from_agency": "privatpersoner", "from_unit": "privatpersoner"})
    for view in (receipts.VIEW, readers.VIEW, board.VIEW):
        rows = view.rows()
        view.apply(rows, RECEIVED, anonymous)
        assert {row["agency"] for row in rows} == ({JOUR} if view is not receipts.VIEW else set())


@pytest.mark.parametrize(
    ("decision", "fact"),
    [
        ("InvestigationOpened", "investigation_opened"),
        ("InvestigationDeclined", "investigation_not_opened"),
        ("InvestigationAlreadyOngoing", "investigation_already_ongoing"),
    ],
)
def test_each_decision_is_its_fact(decision: str, fact: str) -> None:
    assert only(told(board.VIEW, RECEIVED, logged(decision)))["decision"] == fact
    assert only(told(receipts.VIEW, RECEIVED, logged(decision)))["decided_at"] is not None


def test_the_reporter_sees_how_far_it_has_come_and_never_what_was_thought() -> None:
    row = only(told(receipts.VIEW, RECEIVED, SEEN, ASSESSED, ACCEPTED, OPENED, SENT, READ))
    assert (row["agency"], row["unit"], row["to_unit"]) == ("polisen", "lpo-farsta", "socialjouren-jour")
    assert (row["seen_at"], row["assessed_at"]) == (at(22, 2, 40), at(22, 2, 40))
    assert (row["taken_over_at"], row["decided_at"]) == (at(23, 7, 5), at(23, 9, 0))
    assert (row["feedback"], row["feedback_sent_at"], row["feedback_read_at"]) == ("investigation_opened", at(23, 9, 0, 1), at(23, 20, 10))
    assert {"needs_protection", "decision", "registry_number"} & row.keys() == set()


def test_who_may_read_a_referral_grows_with_the_offer_and_the_acceptance() -> None:
    units = {"lpo-farsta": [REPORTER], "socialjouren-jour": [REPORTER, SOCIAL_SERVICES, "district:socialjouren"]}
    rows = told(readers.VIEW, RECEIVED)
    assert {row["unit"]: row["audiences"] for row in rows} == units
    units["socialjouren-jour"].append("offer:1")
    rows = told(readers.VIEW, RECEIVED, OFFERED)
    assert {row["unit"]: row["audiences"] for row in rows} == units | {"farsta-mottagning": ["offer:1"]}
    units["farsta-mottagning"] = ["offer:1", REPORTER, SOCIAL_SERVICES, social_services(1), "district:farsta"]
    assert {row["unit"]: row["audiences"] for row in told(readers.VIEW, RECEIVED, OFFERED, ACCEPTED)} == units


def test_a_question_is_read_by_who_asks_and_who_answers() -> None:
    asked = logged("ConsultationRequested")
    assert columns(told(readers.VIEW, asked), "unit") == {("sachsska-barnakut",), ("socialjouren-jour",)}
    rows = told(consultations.VIEW, asked, logged("ConsultationAnswered"))
    assert columns(rows, "agency", "relation", "advice", "answered_at") == {
        ("region-stockholm", "asked", "refer_now", at(22, 2, 55)),
        (JOUR, "to_answer", "refer_now", at(22, 2, 55)),
    }


ASKED = logged("ConsultationRequested")
OPENED_QUESTION, ANSWERED, ASKED_BACK, ASKED_AGAIN, BECAME = (
    logged(f"Consultation{what}") for what in ("Seen", "Answered", "AskedBack", "AskedAgain", "BecameReferral")
)


@pytest.mark.parametrize(
    ("said", "messages", "waits_for", "since", "opened"),
    [
        ((), 1, "to_answer", at(22, 2, 40), None),
        ((OPENED_QUESTION,), 1, "to_answer", at(22, 2, 40), at(22, 2, 43)),
        ((OPENED_QUESTION, ANSWERED), 2, None, None, at(22, 2, 43)),
        ((OPENED_QUESTION, ASKED_BACK), 2, "asked", at(22, 2, 45), at(22, 2, 43)),
        ((OPENED_QUESTION, ASKED_AGAIN), 2, "to_answer", at(22, 2, 40), None),
        ((OPENED_QUESTION, ANSWERED, ASKED_AGAIN), 3, "to_answer", at(22, 2, 50), None),
        ((OPENED_QUESTION, ASKED_BACK, ASKED_AGAIN, OPENED_QUESTION), 3, "to_answer", at(22, 2, 50), at(22, 2, 43)),
    ],
)
def test_both_see_who_waits_for_whom_and_since_when(
    said: tuple[Logged, ...], messages: int, waits_for: str | None, since: datetime | None, opened: datetime | None
) -> None:
    rows = told(consultations.VIEW, ASKED, *said)
    assert columns(rows, "messages", "waits_for", "waiting_since", "seen_at") == {(messages, waits_for, since, opened)}
    assert len(rows) == 2


def test_the_first_answer_is_what_the_wait_is_measured_by_and_the_last_one_what_holds() -> None:
    later = logged("ConsultationAnswered", advice="other_service", service="farsta-testgrupp", answeredAt="2026-11-22T03:05:00Z")
    rows = told(consultations.VIEW, ASKED, ANSWERED, ASKED_AGAIN, later)
    assert columns(rows, "advice", "service", "first_answered_at", "answered_at") == {
        ("other_service", "farsta-testgrupp", at(22, 2, 55), at(22, 3, 5))
    }


def test_only_who_asked_is_shown_which_referral_it_became() -> None:
    rows = told(consultations.VIEW, ASKED, BECAME)
    assert columns(rows, "relation", "became_referral_at", "referral_code") == {
        ("asked", at(22, 3, 10), "K7Q2-FX9M"),
        ("to_answer", at(22, 3, 10), None),
    }


def test_a_unit_that_leads_a_meeting_and_stands_among_the_parties_has_one_row() -> None:
    party = {"kind": "district", "agency": FARSTA, "unit": "farsta-mottagning"}
    school = {"kind": "school", "agency": "utbildningsforvaltningen", "unit": "farsta-grundskola"}
    scheduled = logged("SIPScheduled", parties=[party, school])
    rows = told(invitations.VIEW, scheduled)
    assert columns(rows, "unit", "relation") == {("farsta-mottagning", "leads"), ("farsta-grundskola", "invited")}
    assert only(rows, relation="invited")["parties"] == ["farsta-grundskola", "farsta-mottagning"]
    may = {row["unit"]: row["audiences"] for row in told(readers.VIEW, scheduled)}
    assert may == {"farsta-mottagning": [PARTIES, "district:farsta", PARTIES], "farsta-grundskola": [PARTIES]}


def test_the_case_file_keeps_every_sealed_event_as_it_was_sent() -> None:
    rows = told(casefile.VIEW, RECEIVED, logged("HandoverOffered", position=7))
    assert columns(rows, "store", "position", "audience", "state") == {
        ("intake", 1, REPORTER, RECEIVED.state),
        ("liaison", 7, "offer:1", only(rows, position=7)["state"]),
    }


def test_the_case_file_keeps_nothing_in_clear() -> None:
    content = ReferralContent(child=Child(kind=IdentityKind.UNKNOWN, name="Test Testsson"), worry="Oro.", reporter_name="Test")
    clear = logged("ReferralReceived", content=content.model_dump(mode="json", by_alias=True))
    assert list(told(casefile.VIEW, clear)) == []


@pytest.mark.parametrize("view", [view for view in VIEWS if not view.adds_only and view is not readers.VIEW], ids=lambda view: view.name)
def test_the_same_beginning_twice_is_refused(view: View) -> None:
    first = next(logged(name, **changed) for name, changed in BEGINNINGS.items() if f"{name}.v1" not in view.passes_over)
    with pytest.raises(AlreadyThere):
        told(view, first, first)


@pytest.mark.parametrize("view", [view for view in VIEWS if not view.adds_only], ids=lambda view: view.name)
def test_what_has_no_beginning_here_makes_no_row(view: View) -> None:
    questions = [OPENED_QUESTION, ANSWERED, ASKED_BACK, ASKED_AGAIN, BECAME]
    files = [logged("AttachmentCleared"), FILE_COME, FILE_SEEN]
    later = [REGISTERED, SEEN, ACCEPTED, REFUSED, WITHDRAWN, STALLED, SENT, READ, *questions, *files]
    assert list(told(view, *view.concerned(later))) == []


def test_every_row_tells_the_stream_that_it_belongs_to() -> None:
    stream = uuid4()
    for name, changed in BEGINNINGS.items():
        event = logged(name, stream, **changed)
        for view in VIEWS:
            assert {row[view.stream] for row in told(view, *view.concerned([event]))} <= {stream}


def test_a_file_waits_for_the_antivirus_until_it_has_spoken() -> None:
    added, held = logged("AttachmentAdded"), logged("AttachmentHeld")
    assert columns(told(attachments.VIEW, added), "state", "judged_at", "audience") == {("unscanned", None, REPORTER)}
    assert columns(told(attachments.VIEW, added, held, logged("AttachmentCleared")), "state") == {("cleared",)}
    assert columns(told(attachments.VIEW, added, held, logged("AttachmentHeld", why="malware")), "state") == {("malware",)}


def test_a_file_has_its_number_as_soon_as_it_stands_in_the_case() -> None:
    other = logged("AttachmentAdded", attachment=str(uuid4()))
    assert columns(told(attachments.VIEW, FILE, other, FILE_COME), "number") == {(1,), (None,)}


def test_what_is_said_of_one_file_is_said_of_no_other() -> None:
    other = str(uuid4())
    rows = told(attachments.VIEW, logged("AttachmentAdded"), logged("AttachmentAdded", attachment=other), logged("AttachmentCleared"))
    assert only(rows, attachment=UUID(other))["state"] == "unscanned"
    assert sorted(row["state"] for row in rows) == ["cleared", "unscanned"]
