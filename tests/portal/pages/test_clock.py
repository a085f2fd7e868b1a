"""Time left: which limit runs, and that practice is never called law."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.feedback import LawfulFact
from contracts.law import RULES
from services.portal.language import Language
from services.portal.pages.board_row import BoardRow, Relation
from services.portal.pages.clock import clock_of, clocks_of
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


OFFERED = {"offered_to": "farsta-mottagning", "offered_at": NIGHT, "offer_due": NIGHT + 4 * HOUR}


@pytest.mark.parametrize(
    ("passed", "tone", "late"),
    [(timedelta(), "info", False), (3 * HOUR + timedelta(minutes=1), "warning", False), (5 * HOUR, "danger", True)],
)
@pytest.mark.parametrize("relation", [Relation.OWNER, Relation.OFFERED])
def test_while_an_offer_waits_its_answer_is_the_clock_that_ends_first(
    relation: Relation, passed: timedelta, tone: str, *, late: bool
) -> None:
    row_ = assessed(relation=relation, **OFFERED)
    clock = clock_of(row_, NIGHT + passed)
    assert clock is not None
    assert (clock.rule, clock.tone, clock.late, clock.law) == ("handover-answer", tone, late, False)
    assert [each.rule for each in clocks_of(row_, NIGHT)] == ["handover-answer", "preliminary-assessment"]


def test_a_law_that_ends_before_the_offer_is_shown_before_it() -> None:
    clock = clock_of(assessed(**OFFERED | {"offer_due": NIGHT + 20 * DAY}), NIGHT)
    assert clock is not None
    assert clock.rule == "preliminary-assessment"


@pytest.mark.parametrize(
    ("given", "swedish", "english"),
    [
        (row(), "Genast: lagen nämner ingen tid.", "At once: the law names no hour."),
        (assessed(), "14 dagar från söndag 22 november 2026 kl. 03.40", "14 days from Sunday 22 November 2026 at 03:40"),
        (assessed(**OFFERED), "eget mål, inte lag. Senast söndag 22 november 2026 kl. 07.40.", "our own aim, not law."),
    ],
)
def test_a_clock_says_in_the_readers_words_how_it_came_about(given: BoardRow, swedish: str, english: str) -> None:
    clock = clock_of(given, NIGHT)
    assert clock is not None
    assert swedish in clock.words(Language.SV)
    assert english in clock.words(Language.EN)


def test_what_came_in_under_the_old_act_names_the_old_act() -> None:
    old = datetime(2025, 6, 20, 10, tzinfo=UTC)
    clock = clock_of(assessed(received_at=old, preliminary_assessment_due=old + 14 * DAY), old)
    assert clock is not None
    assert "SoL 2001:453 11 kap. 1 a §" in clock.words(Language.SV)


def test_the_page_calls_law_what_the_law_table_calls_law() -> None:
    status = {rule.id: rule.status for rule in RULES}
    for given in (row(), assessed(), assessed(**OFFERED)):
        clock = clock_of(given, NIGHT)
        assert clock is not None
        assert clock.law == (status[clock.rule] == "law")


@pytest.mark.parametrize(
    "given",
    [
        assessed(decision=LawfulFact.INVESTIGATION_OPENED),
        assessed(relation=Relation.HANDED_OVER),
        assessed(relation=Relation.REFUSED),
        assessed(relation=Relation.WITHDRAWN),
        row(safety_assessment_due=None),
    ],
)
def test_no_clock_runs_for_what_is_decided_gone_or_not_yet_registered(given: BoardRow) -> None:
    assert clock_of(given, NIGHT) is None
