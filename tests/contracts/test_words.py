"""Each clock says in words, Swedish and English, how it came about; and never calls law what is only practice."""

from datetime import UTC, datetime

import pytest

from contracts.law import RULES, Deadline, deadline, explained, handover_deadline, safety_assessment_deadline
from contracts.law.table import in_both_acts

NIGHT = datetime(2026, 11, 22, 22, 40, tzinfo=UTC)  # in Stockholm Sunday 22 November, twenty to midnight


def test_a_limit_says_from_when_it_is_counted_when_it_ends_and_where_that_stands() -> None:
    words = explained(deadline("preliminary-assessment", NIGHT))
    assert words.swedish == (
        "14 dagar från söndag 22 november 2026 kl. 23.40, då anmälan kom in. Sista dag är söndag 6 december 2026."
        " Den dagen är kontoret stängt: sikta på att vara klar före. SoL 2025:400 20 kap. 2 §."
    )
    assert words.english == (
        "14 days from Sunday 22 November 2026 at 23:40, when the referral came in. The last day is Sunday 6 December 2026."
        " The office is closed that day: aim to be done before. SoL 2025:400 20 kap. 2 §."
    )


def test_what_is_practice_says_so() -> None:
    words = explained(safety_assessment_deadline(NIGHT))
    assert words.swedish.startswith("Genast: lagen nämner ingen tid.")
    assert "är praxis. Sista dag är måndag 23 november 2026. SoL 2025:400 20 kap. 1 §." in words.swedish
    assert "is practice. The last day is Monday 23 November 2026." in words.english
    own = explained(handover_deadline(NIGHT))
    assert own.swedish == (
        "Erbjudet söndag 22 november 2026 kl. 23.40. Svar innan kontoret nästa gång öppnar är ett eget mål, inte lag."
        " Senast måndag 23 november 2026 kl. 08.00."
    )
    assert own.english.endswith("is our own aim, not law. At the latest Monday 23 November 2026 at 08:00.")


@pytest.mark.parametrize("each", RULES, ids=lambda each: f"{each.id} {each.valid_from}")
def test_every_rule_with_a_limit_says_how_it_is_counted_and_practice_names_itself(each: object) -> None:
    [held] = [row for row in RULES if row is each]
    if held.days is None and held.months is None and held.status == "law":
        assert held.counted is None
        return
    assert held.counted is not None
    assert "{since}" in held.counted.swedish
    assert "{since}" in held.counted.english
    if held.status == "practice":
        assert "praxis" in held.counted.swedish or "inte lag" in held.counted.swedish
        assert "practice" in held.counted.english or "not law" in held.counted.english


def test_what_was_judged_by_the_old_act_is_told_by_the_old_act() -> None:
    words = explained(deadline("preliminary-assessment", datetime(2025, 6, 20, 10, tzinfo=UTC)))
    assert "SoL 2001:453 11 kap. 1 a §" in words.swedish
    assert "2025:400" not in words.swedish


def test_a_limit_stored_without_its_beginning_says_when_it_ends() -> None:
    stored = Deadline(due=datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC), rule="preliminary-assessment", section="SoL 2025:400 20 kap. 2 §")
    assert explained(stored).swedish == "Sista dag är måndag 7 december 2026. SoL 2025:400 20 kap. 2 §."


def test_a_rule_of_both_acts_has_a_row_in_each() -> None:
    old, new = in_both_acts("x", "1 kap. 1 §", "2 kap. 2 §", "x", "x", days=3)
    assert (old.section, new.section, old.days, new.days, new.valid_to) == (
        "SoL 2001:453 1 kap. 1 §",
        "SoL 2025:400 2 kap. 2 §",
        3,
        3,
        None,
    )
