"""Asking for advice and following it: no name anywhere, who waits for whom, and nothing lost that was written."""

import json
from dataclasses import fields
from typing import Any

import pytest
from starlette.datastructures import FormData

from services.portal.hub import HubRefused
from services.portal.pages.consultations import Question, written
from services.portal.refusals import REFUSALS
from tests.portal.talking import ASKED, ASKED_AGAIN, ASKED_BACK, NURSE, OFFICER, QUESTION, Services, answered, at, row

ONE = f"/consultations/{QUESTION}"
FORM = {"idempotency_key": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d", "category": "neglect", "age_band": "4-6"}
DONE = {"waitsFor": None, "waitingSince": None, "messages": 2}


def test_no_field_for_a_name_exists() -> None:
    assert {field.name for field in fields(Question)} == {"key", "question", "category", "age_band", "question_looked"}
    asked = written(FormData({"question": " När? ", "name": "Test", "number": "200510162381"}))
    assert asked.question == "När?"
    assert set(asked.body()) == {"question", "category", "ageBand"}


def test_a_refusal_stands_beside_the_question_or_the_field_it_means() -> None:
    asked = Question()
    assert asked.refused(HubRefused("names-somebody", "d")) == (("question", REFUSALS["names-somebody"]),)
    assert asked.refused(HubRefused("malformed", "d", ("body.ageBand",))) == (("age_band", REFUSALS["malformed"]),)


async def test_what_names_nobody_is_sent_at_once() -> None:
    services = Services()
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/consultations/new", data=FORM | {"question": "Ska vi anmäla?"})
    body = {"question": "Ska vi anmäla?", "category": "neglect", "ageBand": "4-6"}
    assert services.sent == [("POST", "/consultations", body)]
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ONE}?after=x:7")


async def test_without_scripts_the_server_points_out_what_may_be_a_name_and_then_lets_it_through() -> None:
    services, words = Services(), "Vad gör vi när Nils kommer från Storgatan 3?"
    async with at(services, NURSE) as nurse:
        first = await nurse.post("/consultations/new", data=FORM | {"question": words})
        assert (first.status_code, services.sent) == (422, [])
        assert words in first.text
        assert "”Storgatan 3” ser ut som en adress." in first.text
        assert "”Nils” kan vara ett namn." in first.text
        looked = json.dumps(["Storgatan 3", "Nils"])
        second = await nurse.post("/consultations/new", data=FORM | {"question": words, "question_looked": looked})
    assert second.status_code == 303
    assert len(services.sent) == 1


async def test_what_is_clear_is_refused_by_the_hub_and_pointed_out_with_the_text_kept() -> None:
    services, words = Services(refusal="names-somebody"), "Anna Ek nås på 070-123 45 67"
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/consultations/new", data=FORM | {"question": words})
    assert answer.status_code == 422
    assert words in answer.text
    assert "”070-123 45 67” ser ut som ett telefonnummer." in answer.text
    assert "”Anna Ek” kan vara ett namn." in answer.text


