"""A handover in two browsers at once: brothers and sisters together, an offer taken back, a refusal that comes back by itself."""

from uuid import uuid4

from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.cases import MESSAGE, Sent, offered, sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, JOUR, does, referred
from tests.journeys.visitor import Visitor

JOUR_OFFICER, FARSTA_OFFICER = "test-jour-ett", "test-farsta"


async def family(api: Api, children: int = 2) -> list[Sent]:
    """Brothers and sisters, opened and assessed by Socialjouren."""
    names = [f"Alva {uuid4().hex[:6].capitalize()}" for _ in range(children)]
    told = [{"kind": "unknown", "name": name, "ageYears": 5} for name in names]
    receipt = await referred(api, "polisen-farsta", f"Skrik i trapphuset. {uuid4().hex[:6]}", children=told)
    sent = [Sent(each["id"], each["reference"], name) for each, name in zip(receipt["referrals"], names, strict=True)]
    for each in sent:
        await does(api, JOUR, each.id, "openings")
        await does(api, JOUR, each.id, "immediate-safety-assessments", needsImmediateProtection=False, reasons="Hos mormor i natt.")
    return sent


async def test_brothers_and_sisters_are_offered_seen_and_taken_over_together(log_in: Visit, api: Api) -> None:
    first, second = await family(api)
    jour: Visitor = await log_in(JOUR_OFFICER)
    await jour.go(f"/cases/{first.id}")
    page = jour.page
    await expect(page.get_by_label(f"De följs åt: även {second.reference}")).to_be_checked()
    await page.get_by_text("Det som stadsdelen ser innan den svarar").click()
    await jour.look()
    await page.get_by_label("Stadsdel", exact=True).select_option("Farsta mottagning")
    await page.get_by_label("Det som de behöver veta").fill(MESSAGE)
    await page.get_by_role("button", name="Erbjud ärendet").click()
    await expect(page.get_by_text(f"Tillsammans med {second.reference}")).to_be_visible()
    await jour.look()

    district: Visitor = await log_in(FARSTA_OFFICER)
    await district.go(f"/cases/{second.id}")
    await expect(district.page.locator("blockquote")).to_have_text(MESSAGE)
    await expect(district.page.get_by_text("Syskon som följer med")).to_be_visible()
    assert first.name not in await district.page.content()
    assert second.name not in await district.page.content()
    await district.page.get_by_role("button", name="Ta över alla").click()
    await expect(district.page.get_by_text(second.name)).to_be_visible()
    await district.go(f"/cases/{first.id}")
    await expect(district.page.get_by_text(first.name)).to_be_visible()

    await page.get_by_text("Ta tillbaka erbjudandet").first.click()
    await page.get_by_role("button", name="Ta tillbaka erbjudandet").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("En annan enhet har tagit över ärendet")
    await expect(page.get_by_text("Farsta mottagning har ärendet.")).to_be_visible()
    await jour.look()


async def test_one_child_is_split_from_the_others_on_purpose(log_in: Visit, api: Api) -> None:
    first, second = await family(api)
    jour: Visitor = await log_in(JOUR_OFFICER)
    await jour.go(f"/cases/{first.id}")
    page = jour.page
    await page.get_by_label("Dela på dem med avsikt: bara det här barnet").check()
    await page.get_by_label("Stadsdel", exact=True).select_option("Farsta mottagning")
    await page.get_by_role("button", name="Erbjud ärendet").click()
    await expect(page.get_by_role("heading", name="Erbjudet till Farsta mottagning")).to_be_visible()
    await page.get_by_role("link", name=second.reference, exact=True).click()
    await expect(page.get_by_role("button", name="Erbjud ärendet")).to_be_visible()


async def test_an_offer_that_was_taken_back_is_not_accepted_from_a_page_that_is_still_open(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    district: Visitor = await log_in(FARSTA_OFFICER)
    await district.go(f"/cases/{sent.id}")
    jour: Visitor = await log_in(JOUR_OFFICER)
    await jour.go(f"/cases/{sent.id}")
    await jour.page.get_by_text("Ta tillbaka erbjudandet").first.click()
    await jour.page.get_by_label("Varför?").fill("Familjen bor i Skärholmen.")
    await jour.page.get_by_role("button", name="Ta tillbaka erbjudandet").click()
    await expect(jour.page.get_by_role("button", name="Erbjud ärendet")).to_be_visible()
    await expect(jour.page.get_by_text("Erbjudandet till Farsta mottagning togs tillbaka")).to_be_visible()

    await district.page.get_by_role("button", name="Ta över ärendet").click()
    await expect(district.page.get_by_role("group", name="Se över det här")).to_contain_text("Erbjudandet togs tillbaka innan ni svarade")
    await district.look()
    await district.go(f"/cases/{sent.id}")
    await expect(district.page.get_by_text("Familjen bor i Skärholmen.")).to_be_visible()
    assert sent.name not in await district.page.content()


async def test_a_refusal_is_back_on_the_open_board_at_once_with_its_reason_one_click_away(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    jour: Visitor = await log_in(JOUR_OFFICER)
    await jour.go("/board")
    page = jour.page
    row = page.get_by_role("row").filter(has_text=sent.reference)
    await expect(row).to_contain_text("Erbjuden en stadsdel")
    await does(api, FARSTA, sent.id, "handover-refusals", reason="Familjen bor i Skärholmen sedan i våras.")
    await expect(row).to_contain_text("En stadsdel sade nej")
    await expect(row).to_contain_text("Farsta mottagning")
    await jour.look()
    await row.get_by_role("link", name=sent.reference, exact=True).click()
    await expect(page.locator("blockquote")).to_have_text("Familjen bor i Skärholmen sedan i våras.")
    await expect(page.get_by_role("button", name="Erbjud ärendet")).to_be_visible()
    await jour.look()


async def test_every_clock_of_a_case_says_how_it_came_about(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    jour: Visitor = await log_in(JOUR_OFFICER, language="en")
    await jour.go(f"/cases/{sent.id}")
    time = jour.page.get_by_role("region", name="Time")
    await expect(time).to_contain_text("is our own aim, not law. At the latest")
    await expect(time).to_contain_text("14 days from")
    await expect(time).to_contain_text("SoL 2025:400 20 kap. 2 §")
    await jour.look()
