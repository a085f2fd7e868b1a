"""Who does what on a scene, and its limits, as data: versions that are kept, words in both languages, and practice never called law."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.agencies import AgencyKind
from contracts.checklist import CHECKLISTS, Checklist, checklist, checklist_on
from contracts.law import RULES, deadline_in_minutes, rule
from contracts.scene import ScenePhase

NIGHT = datetime(2026, 11, 22, 1, 40, tzinfo=UTC)


def test_each_version_is_found_by_its_name_and_by_its_day() -> None:
    versions = [each.version for each in CHECKLISTS]
    days = [each.valid_from for each in CHECKLISTS]
    assert len(set(versions)) == len(versions)
    assert days == sorted(set(days))
    for each in CHECKLISTS:
        assert checklist(each.version) == checklist_on(each.valid_from) == each


def test_there_is_none_before_the_first_and_none_of_another_name() -> None:
    with pytest.raises(LookupError):
        checklist_on(date(2021, 3, 31))
    with pytest.raises(LookupError):
        checklist("nothing")


@pytest.mark.parametrize("each", CHECKLISTS, ids=lambda each: each.version)
def test_every_phase_has_tasks_and_every_role_its_own(each: Checklist) -> None:
    ids = [task.id for task in each.tasks]
    assert len(set(ids)) == len(ids)
    assert {task.phase for task in each.tasks} == set(ScenePhase)
    assert {task.role for task in each.tasks} == {AgencyKind.POLICE, AgencyKind.SOCIALJOUR, AgencyKind.HEALTHCARE}
    assert all(task.swedish and task.english and task.swedish != task.english for task in each.tasks)
    assert [each.task(name) for name in ids] == list(each.tasks)
    assert each.task("nothing") is None


def test_an_answer_is_due_in_minutes_whatever_the_clock_does_that_night() -> None:
    assert deadline_in_minutes("scene-call-answer", NIGHT).due == NIGHT + timedelta(minutes=5)
    summer_time = datetime(2026, 3, 29, 0, 58, tzinfo=UTC)
    assert deadline_in_minutes("scene-call-answer", summer_time).due - summer_time == timedelta(minutes=5)
    assert deadline_in_minutes("scene-child-spoken-with", summer_time).due - summer_time == timedelta(hours=24)


def test_the_models_limits_are_practice() -> None:
    assert {each.status for each in RULES if each.minutes is not None} == {"practice"}
    assert rule("child-peace-offence", date(2021, 7, 1)).section == "BrB 4 kap. 3 §"
    with pytest.raises(LookupError):
        rule("child-peace-offence", date(2021, 6, 30))
