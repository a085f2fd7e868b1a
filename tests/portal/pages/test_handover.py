"""A handover on the case's page: what is offered and seen before, brothers and sisters, taking back, answering, and what waits too long."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from contracts.agencies import AgencyKind, Role
from services.portal.pages.board_row import BoardRow
from tests.portal.pages.hub import DONE, Services, portal, refusal
from tests.portal.pages.rendered import text_of
from tests.portal.pages.rows import NIGHT, REFERRAL, assessed
from tests.portal.parts import browser

SISTER = UUID("3b2c1f9e-0d64-4c7b-9a52-6f1f1f6f2f11")
CASE = f"/cases/{REFERRAL}"
COMMANDS = f"/liaison/v1/referrals/{REFERRAL}"
LONG_AGO, IN_A_WEEK = NIGHT, datetime.now(UTC) + timedelta(days=7)
OFFERED: dict[str, Any] = {
    "offered_to": "farsta-mottagning",
    "offered_at": LONG_AGO,
    "offer": 2,
    "offered_together": 1,
    "offer_due": IN_A_WEEK,
}


def sister(**changed: object) -> BoardRow:
    return assessed(**{"referral": SISTER, "reference": "K7Q2-FX9M-2", "siblings": 1} | changed)


def entry(event: str, **data: object) -> dict[str, object]:
    return {"event": event, "recordedAt": NIGHT.isoformat(), "unit": "socialjouren-jour", "readable": True, "data": data}


MESSAGE = entry(
    "HandoverOffered", toUnit="farsta-mottagning", offeredAt=NIGHT.isoformat(), content={"message": "Barnet är hos sin mormor i natt."}
)
REFUSAL = entry(
    "HandoverRefused", byUnit="bromma-mottagning", refusedAt=NIGHT.isoformat(), content={"reason": "Familjen bor i Farsta sedan i våras."}
)


def services(row: BoardRow, *siblings: BoardRow, entries: tuple[object, ...] = (), answer: httpx2.Response = DONE) -> Services:
    given = {
        f"/board/{REFERRAL}": row.model_dump(mode="json", by_alias=True),
        f"/board/{REFERRAL}/siblings": [each.model_dump(mode="json", by_alias=True) for each in siblings],
        f"/referrals/{REFERRAL}": {"summary": {}, "entries": list(entries), "attachments": []},
    }
    return Services(given, answer)


async def page(behind: Services, kind: AgencyKind = AgencyKind.SOCIALJOUR) -> str:
    role = Role.DUTY_OFFICER if kind is AgencyKind.SOCIALJOUR else Role.DISTRICT_OFFICER
    async with browser(portal(behind, kind, role)) as person:
        answer = await person.get(CASE)
    assert answer.status_code == 200
    return answer.text


async def test_before_an_offer_is_sent_its_giver_sees_what_the_district_will_see() -> None:
    html = await page(services(assessed()))
    preview = text_of(html).partition("Det som stadsdelen ser innan den svarar")[2]
    assert "Våld i familjen" in preview
    assert "4–6 år" in preview
    assert "Nej, inte nu" in preview
    assert 'name="siblings"' not in html, "an only child is not asked about"


async def test_brothers_and_sisters_at_hand_go_together_unless_they_are_split_on_purpose() -> None:
    html = await page(services(assessed(reference="K7Q2-FX9M-1", siblings=1), sister()))
    assert re.search(r'name="siblings"\s+value="together"\s+checked', html)
    assert "De följs åt: även K7Q2-FX9M-2" in text_of(html)
    assert f'href="/cases/{SISTER}"' in html


@pytest.mark.parametrize(
    "gone",
    [
        sister(relation="handed_over", owner_unit="farsta-mottagning"),
        sister(**OFFERED),
        sister(decision="investigation_not_opened", decided_at=NIGHT),
    ],
)
async def test_who_is_not_at_hand_is_named_and_not_asked_about(gone: BoardRow) -> None:
    html = await page(services(assessed(siblings=1), gone))
    assert 'name="siblings"' not in html
    assert "K7Q2-FX9M-2" in text_of(html)


async def test_a_sister_who_is_not_assessed_is_one_step_away() -> None:
    html = await page(services(assessed(siblings=1), sister(assessed_at=None, needs_protection=None)))
    assert "K7Q2-FX9M-2 är inte bedömd än" in text_of(html)
    assert f'href="/cases/{SISTER}#step"' in html


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({}, {"toUnit": "farsta-mottagning", "message": ""}),
        ({"siblings": "together"}, {"toUnit": "farsta-mottagning", "message": "", "siblings": "together"}),
        ({"siblings": "split", "message": "Ring."}, {"toUnit": "farsta-mottagning", "message": "Ring.", "siblings": "split"}),
    ],
)
async def test_an_offer_says_what_was_chosen(form: dict[str, str], body: dict[str, str]) -> None:
    behind = services(assessed())
    async with browser(portal(behind)) as person:
        answer = await person.post(f"{CASE}/offer", data={"to_unit": "farsta-mottagning"} | form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?after=liaison:7")
    assert behind.sent == [(f"{COMMANDS}/handover-offers", body)]


@pytest.mark.parametrize(
    ("code", "words"), [("siblings-unsaid", "Ni har också syskon"), ("sibling-not-assessed", "Ett syskon är inte bedömt")]
)
async def test_what_is_refused_about_the_siblings_stands_beside_them_and_nothing_is_lost(code: str, words: str) -> None:
    behind = services(assessed(siblings=1), sister(), answer=refusal(409, code))
    async with browser(portal(behind)) as person:
        answer = await person.post(f"{CASE}/offer", data={"to_unit": "farsta-mottagning", "siblings": "split", "message": "Ring mormor."})
    assert answer.status_code == 409
    assert re.search(rf'id="siblings-error">{words}', answer.text)
    assert "Ring mormor." in answer.text
    assert re.search(r'name="siblings"\s+value="split"\s+checked', answer.text)


async def test_who_is_asked_sees_the_message_what_it_is_about_and_who_comes_with_it_and_answers_that_very_offer() -> None:
    row = assessed(relation="offered", siblings=1, **OFFERED | {"offered_together": 2})
    behind = services(row, sister(relation="offered", **OFFERED | {"offered_together": 2}), entries=(MESSAGE,))
    html = await page(behind, AgencyKind.DISTRICT)
    text = text_of(html)
    assert "Barnet är hos sin mormor i natt." in text
    assert "Syskon som följer med K7Q2-FX9M-2" in text
    assert "Ta över alla" in text
    assert html.count('name="offer" value="2"') == 2
    async with browser(portal(behind, AgencyKind.DISTRICT, Role.DISTRICT_OFFICER)) as person:
        await person.post(f"{CASE}/accept", data={"offer": "2"})
        await person.post(f"{CASE}/refuse", data={"offer": "2", "reasons": "Bor i Bromma."})
    assert behind.sent == [
        (f"{COMMANDS}/handover-acceptances", {"offer": 2}),
        (f"{COMMANDS}/handover-refusals", {"reason": "Bor i Bromma.", "offer": 2}),
    ]


async def test_an_answer_to_an_offer_that_is_over_says_so() -> None:
    behind = services(assessed(relation="offered", **OFFERED), entries=(MESSAGE,), answer=refusal(409, "offer-replaced"))
    async with browser(portal(behind, AgencyKind.DISTRICT, Role.DISTRICT_OFFICER)) as person:
        answer = await person.post(f"{CASE}/accept", data={"offer": "1"})
    assert answer.status_code == 409
    assert "ett nyare har tagit dess plats" in answer.text


async def test_while_it_waits_the_offer_can_be_taken_back_with_or_without_a_word() -> None:
    behind = services(assessed(**OFFERED), entries=(MESSAGE,))
    assert "Ta tillbaka erbjudandet" in text_of(await page(behind))
    async with browser(portal(behind)) as person:
        await person.post(f"{CASE}/withdraw", data={"offer": "2", "withdrawal": "Fel stadsdel."})
        await person.post(f"{CASE}/withdraw", data={"offer": "2"})
    assert behind.sent == [
        (f"{COMMANDS}/handover-withdrawals", {"reason": "Fel stadsdel.", "offer": 2}),
        (f"{COMMANDS}/handover-withdrawals", {"reason": "", "offer": 2}),
    ]


@pytest.mark.parametrize(("kind", "relation"), [(AgencyKind.SOCIALJOUR, "owner"), (AgencyKind.DISTRICT, "offered")])
async def test_what_nobody_has_answered_when_the_office_opened_is_said_to_both_sides(kind: AgencyKind, relation: str) -> None:
    late = assessed(relation=relation, **OFFERED | {"offer_due": LONG_AGO + timedelta(hours=4)})
    assert "Ingen har svarat på det här erbjudandet" in text_of(await page(services(late, entries=(MESSAGE,)), kind))
    in_time = assessed(relation=relation, **OFFERED)
    assert "Ingen har svarat på det här erbjudandet" not in text_of(await page(services(in_time, entries=(MESSAGE,)), kind))


async def test_a_refusal_comes_back_with_who_said_no_and_why_and_the_form_for_the_next_one() -> None:
    text = text_of(await page(services(assessed(refused_by="bromma-mottagning", refused_at=NIGHT), entries=(REFUSAL,))))
    assert "Bromma mottagning sade nej Familjen bor i Farsta sedan i våras." in text
    assert "Erbjud ärendet" in text


async def test_what_was_taken_back_is_over_for_who_was_asked() -> None:
    row = assessed(relation="withdrawn", offer_withdrawn_at=NIGHT)
    assert "Erbjudandet togs tillbaka innan ni svarade" in text_of(await page(services(row), AgencyKind.DISTRICT))


async def test_every_clock_on_the_page_says_how_it_came_about() -> None:
    text = text_of(await page(services(assessed(**OFFERED), entries=(MESSAGE,))))
    assert "14 dagar från söndag 22 november 2026 kl. 03.40, då anmälan kom in." in text
    assert "SoL 2025:400 20 kap. 2 §." in text
    assert "Erbjudet söndag 22 november 2026 kl. 03.40. Svar innan kontoret nästa gång öppnar är ett eget mål, inte lag." in text
