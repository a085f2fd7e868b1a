"""A consultation becomes a referral: the form opens with what was written, and the advice goes along whatever the browser says."""

from typing import Any

from services.portal.pages.becoming import NOT_CARRIED
from services.portal.pages.referral_form import ReferralForm
from tests.portal.talking import ASKED, ASKED_AGAIN, NURSE, QUESTION, Services, answered, at, row

FORM = {
    "idempotency_key": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d",
    "child-1-kind": "unknown",
    "child-1-name": "Provbarn",
    "worry": "Ska vi anmäla?",
    "consultation": str(QUESTION),
}


def told() -> Services:
    """A consultation with two answers, the first a service and the last to refer now."""
    service = answered("other_service", service="testgruppen-farsta")
    return Services(row=row(waitsFor=None, messages=4), entries=[ASKED, service, ASKED_AGAIN, answered("refer_now")])


async def test_the_form_opens_with_what_was_written_and_shows_the_advice() -> None:
    async with at(told(), NURSE) as nurse:
        page = (await nurse.get(f"/referrals/new?consultation={QUESTION}")).text
    assert "Ska vi anmäla?\n\nEn månad." in page
    assert f'name="consultation" value="{QUESTION}"' in " ".join(page.split())
    assert "Testgruppen Farsta" in page
    assert page.count("Tala med barnet.") == 2
    assert 'value="neglect" checked' in " ".join(page.split())


async def test_the_referral_carries_every_answer_as_it_was_given() -> None:
    services = told()
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/referrals/new", data=FORM)
    assert answer.status_code == 303
    [(_, path, body)] = services.sent
    assert (path, body["worry"]) == ("/referrals", "Ska vi anmäla?")
    carried: dict[str, Any] = body["consultation"]
    assert carried["id"] == str(QUESTION)
    assert carried["advised"] == [
        {
            "advice": "other_service",
            "text": "Tala med barnet.",
            "service": "Testgruppen Farsta",
            "answeredAt": "2026-11-22T02:55:00Z",
        },
        {"advice": "refer_now", "text": "Tala med barnet.", "answeredAt": "2026-11-22T02:55:00Z"},
    ]


async def test_what_cannot_be_taken_along_is_said_and_the_referral_goes_without_it() -> None:
    services, nowhere = told(), "00000000-0000-4000-8000-000000000000"
    for strange in (nowhere, "nonsense"):
        async with at(services, NURSE) as nurse:
            refused = await nurse.post("/referrals/new", data=FORM | {"consultation": strange})
            assert (refused.status_code, services.sent) == (422, [])
            assert "Provbarn" in refused.text
            assert "Rådet kunde inte följa med." in refused.text
            assert 'name="consultation"' not in refused.text
    assert NOT_CARRIED.startswith("The advice")


async def test_another_child_can_be_added_with_the_advice_still_there() -> None:
    async with at(told(), NURSE) as nurse:
        page = (await nurse.post("/referrals/new", data=FORM | {"add": "child"})).text
    assert 'name="child-2-name"' in page
    assert "Testgruppen Farsta" in page


async def test_a_draft_that_is_taken_up_again_still_comes_from_its_consultation() -> None:
    services = told()
    async with at(services, NURSE) as nurse:
        page = (await nurse.post("/referrals/new", data=FORM | {"show": "draft", "worry": "Nu har det hänt igen."})).text
    assert f'name="consultation" value="{QUESTION}"' in " ".join(page.split())
    assert "Nu har det hänt igen." in page
    assert "Testgruppen Farsta" in page
    assert services.sent == []


async def test_a_hub_that_does_not_answer_loses_nothing_and_the_page_is_to_try_again() -> None:
    services = told()
    services.silent_reading = True
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/referrals/new", data=FORM)
    assert (answer.status_code, services.sent) == (502, [])
    assert f'name="consultation" value="{QUESTION}"' in " ".join(answer.text.split())
    assert "Provbarn" in answer.text


async def test_a_page_that_sends_by_itself_is_told_where_the_receipt_is() -> None:
    services = told()
    async with at(services, NURSE) as nurse:
        answer = await nurse.post("/referrals/new", data=FORM, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["to"][:30]) == (201, "/receipts/K7Q2-FX9M?after=x%3A")
    assert services.sent[0][2]["consultation"]["id"] == str(QUESTION)


async def test_a_referral_that_comes_from_nowhere_says_nothing_of_advice() -> None:
    services = told()
    async with at(services, NURSE) as nurse:
        page = (await nurse.get("/referrals/new")).text
        await nurse.post("/referrals/new", data={name: text for name, text in FORM.items() if name != "consultation"})
    assert "Råd som gavs" not in page
    assert "consultation" not in services.sent[0][2]
    assert ReferralForm().consultation == ""
