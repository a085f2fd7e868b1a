"""Consultations in figures: a unit's own, or by agency for the one that answers, and nobody who asked little can be told apart."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.advice import Advice
from contracts.agencies import AgencyKind
from contracts.consultation import Side
from contracts.referral import Category
from services.kit.register import Agency
from services.projections.consultation_figures import LEAST, Period, StrangePeriod, figures, hidden

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
AGENCIES = {
    name: Agency(name, AgencyKind.POLICE, name.title(), name.title(), None) for name in ("polisen", "region", "skolan", "friskolan")
}


def row(agency: str = "polisen", *, side: Side = Side.TO_ANSWER, minutes: int | None = 10, **more: object) -> Mapping[str, Any]:
    first = None if minutes is None else NIGHT + timedelta(minutes=minutes)
    told = {"relation": side.value, "from_agency": agency, "requested_at": NIGHT, "first_answered_at": first, "category": "neglect"}
    return {**told, "advice": None if minutes is None else "refer_now", "became_referral_at": None, **more}


def test_a_unit_that_asks_sees_its_own_and_nobody_elses() -> None:
    rows = [row(side=Side.ASKED), row(side=Side.ASKED, minutes=None, category="other"), row(side=Side.TO_ANSWER)]
    found = figures(NOVEMBER, Side.ASKED, rows, AGENCIES)
    assert (found.consultations, found.answered, found.minutes_to_answer, found.by_agency) == (2, 1, 10, [])
    assert found.by_category[Category.NEGLECT] == found.by_category[Category.OTHER] == 1
    assert found.by_advice == {Advice.REFER_NOW: 1, Advice.REFER_IF: 0, Advice.OTHER_SERVICE: 0, Advice.NO_FURTHER_ACTION: 0}


def test_the_wait_is_the_median_to_the_first_answer_and_what_became_a_referral_is_counted() -> None:
    rows = [row(minutes=minutes) for minutes in (1, 9, 60)] + [row(minutes=None, became_referral_at=NIGHT)]
    found = figures(NOVEMBER, Side.TO_ANSWER, rows, AGENCIES)
    assert (found.minutes_to_answer, found.became_referral, found.answered) == (9, 1, 3)
    assert figures(NOVEMBER, Side.TO_ANSWER, [], AGENCIES).minutes_to_answer is None


def test_an_agency_that_asked_little_is_counted_together_with_others() -> None:
    rows = [row("polisen")] * 9 + [row("region")] * 7 + [row("skolan")] * 3 + [row("friskolan")] * 2
    found = figures(NOVEMBER, Side.TO_ANSWER, rows, AGENCIES).by_agency
    assert [(each.agency, each.swedish, each.consultations) for each in found] == [
        ("polisen", "Polisen", 9),
        ("region", "Region", 7),
        (None, None, 5),
    ]


def test_one_that_could_be_told_from_the_rest_takes_the_next_smallest_with_it() -> None:
    rows = [row("polisen")] * 9 + [row("region")] * 7 + [row("skolan")] * 3
    found = figures(NOVEMBER, Side.TO_ANSWER, rows, AGENCIES).by_agency
    assert [(each.agency, each.consultations) for each in found] == [("polisen", 9), (None, 10)]


@given(some.dictionaries(some.text("abcdef", min_size=1, max_size=3), some.integers(1, 12)))
def test_nothing_can_be_told_of_an_agency_that_asked_little(counts: dict[str, int]) -> None:
    together = hidden(counts)
    assert {agency for agency, count in counts.items() if count < LEAST} <= together
    if together and together != set(counts):
        assert len(together) > 1
        assert sum(counts[agency] for agency in together) >= LEAST


def test_a_period_is_of_stockholms_days_and_a_year_at_most() -> None:
    moments = Period(date(2026, 10, 25), date(2026, 10, 25)).moments()
    assert moments["until"].astimezone(UTC) - moments["since"].astimezone(UTC) == timedelta(hours=25)
    for first, last in ((date(2026, 11, 2), date(2026, 11, 1)), (date(2025, 1, 1), date(2026, 1, 2))):
        with pytest.raises(StrangePeriod):
            Period(first, last).moments()