@pytest.mark.parametrize("made_up", ["{", "[[1]]", '{"a": 1}', "null"])
async def test_a_made_up_list_of_what_was_looked_at_counts_as_none(made_up: str) -> None:
    services = Services()
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/consultations/new", data=FORM | {"question": "Var det Anna Ek?", "question_looked": made_up})
    assert (answer.status_code, services.sent) == (422, [])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, ("Ingen har öppnat den än", "Du har väntat", "ring Socialjouren, 08-000 00 00", "112")),
        ({"seenAt": "2026-11-22T02:43:00Z"}, ("Någon har öppnat den", "Vänta inte längre på den här sidan")),
        ({"waitsFor": "asked", "messages": 2}, ("Socialjouren väntar på dig", "Svara nedan", "Hur länge?")),
    ],
)
async def test_the_nurse_sees_whether_a_person_has_opened_it_and_what_to_do_meanwhile(
    state: dict[str, Any], words: tuple[str, ...]
) -> None:
    entries = [ASKED, ASKED_BACK] if state.get("messages") == 2 else [ASKED]
    async with at(Services(row=row(**state), entries=entries), NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert [each for each in words if each not in page] == []


async def test_refer_now_says_whose_duty_it_is_and_leads_to_the_referral() -> None:
    services = Services(row=row(**DONE, advice="refer_now"), entries=[ASKED, answered("refer_now")])
    async with at(services, NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert "Det är du som har skyldigheten att anmäla, genast (SoL 2025:400, 19 kap. 1 §)." in page
    assert f'href="/referrals/new?consultation={QUESTION}"' in page


async def test_refer_if_shows_the_condition_and_another_service_how_to_reach_it() -> None:
    entries = [ASKED, answered("refer_if", condition="Barnet berättar något.")]
    async with at(Services(row=row(**DONE, advice="refer_if"), entries=entries), NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert "Barnet berättar något." in page.partition("Om det här händer, gör en orosanmälan genast:")[2]
    entries = [ASKED, answered("other_service", service="testgruppen-farsta")]
    async with at(Services(row=row(**DONE, advice="other_service", service="testgruppen-farsta"), entries=entries), NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert [each for each in ("Testgruppen Farsta", "020-12 34 56", "vardagar 9–16") if each not in page] == []


async def test_what_became_a_referral_leads_to_its_receipt_and_takes_no_more_questions() -> None:
    became = row(**DONE, advice="refer_now", becameReferralAt="2026-11-22T03:10:00Z", referralCode="K7Q2-FX9M")
    async with at(Services(row=became, entries=[ASKED, answered("refer_now")]), NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert 'href="/receipts/K7Q2-FX9M"' in page
    assert 'id="more"' not in page
    assert "/referrals/new?consultation=" not in page


async def test_destroyed_words_are_said_to_be_destroyed() -> None:
    gone = [ASKED | {"readable": False}, answered("refer_now") | {"readable": False}]
    async with at(Services(row=row(**DONE, advice="refer_now"), entries=gone), NURSE) as nurse:
        page = (await nurse.get(ONE)).text
    assert page.count("Texten är förstörd") == 3


async def test_more_is_asked_in_the_same_consultation_and_a_refusal_keeps_it() -> None:
    services = Services(entries=[ASKED, ASKED_AGAIN])
    async with at(services, NURSE) as nurse:
        answer = await nurse.post(ONE, data={"text": " En sak till. ", "idempotency_key": FORM["idempotency_key"]})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{ONE}?after=x:7")
        services.refusal = "became-referral"
        refused = await nurse.post(ONE, data={"text": "Och en till."})
    assert services.sent[0] == ("POST", f"{ONE}/questions", {"text": "En sak till."})
    assert (refused.status_code, "Och en till." in refused.text, "Frågan har blivit en orosanmälan" in refused.text) == (409, True, True)


async def test_looking_at_what_is_new_sends_nothing_and_loses_nothing() -> None:
    services = Services(row=row(**DONE, advice="refer_now"), entries=[ASKED, answered("refer_now")])
    async with at(services, NURSE) as nurse:
        page = await nurse.post(ONE, data={"text": "Halvfärdigt", "look": "yes"})
    assert (page.status_code, services.sent) == (200, [])
    assert "Halvfärdigt" in page.text
    assert "Tala med barnet." in page.text


async def test_an_open_page_tells_that_there_is_more_and_does_not_open_it() -> None:
    services = Services(row=row(**DONE, advice="refer_now"), entries=[ASKED, answered("refer_now")])
    async with at(services, NURSE) as nurse:
        news = (await nurse.get(f"{ONE}/news?known=1")).text
        assert "Socialjouren har skrivit" in news
        assert 'form="more"' in news
        assert "Socialjouren har skrivit" not in (await nurse.get(f"{ONE}/news?known=2")).text
    assert set(services.read) == {f"{ONE}/state", "/units"}


async def test_the_list_says_who_waits_and_holds_no_words() -> None:
    services = Services(row=row(seenAt="2026-11-22T02:43:00Z"))
    async with at(services, NURSE) as nurse:
        page = (await nurse.get("/consultations")).text
    assert "Öppnad; väntat" in page
    assert "Ska vi anmäla?" not in page


async def test_only_reporters_ask() -> None:
    async with at(Services(), OFFICER) as officer:
        for path in ("/consultations/new", "/consultations", ONE):
            assert (await officer.get(path)).status_code == 403
