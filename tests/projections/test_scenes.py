"""Calls to the scene in the views: what each event does to the rows, who may read, and a month in figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.event import REPORTER, SOCIAL_SERVICES
from services.projections.scene_figures import figures, month_of
from services.projections.views import casefile, readers, scenes
from tests.projections.told import STREAM, columns, logged, only, told

CALLED = logged("SceneCallRequested")
QUEUED, SEEN, ANSWERED = (logged(name) for name in ("SceneCallQueued", "SceneCallSeen", "SceneCallAnswered"))
CARE, SPOKEN_WITH, CARD = (logged(name) for name in ("ScenePhaseBegan", "SceneTimeNoted", "SceneChildRecorded"))
DONE, REOPENED = logged("SceneTaskDone"), logged("SceneTaskReopened")
OUTCOME, LINKED, STALLED, CLOSED = (
    logged(name) for name in ("SceneOutcomeRecorded", "SceneReferralLinked", "SceneCallStalled", "SceneClosed")
)

TAKEN, BACK, ASSIGNED = (logged(name) for name in ("SceneCallTaken", "SceneCallGivenBack", "SceneCallAssigned"))
ARRIVED, FIRST_SPOKEN_WITH = logged("SceneTimeNoted", what="arrived", child=None), logged("SceneTimeNoted", child=1)
FIRST_LINKED = logged("SceneReferralLinked", child=1)
AMENDED, WITHDRAWN, STRUCK = logged("SceneCallAmended"), logged("SceneCallWithdrawn"), logged("SceneChildStruck")


DAY = timedelta(days=1)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)


def test_a_call_stands_with_the_patrol_and_with_socialjouren_without_its_place() -> None:
    rows = told(scenes.VIEW, CALLED)
    assert columns(rows, "unit", "relation", "queue", "phase") == {
        ("lpo-farsta", "called", "unanswered", "alarm"),
        ("socialjouren-jour", "to_answer", "unanswered", "alarm"),
    }
    row = only(rows, relation="to_answer")
    assert (row["scene"], row["danger"], row["age_bands"], row["alarm_at"]) == (STREAM, True, ["0-3", "7-9"], at(2, 38))
    assert "Provgatan" not in repr(list(rows))


def test_the_queue_is_one_and_follows_the_answer_and_the_end() -> None:
    for events, queue in (
        ((CALLED, QUEUED, SEEN), "unanswered"),
        ((CALLED, QUEUED, STALLED), "unanswered"),
        ((CALLED, QUEUED, ANSWERED), "under_way"),
        ((CALLED, QUEUED, ANSWERED, CARE, CLOSED), "closed"),
    ):
        assert {row["queue"] for row in told(scenes.VIEW, *events)} == {queue}


def test_both_see_the_limit_the_answer_the_phase_and_the_escalation() -> None:
    for row in told(scenes.VIEW, CALLED, QUEUED, SEEN, STALLED, ANSWERED, CARE):
        assert (row["answer_due"], row["child_due"], row["seen_at"], row["checklist"]) == (at(2, 45), at(2, 38) + DAY, at(2, 41), "1")
        assert (row["answer"], row["arrives_at"], row["phase"], row["care_at"]) == ("coming", at(3, 5), "care", at(3, 6))


def test_what_is_late_is_late_until_the_step_is_taken_and_of_the_child_the_patrol_hears_nothing() -> None:
    child = logged("SceneCallStalled", step="child_spoken_with", level="team_lead", rule="scene-child-spoken-with")
    both = told(scenes.VIEW, CALLED, QUEUED, STALLED, child)
    assert {row["relation"]: tuple(row["stalled"]) for row in both} == {
        "called": ("answer:board",),
        "to_answer": ("answer:board", "child_spoken_with:team_lead"),
    }
    assert {row["stalled_at"] for row in both} == {datetime(2026, 11, 22, 2, 45, 1, tzinfo=UTC)}
    answered = told(scenes.VIEW, CALLED, QUEUED, STALLED, child, ANSWERED)
    assert only(answered, relation="to_answer")["stalled"] == ["child_spoken_with:team_lead"]
    first = logged("SceneTimeNoted", child=1)
    assert [row["stalled"] for row in told(scenes.VIEW, CALLED, QUEUED, ANSWERED, child, first, SPOKEN_WITH)] == [[], []]
    assert [row["stalled"] for row in told(scenes.VIEW, CALLED, QUEUED, ANSWERED, child, first, STRUCK)] == [[], []]


@pytest.mark.parametrize(
    ("events", "zone", "urgency"),
    [
        ((), "new", 0),
        ((QUEUED, SEEN), "new", 0),
        ((QUEUED, SEEN, TAKEN), "ours", 0),
        ((QUEUED, ANSWERED), "new", 0),
        ((QUEUED, ANSWERED, TAKEN), "ours", 0),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED), "ours", 1),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED, BACK), "new", 1),
        ((QUEUED, ANSWERED, ASSIGNED, ARRIVED), "ours", 1),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED, AMENDED), "ours", 0),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED, SPOKEN_WITH, FIRST_SPOKEN_WITH), "waiting", 1),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED, SPOKEN_WITH, FIRST_SPOKEN_WITH, AMENDED), "ours", 0),
        ((QUEUED, ANSWERED, TAKEN, ARRIVED, SPOKEN_WITH, FIRST_SPOKEN_WITH, LINKED, FIRST_LINKED), "ours", 1),
        ((QUEUED, WITHDRAWN), "new", 0),
        ((QUEUED, ANSWERED, TAKEN, CLOSED), "done", 1),
    ],
)
def test_a_call_stands_in_one_zone_of_socialjourens_board_and_the_patrol_waits_until_it_is_over(
    events: tuple[Any, ...], zone: str, urgency: int
) -> None:
    rows = told(scenes.VIEW, CALLED, *events)
    row = only(rows, relation="to_answer")
    assert (row["zone"], row["urgency"]) == (zone, urgency)
    assert only(rows, relation="called")["zone"] == ("done" if zone == "done" else "waiting")


def test_who_has_a_call_stands_with_socialjouren_alone() -> None:
    rows = told(scenes.VIEW, CALLED, QUEUED, ANSWERED, TAKEN)
    assert {row["relation"]: row["taken_role"] for row in rows} == {"called": None, "to_answer": "duty_officer"}
    assert {row["taken_by"] for row in told(scenes.VIEW, CALLED, QUEUED, ANSWERED, TAKEN, BACK)} == {None}


def test_each_child_has_its_place() -> None:
    rows = told(scenes.VIEW, CALLED, SPOKEN_WITH, CARD, logged("SceneChildRecorded", child=3, ageBand="12"), LINKED)
    for row in rows:
        assert row["age_bands"] == ["0-3", "7-9", "12"]
        assert row["exposures"] == ["not_known", "saw", "saw"]
        assert row["spoken_with_at"] == [None, at(3, 20), None]
        assert (row["examined_at"], [each is not None for each in row["referrals"]]) == ([None] * 3, [False, True, False])


def test_a_child_that_is_not_there_holds_the_event_and_nothing_else() -> None:
    for nobody in (logged("SceneTimeNoted", child=9), logged("SceneChildRecorded", child=4)):
        with pytest.raises(IndexError):
            told(scenes.VIEW, CALLED, nobody)
    with pytest.raises(ValueError, match="child_spoken_with"):
        told(scenes.VIEW, CALLED, logged("SceneTimeNoted", child=None))


@pytest.mark.parametrize(
    ("what", "column"),
    [("alarm", "alarm_at"), ("notified", "notified_at"), ("arrived", "arrived_at"), ("handed_over", "handed_over_at")],
)
def test_a_time_that_is_noted_again_is_corrected(what: str, column: str) -> None:
    early, late = (logged("SceneTimeNoted", what=what, child=None, at=f"2026-11-22T03:{minute}:00Z") for minute in (10, 20))
    assert {row[column] for row in told(scenes.VIEW, CALLED, early, late)} == {at(3, 20)}


def test_a_task_is_marked_and_unmarked() -> None:
    assert {tuple(row["tasks_done"]) for row in told(scenes.VIEW, CALLED, DONE, DONE)} == {("police-safe",)}
    assert {tuple(row["tasks_done"]) for row in told(scenes.VIEW, CALLED, DONE, REOPENED)} == {()}


def test_what_socialjouren_marks_the_patrol_does_not_see() -> None:
    shelter = logged("SceneTaskDone", task="jour-shelter", unit="socialjouren-jour")
    assert {row["relation"]: row["tasks_done"] for row in told(scenes.VIEW, CALLED, DONE, shelter)} == {
        "called": ["police-safe"],
        "to_answer": ["jour-shelter", "police-safe"],
    }


def test_what_came_of_it_stands_with_socialjouren_alone() -> None:
    for_all = logged("SceneOutcomeRecorded", child=None)
    rows = told(scenes.VIEW, CALLED, OUTCOME, for_all)
    assert {row["relation"]: row["outcomes"] for row in rows} == {"called": [], "to_answer": ["shelter", "shelter"]}
    left = told(scenes.VIEW, CALLED, OUTCOME, for_all, logged("SceneOutcomeTakenBack"))
    assert {row["relation"]: row["outcome_children"] for row in left} == {"called": [], "to_answer": [None]}


def test_what_the_patrol_writes_afterwards_is_unread_until_somebody_looks_and_its_place_stands_in_no_row() -> None:
    for row in told(scenes.VIEW, CALLED, SEEN, AMENDED, logged("SceneCallAmended", danger=None, amendedAt="2026-11-22T02:50:00Z")):
        assert (row["danger"], row["interpreter"], row["seen_at"]) == (True, True, at(2, 41))
        assert (row["amended_at"], row["unread_since"]) == (at(2, 50), at(2, 44))
        assert "Provgatan" not in repr(row)
    for row in told(
        scenes.VIEW, CALLED, SEEN, logged("SceneCallAmended", danger=False), logged("SceneCallSeen", seenAt="2026-11-22T02:46:00Z")
    ):
        assert (row["danger"], row["unread_since"], row["seen_at"], row["queue"]) == (False, None, at(2, 41), "unanswered")


def test_a_call_that_is_called_off_waits_for_no_answer_and_is_socialjourens_to_close() -> None:
    for row in told(scenes.VIEW, CALLED, QUEUED, WITHDRAWN):
        assert (row["queue"], row["withdrawn_at"], row["unread_since"]) == ("under_way", at(2, 48), at(2, 48))
    assert {row["queue"] for row in told(scenes.VIEW, CALLED, QUEUED, WITHDRAWN, SEEN, CLOSED)} == {"closed"}


def test_a_time_that_was_taken_back_has_not_happened() -> None:
    assert {tuple(row["spoken_with_at"]) for row in told(scenes.VIEW, CALLED, SPOKEN_WITH, logged("SceneTimeTakenBack"))} == {(None, None)}
    arrived, back = logged("SceneTimeNoted", what="arrived", child=None), logged("SceneTimeTakenBack", what="arrived", child=None)
    assert {row["arrived_at"] for row in told(scenes.VIEW, CALLED, arrived, back)} == {None}


def test_a_child_that_is_struck_keeps_its_place_and_a_referral_brings_it_back() -> None:
    for row in told(scenes.VIEW, CALLED, STRUCK, STRUCK):
        assert (row["struck"], len(row["age_bands"])) == ([2], 2)
    assert {tuple(row["struck"]) for row in told(scenes.VIEW, CALLED, STRUCK, LINKED)} == {()}


def test_who_may_read_what() -> None:
    may = {row["unit"]: row["audiences"] for row in told(readers.VIEW, CALLED)}
    assert may == {"lpo-farsta": [REPORTER], "socialjouren-jour": [REPORTER, SOCIAL_SERVICES]}
    kept = told(casefile.VIEW, CALLED, *(logged(name, position=n) for n, name in enumerate(("SceneChildRecorded", "SceneOutcomeRecorded"))))
    assert columns(kept, "topic", "audience") == {
        ("SceneCallRequested.v1", REPORTER),
        ("SceneChildRecorded.v1", REPORTER),
        ("SceneOutcomeRecorded.v1", SOCIAL_SERVICES),
    }


def row(
    *minutes: int | None, answered: int | None = 3, queue: str = "under_way", stalled: bool = False, struck: tuple[int, ...] = ()
) -> dict[str, Any]:
    """A call with children spoken with so many minutes after the alarm, or not."""
    alarm = at(2, 0)
    return {
        "queue": queue,
        "struck": struck,
        "withdrawn_at": None,
        "alarm_at": alarm,
        "notified_at": alarm + timedelta(minutes=2),
        "requested_at": alarm,
        "answered_at": None if answered is None else alarm + timedelta(minutes=answered),
        "stalled_at": alarm if stalled else None,
        "age_bands": ["0-3"] * len(minutes),
        "spoken_with_at": [None if each is None else alarm + timedelta(minutes=each) for each in minutes],
    }


def test_a_month_counts_children_and_the_time_from_the_alarm_until_each_was_spoken_with() -> None:
    told_of = figures("2026-11", [row(20, 24 * 60), row(24 * 60 + 1, None, queue="closed"), row(None, answered=None, stalled=True)])
    assert (told_of.calls, told_of.answered, told_of.minutes_to_answer, told_of.escalated) == (3, 2, 3, 1)
    assert (told_of.children, told_of.spoken_with, told_of.within_a_day, told_of.never_spoken_with) == (5, 3, 2, 1)
    assert (told_of.minutes_to_child, told_of.longest_minutes_to_child) == (24 * 60, 24 * 60 + 1)
    assert (told_of.minutes_to_notified, told_of.withdrawn) == (2, 0)


def test_a_child_that_was_struck_counts_as_none() -> None:
    told_of = figures("2026-11", [row(20, None, struck=(2,), queue="closed"), row(None, queue="closed") | {"withdrawn_at": at(2, 48)}])
    assert (told_of.children, told_of.spoken_with, told_of.never_spoken_with, told_of.withdrawn) == (2, 1, 1, 1)


def test_a_month_without_calls_has_no_medians() -> None:
    nothing = figures("2026-11", [])
    assert (nothing.calls, nothing.minutes_to_answer, nothing.minutes_to_child, nothing.longest_minutes_to_child) == (0, None, None, None)


@pytest.mark.parametrize(
    ("month", "begins", "ends"),
    [
        ("2026-11", "2026-10-31T23:00:00+00:00", "2026-11-30T23:00:00+00:00"),
        ("2026-12", "2026-11-30T23:00:00+00:00", "2026-12-31T23:00:00+00:00"),
        ("2026-03", "2026-02-28T23:00:00+00:00", "2026-03-31T22:00:00+00:00"),
    ],
)
def test_a_month_is_stockholms(month: str, begins: str, ends: str) -> None:
    assert tuple(each.isoformat() for each in month_of(month)) == (begins, ends)
