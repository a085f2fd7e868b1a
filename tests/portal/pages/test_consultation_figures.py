"""Advice in figures: a unit's own, or by agency for who gives advice; days that are none are said to be none."""

from typing import Any

import pytest

from services.portal.pages.consultation_figures import is_day
from tests.portal.talking import NURSE, OFFICER, STEWARD, Services, at

FIGURES: dict[str, Any] = {
    "consultations": 12,
    "answered": 9,
    "minutesToAnswer": 14,
    "becameReferral": 2,
    "byAdvice": {"refer_now": 3, "refer_if": 2, "other_service": 4, "no_further_action": 0},
    "byCategory": {"neglect": 12},
    "byAgency": [],
}
OTHERS = {"agency": None, "swedish": None, "english": None, "consultations": 5, "answered": 2, "becameReferral": 1, "minutesToAnswer": None}
POLICE = OTHERS | {"agency": "polisen", "swedish": "Polismyndigheten", "english": "Police", "consultations": 7}


async def test_a_unit_reads_its_own_figures_of_this_month() -> None:
    services = Services(figures=FIGURES)
    async with at(services, NURSE) as nurse:
        page = (await nurse.get("/consultations/figures")).text
    assert "14 min" in page
    assert "Per myndighet" not in page
    assert "/consultation-figures" in services.read


async def test_who_gives_advice_reads_them_by_agency_and_the_small_ones_together() -> None:
    async with at(Services(figures=FIGURES | {"byAgency": [POLICE, OTHERS]}), OFFICER) as officer:
        swedish = (await officer.get("/consultations/figures")).text
        english = (await officer.get("/consultations/figures?language=en")).text
    assert "Polismyndigheten" in swedish
    assert "Övriga tillsammans" in swedish
    assert "Others together" in english


async def test_a_day_that_is_none_is_said_beside_its_field_and_nothing_is_asked() -> None:
    services = Services(figures=FIGURES)
    async with at(services, NURSE) as nurse:
        answer = await nurse.get("/consultations/figures?first=2026-13-01&last=2026-11-30")
    assert (answer.status_code, 'id="first-error"' in answer.text) == (422, True)
    assert services.read == []


@pytest.mark.parametrize(("text", "day"), [("2026-11-01", True), ("2026-02-29", False), ("20261101", False), ("i går", False)])
def test_a_day_is_written_as_the_calendar_writes_it(text: str, day: bool) -> None:
    assert is_day(text) is day


async def test_those_who_neither_ask_nor_answer_have_no_figures() -> None:
    async with at(Services(figures=FIGURES), STEWARD) as steward:
        assert (await steward.get("/consultations/figures")).status_code == 403
