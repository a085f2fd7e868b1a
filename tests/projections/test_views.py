"""What each event does to each view: pure folds, told in memory."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.event import PARTIES, REPORTER, SOCIAL_SERVICES
from contracts.referral import Child, IdentityKind, ReferralContent
from services.kit.eventlog import Logged
from services.projections.rows import AlreadyThere
from services.projections.view import View
from services.projections.views import VIEWS, board, casefile, consultations, handovers, invitations, readers, receipts
from tests.projections.told import STREAM, columns, logged, only, told

RECEIVED, REGISTERED, SEEN, ASSESSED = (
    logged(name) for name in ("ReferralReceived", "ReferralRegistered", "ReferralSeen", "ImmediateSafetyAssessed")
)
DUE = {"due": "2026-11-23T07:00:00Z", "rule": "handover-answer", "section": "", "since": "2026-11-22T02:40:00Z"}
OFFERED = logged("HandoverOffered", fromKind="socialjour", due=DUE)
ACCEPTED, REFUSED, WITHDRAWN, STALLED = (logged(f"Handover{what}") for what in ("Accepted", "Refused", "Withdrawn", "Stalled"))
OPENED, SENT, READ = (logged(name) for name in ("InvestigationOpened", "FeedbackSent", "FeedbackRead"))
JOUR, FARSTA = "socialjouren", "farsta"


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
    units["farsta-mottagning"] = ["offer:1", REPORTER, SOCIAL_SERVICES, "district:farsta"]
    assert {row["unit"]: row["audiences"] for row in told(readers.VIEW, RECEIVED, OFFERED, ACCEPTED)} == units


def test_a_question_is_read_by_who_asks_and_who_answers() -> None:
    asked = logged("ConsultationRequested")
    assert columns(told(readers.VIEW, asked), "unit") == {("sachsska-barnakut",), ("socialjouren-jour",)}
    rows = told(consultations.VIEW, asked, logged("ConsultationAnswered"))
    assert columns(rows, "agency", "relation", "advice", "answered_at") == {
        ("region-stockholm", "asked", "refer_now", at(22, 2, 55)),
        (JOUR, "to_answer", "refer_now", at(22, 2, 55)),
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
    beginnings = ("ReferralReceived", "ConsultationRequested", "SIPScheduled", "HandoverOffered")
    first = next(name for name in beginnings if f"{name}.v1" not in view.passes_over)
    with pytest.raises(AlreadyThere):
        told(view, logged(first), logged(first))


@pytest.mark.parametrize("view", [view for view in VIEWS if not view.adds_only], ids=lambda view: view.name)
def test_what_has_no_beginning_here_makes_no_row(view: View) -> None:
    later = [REGISTERED, SEEN, ACCEPTED, REFUSED, WITHDRAWN, STALLED, SENT, READ, logged("ConsultationAnswered")]
    assert list(told(view, *view.concerned(later))) == []


def test_every_row_tells_the_stream_that_it_belongs_to() -> None:
    stream = uuid4()
    for name in ("ReferralReceived", "ConsultationRequested", "SIPScheduled", "HandoverOffered"):
        event = logged(name, stream)
        for view in VIEWS:
            assert {row[view.stream] for row in told(view, *view.concerned([event]))} <= {stream}
