"""Time left: which limit runs, and that practice is never called law."""

from datetime import timedelta

import pytest

from contracts.feedback import LawfulFact
from contracts.law import RULES
from services.portal.pages.board_row import BoardRow, Relation
from services.portal.pages.clock import clock_of
from tests.portal.pages.rows import NIGHT, assessed, row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "passed", "rule", "tone", "late"),
    [
        (row(), timedelta(), "immediate-safety-assessment", "info", False),
        (row(), HOUR + timedelta(minutes=1), "immediate-safety-assessment", "warning", False),
        (row(immediate_danger=True), timedelta(), "immediate-safety-assessment", "danger", False),
        (row(), DAY, "immediate-safety-assessment", "danger", True),
        (assessed(), DAY, "preliminary-assessment", "info", False),
        (assessed(), 12 * DAY, "preliminary-assessment", "warning", False),
        (assessed(), 15 * DAY, "preliminary-assessment", "danger", True),
    ],
)
def test_the_limit_that_runs_is_at_once_until_assessed_and_then_fourteen_days(
    given: BoardRow, passed: timedelta, rule: str, tone: str, *, late: bool
) -> None:
    clock = clock_of(given, NIGHT + passed)
    assert clock is not None
    assert (clock.rule, clock.tone, clock.late, clock.waited) == (rule, tone, late, passed)
    assert 0 <= clock.used <= 1


def test_the_page_calls_law_what_the_law_table_calls_law() -> None:
    status = {rule.id: rule.status for rule in RULES}
    for given in (row(), assessed()):
        clock = clock_of(given, NIGHT)
        assert clock is not None
        assert clock.law == (status[clock.rule] == "law")


@pytest.mark.parametrize(
    "given",
    [
        assessed(decision=LawfulFact.INVESTIGATION_OPENED),
        assessed(relation=Relation.HANDED_OVER),
        assessed(relation=Relation.REFUSED),
        row(safety_assessment_due=None),
    ],
)
def test_no_clock_runs_for_what_is_decided_gone_or_not_yet_registered(given: BoardRow) -> None:
    assert clock_of(given, NIGHT) is None
