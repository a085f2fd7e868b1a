"""Each referral stands in one zone of its unit's board, and what is late or dangerous comes first there: pure folds, told in memory."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.projections.views import board, receipts
from services.projections.zones import Zone, urgency_of, zone_of
from tests.projections.told import columns, logged, only, told

RECEIVED, REGISTERED, SEEN, ASSESSED = (
    logged(name) for name in ("ReferralReceived", "ReferralRegistered", "ReferralSeen", "ImmediateSafetyAssessed")
)
OFFERED, ACCEPTED, REFUSED, OPENED = (
    logged(name) for name in ("HandoverOffered", "HandoverAccepted", "HandoverRefused", "InvestigationOpened")
)
ADDED, FILE = logged("SupplementRegistered", immediateDanger=False), logged("AttachmentRegistered")
ADDED_READ, FILE_READ = logged("SupplementSeen"), logged("AttachmentSeen")
TAKEN, BACK, GIVEN = (logged(name) for name in ("CaseTaken", "CaseGivenBack", "CaseAssigned"))
LATE, RAISED, WEIGHED = (logged(name) for name in ("ReferralStalled", "QuietSignalRaised", "QuietSignalAnswered"))
POLICE, MEETING = (logged(name, owed=None) for name in ("PoliceReportDecided", "ReportMeetingRecorded"))
HELD, LIFTED = logged("GuardianHoldPlaced", owed=None), logged("GuardianHoldLifted")
JOUR, FARSTA = "socialjouren", "farsta"
NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
OWED = {"kind": "socialjour", "agency": JOUR, "unit": "socialjouren-jour", "reference": "K7Q2-FX9M"}
OTHER = UUID("9a1c7f7e-5a0c-5b3d-8a61-3f3de62c0c55")


@pytest.mark.parametrize(
    ("events", "zones"),
    [
        ((RECEIVED,), {(JOUR, "new")}),
        ((RECEIVED, SEEN, ASSESSED), {(JOUR, "new")}),
        ((RECEIVED, TAKEN), {(JOUR, "ours")}),
        ((RECEIVED, GIVEN, SEEN), {(JOUR, "ours")}),
        ((RECEIVED, TAKEN, BACK), {(JOUR, "new")}),
        ((RECEIVED, TAKEN, OFFERED), {(JOUR, "waiting"), (FARSTA, "new")}),
        ((RECEIVED, TAKEN, OFFERED, REFUSED), {(JOUR, "ours"), (FARSTA, "done")}),
        ((RECEIVED, TAKEN, OFFERED, ACCEPTED), {(JOUR, "done"), (FARSTA, "new")}),
        ((RECEIVED, OFFERED, ACCEPTED, TAKEN), {(JOUR, "done"), (FARSTA, "ours")}),
        ((RECEIVED, OFFERED, ACCEPTED, TAKEN, OPENED), {(JOUR, "done"), (FARSTA, "ours")}),
        ((RECEIVED, OFFERED, ACCEPTED, TAKEN, POLICE, OPENED, MEETING), {(JOUR, "done"), (FARSTA, "done")}),
        ((RECEIVED, POLICE, MEETING, OFFERED, ACCEPTED, RAISED, OPENED), {(JOUR, "done"), (FARSTA, "new")}),
        ((RECEIVED, POLICE, MEETING, OFFERED, ACCEPTED, RAISED, OPENED, WEIGHED), {(JOUR, "done"), (FARSTA, "done")}),
        ((RECEIVED, ADDED, FILE), {(JOUR, "new")}),
        ((RECEIVED, SEEN, TAKEN, FILE), {(JOUR, "ours")}),
        ((RECEIVED, SEEN, TAKEN, OFFERED, ADDED), {(JOUR, "ours"), (FARSTA, "new")}),
        ((RECEIVED, SEEN, TAKEN, OFFERED, ADDED, ADDED_READ), {(JOUR, "waiting"), (FARSTA, "new")}),
        ((RECEIVED, SEEN, POLICE, MEETING, OPENED, FILE), {(JOUR, "new")}),
        ((RECEIVED, SEEN, POLICE, MEETING, OPENED, FILE, FILE_READ), {(JOUR, "done")}),
        ((RECEIVED, SEEN, OFFERED, ADDED, ACCEPTED), {(JOUR, "done"), (FARSTA, "new")}),
        ((RECEIVED, SEEN, POLICE, MEETING, OFFERED, ACCEPTED, OPENED, ADDED), {(JOUR, "done"), (FARSTA, "new")}),
    ],
)
def test_every_row_stands_where_somebody_is_to_act(events: tuple[Any, ...], zones: set[tuple[str, str]]) -> None:
    assert columns(told(board.VIEW, *events), "agency", "zone") == zones


def test_danger_need_of_protection_and_delay_come_first_and_what_is_done_never_does() -> None:
    calm = logged("ReferralReceived", immediateDanger=False)
    safe = logged("ImmediateSafetyAssessed", needsImmediateProtection=False)
    assert only(told(board.VIEW, calm))["urgency"] == 1
    assert only(told(board.VIEW, RECEIVED))["urgency"] == 0
    assert only(told(board.VIEW, RECEIVED, SEEN, safe))["urgency"] == 1
    assert only(told(board.VIEW, calm, SEEN, ASSESSED))["urgency"] == 0
    assert only(told(board.VIEW, calm, LATE))["urgency"] == 0
    assert only(told(board.VIEW, calm, SEEN, safe, OFFERED, REFUSED), agency=JOUR)["urgency"] == 0
    assert only(told(board.VIEW, calm, SEEN, safe, OFFERED, logged("HandoverStalled")), agency=JOUR)["urgency"] == 0
    assert only(told(board.VIEW, calm, SEEN, ASSESSED, OFFERED, ACCEPTED), agency=JOUR)["urgency"] == 1
    for added, read in ((ADDED, ADDED_READ), (FILE, FILE_READ)):
        assert only(told(board.VIEW, calm, SEEN, safe, added))["urgency"] == 0
        assert only(told(board.VIEW, calm, SEEN, safe, added, read))["urgency"] == 1


def test_what_was_late_is_late_no_more_when_the_step_is_taken() -> None:
    lead = logged("ReferralStalled", level="board")
    late = told(board.VIEW, RECEIVED, lead, LATE)
    assert only(late)["stalled"] == ["seen:board", "seen:team_lead"]
    assert only(told(board.VIEW, RECEIVED, lead, LATE, ASSESSED))["stalled"] == ["seen:board", "seen:team_lead"]
    assert only(told(board.VIEW, RECEIVED, lead, LATE, SEEN))["stalled"] == []


def test_the_row_says_who_took_it_and_when_and_no_name() -> None:
    row = only(told(board.VIEW, RECEIVED, TAKEN))
    assert (row["taken_by"], row["taken_role"]) == (UUID("23ba3266-8500-5731-84e5-92bf7a920786"), "duty_officer")
    assert row["taken_at"] is not None


def test_signals_are_the_owners_to_see_and_follow_the_case_to_its_new_owner_alone() -> None:
    known = logged("ReferralRegistered", earlier=[str(OTHER)], alike=[str(OTHER)])
    offered = told(board.VIEW, RECEIVED, known, RAISED, OFFERED)
    shown = ("earlier", "alike", "signals", "agencies")
    assert [only(offered, agency=FARSTA)[name] for name in shown] == [[], [], None, None]
    assert [only(offered, agency=JOUR)[name] for name in shown] == [[OTHER], [OTHER], 3, 2]
    accepted = told(board.VIEW, RECEIVED, known, RAISED, OFFERED, ACCEPTED, WEIGHED)
    assert [only(accepted, agency=FARSTA)[name] for name in (*shown, "bearing")] == [[OTHER], [OTHER], 3, 2, "weighed_in"]
    assert only(accepted, agency=JOUR)["bearing"] is None


def test_what_was_compared_is_not_offered_any_more() -> None:
    known = logged("ReferralRegistered", alike=[str(OTHER)])
    for name, linked in (("ReferralLinked", [OTHER]), ("ReferralHeldApart", [])):
        row = only(told(board.VIEW, RECEIVED, known, logged(name)))
        assert (row["alike"], row["linked"]) == ([], linked)
    changed = only(told(board.VIEW, RECEIVED, known, logged("ReferralLinked"), logged("ReferralHeldApart")))
    assert changed["linked"] == []


def test_the_reporter_is_told_of_an_escalated_step_of_the_chain_and_of_nothing_else() -> None:
    assert only(told(receipts.VIEW, RECEIVED, LATE))["escalated_step"] == "seen"
    for other in (logged("ReferralStalled", level="board"), logged("ReferralStalled", step="signal_answered")):
        assert only(told(receipts.VIEW, RECEIVED, other))["escalated_at"] is None
    night = only(told(receipts.VIEW, RECEIVED, logged("ReferralStalled", step="assessed", level="out_of_hours")))
    assert (night["escalated_step"], night["escalated_level"]) == ("assessed", "out_of_hours")
    row = only(told(receipts.VIEW, RECEIVED, LATE))
    assert {"stalled", "taken_by", "signals", "earlier", "zone"} & row.keys() == set()


def test_what_is_to_be_decided_besides_is_said_until_it_is_whoever_has_the_case() -> None:
    assert only(told(board.VIEW, RECEIVED))["todo"] == ["police", "meeting"]
    assert only(told(board.VIEW, logged("ReferralReceived", mandated=False)))["todo"] == ["police"]
    offered = told(board.VIEW, RECEIVED, POLICE, OFFERED)
    assert [only(offered, agency=agency)["todo"] for agency in (JOUR, FARSTA)] == [["meeting"], []]
    accepted = told(board.VIEW, RECEIVED, OFFERED, POLICE, ACCEPTED)
    assert [only(accepted, agency=agency)["todo"] for agency in (JOUR, FARSTA)] == [[], ["meeting"]]
    assert only(told(board.VIEW, RECEIVED, OFFERED, ACCEPTED, POLICE, MEETING), agency=FARSTA)["todo"] == []


def test_that_the_guardians_are_not_to_be_told_is_seen_by_who_has_the_case_and_by_nobody_else() -> None:
    offered = told(board.VIEW, RECEIVED, HELD, OFFERED)
    assert [only(offered, agency=agency)["on_hold"] for agency in (JOUR, FARSTA)] == [True, False]
    accepted = told(board.VIEW, RECEIVED, HELD, OFFERED, ACCEPTED)
    assert [only(accepted, agency=agency)["on_hold"] for agency in (JOUR, FARSTA)] == [False, True]
    assert not only(told(board.VIEW, RECEIVED, HELD, LIFTED))["on_hold"]


def test_what_lacks_its_reasons_is_counted_with_who_decided_also_when_the_case_has_come_back() -> None:
    late = logged("PoliceReportDecided", position=2, owed=OWED)
    given = logged("ReasonsGiven", position=9, of=str(late.whole.id))
    assert only(told(board.VIEW, RECEIVED, late))["owed"] == [late.whole.id]
    assert only(told(board.VIEW, RECEIVED, late, given))["owed"] == []
    handed_over = told(board.VIEW, RECEIVED, late, OFFERED, ACCEPTED)
    assert [only(handed_over, agency=agency)["owed"] for agency in (JOUR, FARSTA)] == [[late.whole.id], []]
    back = logged("HandoverOffered", toAgency=JOUR, toUnit="socialjouren-jour", toKind="socialjour", fromUnit="farsta-mottagning")
    assert only(told(board.VIEW, RECEIVED, late, OFFERED, ACCEPTED, back), agency=JOUR)["owed"] == [late.whole.id]


def test_what_is_offered_though_nobody_has_assessed_it_comes_first() -> None:
    calm, safe = logged("ReferralReceived", immediateDanger=False), logged("ImmediateSafetyAssessed", needsImmediateProtection=False)
    assert only(told(board.VIEW, calm, OFFERED), agency=FARSTA)["urgency"] == 0
    assert only(told(board.VIEW, calm, safe, OFFERED), agency=FARSTA)["urgency"] == 1


def test_a_decided_case_that_lacks_a_meeting_is_not_urgent_because_the_child_needed_protection() -> None:
    decided = told(board.VIEW, logged("ReferralReceived", immediateDanger=False), SEEN, ASSESSED, OPENED)
    assert (only(decided)["zone"], only(decided)["urgency"]) == ("new", 1)


@pytest.mark.parametrize("relation", ["owner", "offered", "refused", "handed_over"])
@pytest.mark.parametrize("decision", [None, "investigation_opened"])
@pytest.mark.parametrize("offered_to", [None, "farsta-mottagning"])
@pytest.mark.parametrize("taken_by", [None, OTHER])
@pytest.mark.parametrize("added", [(0, 0), (1, 0), (0, 1)])
@pytest.mark.parametrize("todo", [[], ["police"]])
def test_no_combination_of_facts_stands_nowhere(
    relation: str, decision: str | None, offered_to: str | None, taken_by: UUID | None, added: tuple[int, int], todo: list[str]
) -> None:
    facts: dict[str, object] = {"relation": relation, "decision": decision, "offered_to": offered_to, "taken_by": taken_by}
    facts |= {"seen_at": NIGHT, "todo": todo, "signals": 3, "bearing": "no_bearing"}
    facts |= {"supplements": added[0], "supplements_seen": 0, "attachments": added[1], "attachments_seen": 0}
    assert zone_of(facts) in set(Zone)
    if relation == "owner" and any(added):
        assert zone_of(facts) in {Zone.NEW, Zone.OURS}
    more: dict[str, object] = {
        "immediate_danger": True,
        "needs_protection": None,
        "stalled": [],
        "offer_stalled_at": None,
        "refused_by": None,
    }
    assert urgency_of(facts | more) in {0, 1}
